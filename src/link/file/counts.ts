/** Sessions counted from what there is, for a moment in which they were counted otherwise. */
import { joint } from '../../haproxy/lib/joint.ts';
import { MUX, STATE, TASK } from '../../haproxy/model/flags.ts';
import {
  AcceptRing,
  Connection,
  Global,
  LiPerThread,
  Listener,
  QuicCid,
  QuicConn,
  Task,
  ThreadCtx,
} from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { muxEnd } from '../../haproxy/proc/session-end.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import { listFirst, listInit } from '../../memory/list.ts';
import { mtlWalk } from '../../memory/mtlist.ts';
import { PlainMem } from '../../memory/plain.ts';
import { poolAlloc, poolCount, poolNext } from '../../memory/pool.ts';

/**
 * Sets the listener's `nbconn` to the sessions that have not ended and those that wait in an accept ring, and each thread's `thr_conn` to those of
 * the connections that it owns.
 */
export function countAnew(words: Int32Array, W: World): void {
  const m = new PlainMem(words);
  const waiting = new Set<number>();
  const each = new Array<number>(W.cfg.threads).fill(0);
  for (let t = 0; t < W.cfg.threads; t++)
    for (let i = 0; i < W.cfg.ringSize; i++) waiting.add(m.ld(W.ringEntry(t, i)));
  let all = 0;
  for (let c = poolNext(m, W.pools.connection, 0); c; c = poolNext(m, W.pools.connection, c)) {
    const qc = m.ld(c + Connection.qc);
    if (m.ld(qc + QuicConn.muxState) === MUX.RELEASED) continue;
    all++;
    const first = waiting.has(c) ? 0 : listFirst(m, qc + QuicConn.cids);
    const owner = first ? m.ld(first - QuicCid.byQc + QuicCid.tid) : -1;
    if (!(owner >= 0 && owner < each.length)) continue;
    each[owner]!++;
    giveMux(m, W, qc, owner);
  }
  m.st(W.listener + Listener.nbconn, all);
  m.st(W.global + Global.feconn, all);
  m.st(W.global + Global.actconn, all);
  each.forEach((n, t) => {
    m.st(W.perThread(t) + LiPerThread.thrConn, n);
  });
}

/** A session of then has no tasklet that ends it: here it needs one. */
function giveMux(m: PlainMem, W: World, qc: number, owner: number): void {
  if (m.ld(qc + QuicConn.muxState) !== MUX.READY) return;
  const tl = poolAlloc(m, W.pools.mux, owner);
  if (tl <= 0) return;
  m.st(tl + Task.state, TASK.F_TASKLET);
  m.st(tl + Task.tid, -1);
  m.st(tl + Task.process, muxEnd.id);
  m.st(tl + Task.context, 0);
  listInit(m, tl + Task.list);
  listInit(m, tl + Task.wq);
  m.st(qc + QuicConn.mux, tl);
}

const LISTS = [
  ThreadCtx.urgent,
  ThreadCtx.normal,
  ThreadCtx.bulk,
  ThreadCtx.heavy,
  ThreadCtx.sharedTasklets,
] as const;

/** Handshakes under way, and connections in accept lists, where a program counts them on the listener. */
function countWaiting(m: PlainMem, W: World, P: Program): void {
  let [handshakes, waiting] = [0, 0];
  for (let qc = poolNext(m, W.pools.conn, 0); qc; qc = poolNext(m, W.pools.conn, qc))
    if (m.ld(qc + QuicConn.state) < STATE.COMPLETE) handshakes++;
  for (let t = 0; t < W.cfg.threads; t++)
    mtlWalk(m, W.perThread(t) + LiPerThread.conns, () => void waiting++);
  if (P.traits.countsHandshakes) m.st(W.listener + Listener.currHandshake, handshakes);
  if (P.traits.countsAccepts) m.st(W.listener + Listener.currAccept, waiting);
}

/** Sets `actconn` to the connections where it counts those, the listener's counts of what waits, and each thread's `tasks_in_list` to the tasks in its lists. */
export function countProcess(words: Int32Array, W: World, P: Program): void {
  const m = new PlainMem(words);
  if (P.traits.countsConns) m.st(W.global + Global.actconn, poolCount(m, W.pools.conn));
  countWaiting(m, W, P);
  for (let t = 0; t < W.cfg.threads; t++) {
    const th = W.th(t);
    let n = 0;
    const count = (el: number): void => {
      if (!(m.ld(el - Task.list + Task.state) & TASK.F_TASKLET)) n++;
    };
    for (const f of LISTS) mtlWalk(m, th + f, count);
    m.st(th + ThreadCtx.tasksInList, n);
  }
}

/** Head and tail of each accept ring, kept in two words then, are one where the program has them so. */
export function joinRings(words: Int32Array, W: World, P: Program): void {
  if (!P.fixes.has('e6f5ab5af')) return;
  for (let t = 0; t < W.cfg.threads; t++) {
    const ring = W.acceptRing(t);
    words[ring + AcceptRing.idx] = joint(words[ring + AcceptRing.head]!, words[ring + AcceptRing.tail]!);
    words[ring + AcceptRing.head] = 0;
    words[ring + AcceptRing.tail] = 0;
  }
}
