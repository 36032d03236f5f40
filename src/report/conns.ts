/** The connections and everything that belongs to one. */

import { gateReason, REFUSAL } from '../haproxy/lib/hand.ts';
import { ledgerState } from '../haproxy/lib/kernel.ts';
import { LEDGER, N, ON_ITS_WAY, QC, TASK } from '../haproxy/model/flags.ts';
import {
  Connection,
  Fdtab,
  Global,
  Pktns,
  QuicCid,
  QuicConn,
  Task,
  ThreadCtx,
} from '../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../haproxy/model/mask.ts';
import { closeByHand } from '../haproxy/proc/closing.ts';
import { called } from '../haproxy/step/called.ts';
import { NS_PER_MS } from '../machine/machine.ts';
import { beingRebound, closeRefusal, orderWaiting } from '../machine/orders.ts';
import { cidLookup } from '../memory/cidtree.ts';
import { listEmpty, listFirst, listNext } from '../memory/list.ts';
import { cidHex, type FrameView, type Look, pointer } from './look.ts';
import type { Moves } from './moves.ts';
import type { CidView, ConnView, ThreadView, TimerView } from './view.ts';

const STATES = ['waits for the ClientHello', 'handshake', 'handshake complete', 'confirmed'];

export function readConns(
  look: Look,
  moves: Moves,
  threads: readonly ThreadView[],
  shown: readonly number[],
): ConnView[] {
  const lists = new Lists(look);
  return shown.map((qc) => readConn(look, qc, moves, threads, lists)).sort((a, b) => a.index - b.index);
}

/** Which thread's list each connection is linked into. */
class Lists {
  readonly open = new Map<number, number>();
  readonly closing = new Map<number, number>();

  constructor(look: Look) {
    for (let t = 0; t < look.W.cfg.threads; t++) {
      this.walk(look, this.open, t, ThreadCtx.quicConns);
      this.walk(look, this.closing, t, ThreadCtx.quicConnsClo);
    }
  }

  private walk(look: Look, into: Map<number, number>, t: number, list: number): void {
    const head = look.W.th(t) + list;
    // A list caught in the middle of an append may lead elsewhere: each element is met once.
    for (let n = listFirst(look.mem, head); n; n = listNext(look.mem, head, n)) {
      if (into.has(n - QuicConn.elThCtx)) return;
      into.set(n - QuicConn.elThCtx, t);
    }
  }
}

function readConn(
  look: Look,
  qc: number,
  moves: Moves,
  threads: readonly ThreadView[],
  lists: Lists,
): ConnView {
  const { W } = look;
  const flags = look.ld(qc + QuicConn.flags);
  const owner = look.owner(qc);
  const index = look.index(qc);
  const at = owner >= 0 ? owner : 0;
  const idle = look.ld(qc + QuicConn.idleTask);
  const loss = look.ld(qc + QuicConn.timerTask);
  const io = look.ld(qc + QuicConn.tasklet);
  const name = look.name(qc);
  const late = threads.reduce((n, t) => n + (t.tid === owner ? 0 : heldBack(t, name.letter)), 0);
  const rebind = rebindOf(look, qc, owner);
  const c: ConnView = {
    index,
    name,
    pointer: pointer(qc),
    client: W.consts.clients.address(look.ld(qc + QuicConn.peerAddr))?.text ?? '',
    owner,
    listTid: lists.open.get(qc) ?? lists.closing.get(qc) ?? -1,
    closing: (flags & QC.CLOSING) !== 0,
    draining: (flags & QC.DRAINING) !== 0,
    inClosingList: lists.closing.has(qc),
    state: stateText(look, qc),
    mux: (['null', 'ready', 'released'] as const)[look.ld(qc + QuicConn.muxState)] ?? 'null',
    accepted: accepted(look, qc, flags),
    flags,
    flagNames: Object.entries(QC)
      .filter(([, bit]) => flags & bit)
      .map(([n]) => called(look.P.names, n)),
    idle: timer(look, idle, at),
    loss: timer(look, loss, at),
    ackDelay: ackTimer(look, qc, at, idle),
    io: {
      queued: io !== 0 && (look.ld(io + Task.state) & TASK.IN_LIST) !== 0,
      tid: io ? look.ld(io + Task.tid) : -1,
      process: io ? (look.P.procedures[look.ld(io + Task.process)]?.name ?? '') : '',
    },
    fd: fdOf(look, qc),
    cids: cidsOf(look, qc),
    odcid: cidHex((i) => look.ld(i), qc + QuicConn.odcid, look.ld(qc + QuicConn.odcid + 5)),
    dcid: cidHex((i) => look.ld(i), qc + QuicConn.dcid, look.ld(qc + QuicConn.dcid + 5)),
    rebind,
    closeOrdered: closeOrdered(look, qc),
    ghostTid: moves.ghost(index, late, rebind !== null),
    late,
    rxWaiting: count(look, qc + QuicConn.rxPkts),
    frozen: false,
    counters: {
      datagrams: look.ld(qc + QuicConn.datagrams),
      packets: look.ld(qc + QuicConn.packets),
      rxBytes: look.ld(qc + QuicConn.rxBytes),
      inFlightPackets: [0, 1, 2].reduce(
        (n, s) => n + look.ld(qc + QuicConn.pktns + s * Pktns.$size + Pktns.inFlight),
        0,
      ),
      rttMs: look.ld(qc + QuicConn.srtt),
      ptoCount: look.ld(qc + QuicConn.ptoCount),
    },
    rebindRefusal: refusal(look, qc),
    closeRefusal: closeRefusal(look.machine, qc),
  };
  c.frozen = frozen(look, qc, c, threads);
  return c;
}

