/** What rules look at: typed readings of the block that several of them share. */

import { QuicCid, QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { type CompiledStep, hasRole, operand } from '../../haproxy/step/compile.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import type { Operand, Role } from '../../haproxy/step/roles.ts';
import { cidLookup } from '../../memory/cidtree.ts';
import { listFirst, listNext } from '../../memory/list.ts';
import { POISON } from '../../memory/mem.ts';
import { poolNext } from '../../memory/pool.ts';
import type { Machine } from '../machine.ts';

/** The innermost frame of thread `t`; 0 when it has none. */
export const frameOf = (x: Machine, t: number): number => x.m.ld(x.W.th(t) + ThreadCtx.fp);

/** Connection that the procedure in the frame at `fp` works on; 0 when there is none. */
export function connIn({ m, P }: Machine, fp: number): number {
  const { proc, handedOver } = P.steps[m.ld(fp)]!;
  if (proc.qc < 0 || !proc.worksOnConn || handedOver) return 0;
  const qc = m.ld(fp + FRAME_HEAD + proc.qc);
  // Its last callback may still name a connection that it has just released.
  return qc && m.ld(qc + QuicConn.cids) !== POISON ? qc : 0;
}

/** Whether thread `t` is inside a procedure on connection `qc`. */
export function isInside(x: Machine, t: number, qc: number): boolean {
  for (let fp = frameOf(x, t); fp; fp = x.m.ld(fp + 1)) if (connIn(x, fp) === qc) return true;
  return false;
}

/** Innermost connection of thread `t` that thread `u` is inside too; 0 when there is none. */
export function insideBoth(x: Machine, t: number, u: number): number {
  for (let fp = frameOf(x, t); fp; fp = x.m.ld(fp + 1)) {
    const qc = connIn(x, fp);
    if (qc && isInside(x, u, qc)) return qc;
  }
  return 0;
}

/** Connections that a procedure of any kind has in a local: not at a stable point. */
export function busy(x: Machine): Set<number> {
  const { m, W, P } = x;
  const out = new Set<number>();
  for (let t = 0; t < W.cfg.threads; t++) {
    // Just made, and returned: it stands in no local yet.
    if (hasRole(x.at(t), 'made')) out.add(m.ld(W.th(t) + ThreadCtx.ret));
    for (let fp = m.ld(W.th(t) + ThreadCtx.fp); fp; fp = m.ld(fp + 1)) {
      const { locals } = P.steps[m.ld(fp)]!.proc;
      for (let i = 0; i < locals.length; i++) {
        const name = locals[i]!;
        if (name === 'qc' || name === 'from') out.add(m.ld(fp + FRAME_HEAD + i));
        if (name !== 'tl') continue;
        // Taken off its queue, its function not called yet: what it will run on.
        const tl = m.ld(fp + FRAME_HEAD + i);
        if (tl) out.add(m.ld(tl + Task.context));
      }
    }
  }
  return out;
}

/** The connection that follows `after` (0 for the first), or 0 when there are no more. */
export function nextConn(x: Machine, after: number): number {
  const { conn } = x.W.pools;
  let p = poolNext(x.m, conn, after);
  while (p && !x.m.ld(p + QuicConn.cids)) p = poolNext(x.m, conn, p);
  return p;
}

export function* connsOf(x: Machine): Generator<number> {
  for (let qc = nextConn(x, 0); qc; qc = nextConn(x, qc)) yield qc;
}

export function* cidsOf(x: Machine, qc: number): Generator<number> {
  const head = qc + QuicConn.cids;
  for (let n = listFirst(x.m, head); n; n = listNext(x.m, head, n)) yield n - QuicCid.byQc;
}

export function inTree(x: Machine, cid: number): boolean {
  const n = cid + QuicCid.node;
  const w = (i: number): number => x.m.ld(n + i);
  return cidLookup(x.m, x.W.treeRoot(w(0) >>> 24), w(0), w(1), w(2), w(3), w(4), w(5)) === n;
}

/** Name of a connection in a rule's message. */
export const nameOf = (x: Machine, qc: number): string => {
  const c = x.m.ld(qc + QuicConn.capConn);
  return c >= 0 ? `connection ${c}` : 'a connection of no capture';
};

/** Whether a thread is inside LIST_APPEND: its list is not whole until it has left it. */
export function appending(x: Machine): boolean {
  for (let t = 0; t < x.W.cfg.threads; t++) if (x.at(t).proc.roles.has('listWriter')) return true;
  return false;
}

/** What an operand of a role holds for thread `t`, which stands at step `s`. */
export function held<R extends Role>(
  x: Machine,
  t: number,
  s: CompiledStep,
  role: R,
  name: Operand<R>,
): number {
  return x.m.ld(x.m.ld(x.W.th(t) + ThreadCtx.fp) + operand(s, role, name));
}

/** What `wrong` says of the first thread that stands at a step of `role` and is not well there. `of` reads the role's operands. */
export function standing<R extends Role>(
  x: Machine,
  role: R,
  wrong: (t: number, of: (name: Operand<R>) => number) => string | null,
): string | null {
  for (let t = 0; t < x.W.cfg.threads; t++) {
    const s = x.at(t);
    const text = hasRole(s, role) ? wrong(t, (name) => held(x, t, s, role, name)) : null;
    if (text) return text;
  }
  return null;
}
