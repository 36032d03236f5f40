/** Rules about trees, lists and sockets: who may touch them, and that they are whole (I3, I3w, I4, I9, I10, I23). */
import { Dghdlr, Fdtab, QuicCid, QuicConn, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../../haproxy/model/mask.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import { poolNext } from '../../memory/pool.ts';
import { rwWriter } from '../../memory/rwlock.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { inTree, nameOf, standing } from './view.ts';

const PLAIN_LISTS = [
  ['timers', ThreadCtx.timers],
  ['run queue', ThreadCtx.rqueue],
  ['urgent tasklets', ThreadCtx.urgent],
  ['normal tasklets', ThreadCtx.normal],
  ['bulk tasklets', ThreadCtx.bulk],
  ['heavy tasklets', ThreadCtx.heavy],
  ['connections', ThreadCtx.quicConns],
  ['closing connections', ThreadCtx.quicConnsClo],
] as const;

/**
 * Whether a plain list is torn: followed forward, each node's neighbour must point back. A torn list may have no end; a whole one has no
 * more nodes than the block has words.
 */
function torn(x: Machine, head: number): boolean {
  const { m } = x;
  const end = m.w.length;
  let n = head;
  for (let i = 0; i < end; i++) {
    const next = m.ld(n);
    if (next <= 0 || next >= end || m.ld(next + 1) !== n) return true;
    if (next === head) return false;
    n = next;
  }
  return true;
}

/** Threads in whose connection lists `qc` is found; a torn list is followed until it comes back to where it was. */
function listedIn(x: Machine, qc: number): number[] {
  const { m, W } = x;
  const out: number[] = [];
  const end = m.w.length;
  for (let t = 0; t < W.cfg.threads; t++) {
    for (const f of [ThreadCtx.quicConns, ThreadCtx.quicConnsClo] as const) {
      const head = W.th(t) + f;
      let n = m.ld(head);
      for (let i = 0; n !== head && n > 0 && n < end && i < end; i++, n = m.ld(n)) {
        if (n !== qc + QuicConn.elThCtx) continue;
        out.push(t);
        break;
      }
    }
  }
  return out;
}

/** Threads in whose lists each connection is found, all of them at once. */
function whereListed(x: Machine): Map<number, number[]> {
  const { m, W } = x;
  const out = new Map<number, number[]>();
  const end = m.w.length;
  for (let t = 0; t < W.cfg.threads; t++) {
    for (const f of [ThreadCtx.quicConns, ThreadCtx.quicConnsClo] as const) {
      const head = W.th(t) + f;
      let n = m.ld(head);
      for (let i = 0; n !== head && n > 0 && n < end && i < end; i++, n = m.ld(n)) {
        const qc = n - QuicConn.elThCtx;
        const at = out.get(qc);
        if (!at) out.set(qc, [t]);
        else if (at[at.length - 1] !== t) at.push(t);
      }
    }
  }
  return out;
}

function listed(x: Machine, qc: number, at: readonly number[]): string | null {
  const own = x.owner(qc);
  // Where finalize puts it in the new owner's list, it is in none until then.
  if (x.m.ld(qc + QuicConn.pendTo) && at.length === 0 && x.P.traits.joinsOnFinalize) return null;
  return at.length === 1 && at[0] === own
    ? null
    : `${nameOf(x, qc)} of T${own} is in the list of ${at.length ? at.map((t) => `T${t}`).join(' and ') : 'no thread'}`;
}

export const structureRules: readonly Rule[] = [
  ruleThere('I3', ['cidRead'], (x) =>
    standing(x, 'cidRead', (t, of) =>
      of('node') && x.m.ald(of('lock')) === 0
        ? `T${t} is about to read a CID entry in ${x.at(t).proc.name}, and its tree is not locked`
        : null,
    ),
  ),
  ruleThere('I3w', ['treeWrite'], (x) =>
    standing(x, 'treeWrite', (t, of) => {
      const cid = of('cid');
      return cid && !rwWriter(x.m, x.W.treeLock(x.m.ld(cid + QuicCid.node) >>> 24))
        ? `T${t} is about to change a CID tree in ${x.at(t).proc.name} without its write lock`
        : null;
    }),
  ),
  rule('I4', 'callback', (x) => {
    const { m, W } = x;
    for (let k = poolNext(m, W.pools.cid, 0); k; k = poolNext(m, W.pools.cid, k))
      if (m.ld(k + QuicCid.qc) === 0 && inTree(x, k))
        return `a CID in the tree that names T${m.ald(k + QuicCid.tid)} leads to no connection`;
    return null;
  }),
  rule('I9', 'list', (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++)
      for (const [name, f] of PLAIN_LISTS)
        if (torn(x, x.W.th(t) + f)) return `the list of ${name} of T${t} is torn`;
    for (let t = 0; t < x.W.cfg.threads; t++)
      if (torn(x, x.W.dghdlr(t) + Dghdlr.dgrams)) return `the inbox of T${t} is torn`;
    return null;
  }),
  {
    ...rule('I10', 'object', (x, qc) => listed(x, qc, listedIn(x, qc))),
    over: (x) => {
      const where = whereListed(x);
      return (qc) => listed(x, qc, where.get(qc) ?? []);
    },
  },
  rule('I23', 'step', (x) => {
    const { m, W, P } = x;
    for (let t = 0; t < W.cfg.threads; t++) {
      let above = 0;
      for (let fp = m.ld(W.th(t) + ThreadCtx.fp); fp; above = fp, fp = m.ld(fp + 1)) {
        if (!above || !P.steps[m.ld(fp)]!.proc.roles.has('fdEvents')) continue;
        const fd = m.ld(fp + FRAME_HEAD);
        const at = W.fd(fd);
        const bit = maskBit(t);
        if (!(m.ald(maskWord(at + Fdtab.threadMask, t)) & bit))
          return `T${t} runs the callback of fd ${fd}, which is not bound to it`;
        if (!(m.ald(maskWord(at + Fdtab.runningMask, t)) & bit))
          return `T${t} runs the callback of fd ${fd} and is not in its running mask`;
      }
    }
    return null;
  }),
];