/** Datagrams of a connection in a thread's inbox, and the one that it took from there and has not passed on yet. */
export function heldBack(t: ThreadView, letter: string): number {
  const waiting = t.inbox.filter((d) => d.conn?.letter === letter).length;
  const inHand = t.roles.includes('inbox') && t.hand?.conn?.letter === letter;
  return waiting + (inHand ? 1 : 0);
}

function stateText(look: Look, qc: number): string {
  const text = STATES[look.ld(qc + QuicConn.state)] ?? '';
  return look.ld(qc + QuicConn.inferred) ? `${text} (inferred: no keys)` : text;
}

/** Between being picked and being called, and until it is queued again, a task is only in the scheduler's hands. */
const ownTask = (look: Look, qc: number, f: FrameView): boolean => {
  const tl = f.local('tl');
  return tl !== 0 && look.ld(tl + Task.context) === qc;
};

/**
 * Alive, and nothing is left that would run it: no timer and no wake-up queued, no thread in it. With a socket of its own
 * nobody polls that; without one nothing of it waits anywhere or is still to come.
 */
function frozen(look: Look, qc: number, c: ConnView, threads: readonly ThreadView[]): boolean {
  if (c.owner < 0 || c.rebind || c.closeOrdered || c.idle.queued || c.loss.queued || c.io.queued)
    return false;
  if (c.fd?.active) return false;
  const { letter } = c.name;
  const touched = threads.some(
    (t) =>
      heldBack(t, letter) > 0 ||
      t.hand?.conn?.letter === letter ||
      t.runQueue.some((q) => q.conn?.letter === letter) ||
      look.frames(t.tid).some((f) => f.local('qc') === qc || f.local('from') === qc || ownTask(look, qc, f)),
  );
  return !touched && (c.fd !== null || !moreToCome(look, c.index));
}

/** Is a datagram of the connection in a socket or still to arrive? */
function moreToCome(look: Look, conn: number): boolean {
  const { W } = look;
  const s = W.consts.datagrams;
  const comes = [LEDGER.FUTURE, LEDGER.KERNEL, LEDGER.ASIDE, LEDGER.COPY] as number[];
  for (let d = W.rows - 1; d >= 0; d--) {
    const state = ledgerState(look.ld(W.ledger(d)));
    if (s.conn[d] !== conn || !comes.includes(state)) continue;
    // In a duplicate's place 0 means that there is none.
    if (d < s.count || state !== LEDGER.FUTURE) return true;
  }
  return false;
}

function refusal(look: Look, qc: number): string {
  const waits = orderWaiting(look.machine, qc);
  if (waits) return waits;
  if (beingRebound(look.machine, qc)) return 'it is being rebound';
  if (look.owner(qc) < 0) return 'it belongs to no thread now';
  if (!look.ld(look.W.global + Global.gate)) return '';
  return REFUSAL[gateReason(look.mem, qc)] ?? '';
}

function rebindOf(look: Look, qc: number, owner: number): ConnView['rebind'] {
  const trigger = look.ld(qc + QuicConn.rebindTrigger) === 2 ? 'hand' : 'accept';
  for (let t = 0; t < look.W.cfg.threads; t++) {
    for (const f of look.frames(t)) {
      if (f.proc.roles.has('rebind') && !f.step.handedOver && f.local('qc') === qc) {
        const to = f.local('new_tid');
        return { from: t, to, prepared: false, committed: false, finalized: false, trigger };
      }
    }
  }
  const pend = look.ld(qc + QuicConn.pendTo);
  if (pend) {
    const from = look.ld(qc + QuicConn.rebindFrom);
    const committed = owner === pend - 1;
    const prepared = !committed && isPrepared(look, qc);
    return { from, to: pend - 1, prepared, committed, finalized: false, trigger };
  }
  const hand = look.ld(qc + QuicConn.handTask);
  if (!hand || closeOrdered(look, qc)) return null;
  const to = look.ld(hand + Task.arg);
  if (to === ON_ITS_WAY) return null;
  return { from: owner, to, prepared: false, committed: false, finalized: false, trigger: 'hand' };
}

/** Marked as being rebound and not finalized: with 95f624540 that is so before the commit already. */
export const isPrepared = (look: Look, qc: number): boolean =>
  look.ld(qc + QuicConn.pendTo) !== 0 && (look.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0;

function closeOrdered(look: Look, qc: number): boolean {
  const hand = look.ld(qc + QuicConn.handTask);
  return hand !== 0 && look.ld(hand + Task.process) === closeByHand.id;
}

function accepted(look: Look, qc: number, flags: number): ConnView['accepted'] {
  if (!(flags & QC.ACCEPT_REGISTERED)) return 'no';
  const conn = look.ld(qc + QuicConn.conn);
  if (!conn) return 'waiting';
  const f = look.ld(conn + Connection.flags);
  if (f & 2) return 'yes';
  return f & 1 ? 'in ring' : 'waiting';
}

const OFF: TimerView = { armed: false, leftMs: 0, share: 0, queued: false };

/** Left = expire word less the owner's clock; share of the span that it was armed for. */
function left(look: Look, owner: number, expire: number, span: number): Pick<TimerView, 'leftMs' | 'share'> {
  const leftMs = expire - look.timeOf(owner) / NS_PER_MS;
  return { leftMs, share: Math.min(1, Math.max(0, leftMs / Math.max(1, span))) };
}

function isQueued(look: Look, task: number): boolean {
  return !listEmpty(look.mem, task + Task.wq) || (look.ld(task + Task.state) & TASK.QUEUED) !== 0;
}

function timer(look: Look, task: number, owner: number): TimerView {
  const expire = task ? look.ld(task + Task.expire) : 0;
  if (!expire) return OFF;
  const span = expire - look.ld(task + Task.armedAt);
  return { armed: true, ...left(look, owner, expire, span), queued: isQueued(look, task) };
}

/** The ACK delay runs on the idle timer's task. */
function ackTimer(look: Look, qc: number, owner: number, idle: number): TimerView {
  const expire = look.ld(qc + QuicConn.ackExpire);
  if (!expire || !idle) return OFF;
  return { armed: true, ...left(look, owner, expire, N.ACK_DELAY), queued: isQueued(look, idle) };
}

function fdOf(look: Look, qc: number): ConnView['fd'] {
  const fd = look.ld(qc + QuicConn.fd);
  if (fd < 0) return null;
  const at = look.W.fd(fd);
  const threads = Array.from({ length: look.W.cfg.threads }, (_, t) => t);
  const inMask = (field: number, t: number): boolean => (look.ld(maskWord(at + field, t)) & maskBit(t)) !== 0;
  return {
    number: fd,
    thread: threads.findLast((t) => inMask(Fdtab.threadMask, t)) ?? -1,
    active: (look.ld(at + Fdtab.state) & 1) !== 0,
    polledBy: threads.filter((t) => inMask(Fdtab.pollRecv, t)),
    waiting: look.ld(at + Fdtab.kqLen),
  };
}

function count(look: Look, head: number): number {
  let n = 0;
  for (let i = listFirst(look.mem, head); i && n < 10_000; i = listNext(look.mem, head, i)) n++;
  return n;
}

/** Is the CID's node in its tree? */
function inTree(look: Look, cid: number): boolean {
  const n = cid + QuicCid.node;
  const w = (i: number): number => look.ld(n + i);
  return cidLookup(look.mem, look.W.treeRoot(w(0) >>> 24), w(0), w(1), w(2), w(3), w(4), w(5)) === n;
}

function cidsOf(look: Look, qc: number): ConnView['cids'] {
  const out: ConnView['cids'] = [];
  const head = qc + QuicConn.cids;
  for (let n = listFirst(look.mem, head); n && out.length < 16; n = listNext(look.mem, head, n)) {
    const cid = n - QuicCid.byQc;
    out.push({
      seq: look.ld(cid + QuicCid.seqNum),
      cid: cidHex((i) => look.ld(i), cid + QuicCid.node, look.ld(cid + QuicCid.node + 5)),
      tid: look.ld(cid + QuicCid.tid),
      inTree: inTree(look, cid),
    });
  }
  return out;
}

/** The CID table: every entry that is in a tree, in the order of connections. */
export function readCids(look: Look, moves: Moves, conns: readonly ConnView[]): CidView[] {
  return conns.flatMap((c) =>
    c.cids
      .filter((k) => k.inTree)
      .map((k) => {
        const lock = look.ld(look.W.treeLock(Number.parseInt(k.cid.slice(0, 2), 16)));
        return {
          cid: k.cid,
          conn: c.name,
          connIndex: c.index,
          seq: k.seq,
          tid: k.tid,
          oldTid: k.seq === c.cids[0]?.seq ? moves.oldTid(c.index, c.late, c.rebind !== null) : -1,
          lock: lock === 0 ? ('' as const) : lock > 0 ? ('read' as const) : ('write' as const),
        };
      }),
  );
}
