import { RETRY } from '../../memory/mem.ts';
import { mtlPop } from '../../memory/mtlist.ts';
import { N, QC } from '../model/flags.ts';
import { AcceptRing, Connection, Global, LiPerThread, Listener, QuicConn } from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { CONN } from './accept.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { setTidAffinity } from './rebind.ts';
import { commitRebind, resetRebind } from './rebind-commit.ts';
import { sessionAcceptFd } from './session.ts';
import { taskletWakeup } from './task.ts';

/** Threads a mask of `low` and `high` spans, less one: the cursors wrap there. A world of up to 32 threads has 32. */
const wrap = (high: number): number => (high ? 63 : 31);

/** Next set bit of a mask at or after `t` going up, or down (`by` -1), wrapping; the mask is not 0. */
export function nextBit(low: number, high: number, t: number, by: 1 | -1): number {
  const last = wrap(high);
  for (let i = 0; i <= last; i++) {
    const u = (t + by * i) & last;
    if ((u < 32 ? low : high) & maskBit(u)) return u;
  }
  return 0;
}

/** The two candidates of `thr_idx` = t2 << 16 | t1: t1 walks up, t2 down and is another thread. */
export function candidates(low: number, idx: number, high = 0): { t1: number; t2: number } {
  const t1 = nextBit(low, high, idx & 0xffff, 1);
  let t2 = nextBit(low, high, (idx >>> 16) & 0xffff, -1);
  if (t2 === t1) t2 = nextBit(low, high, (t1 - 1) & wrap(high), -1);
  return { t1, t2 };
}

/** The choice between them by load, and the cursors after it (semantics 9, at 1acbbca17). */
export function chooseByLoad(
  t1: number,
  t2: number,
  q1: number,
  q2: number,
  high = 0,
): { tid: number; idx: number } {
  const last = wrap(high);
  let [n1, n2, tid] = [t1, t2, t1];
  if (q1 < q2) n2 = (t2 - 1) & last;
  else if (q1 > q2) {
    tid = t2;
    n1 = (t1 + 1) & last;
  } else n1 = (t1 + 1) & last;
  return { tid, idx: (n2 << 16) | n1 };
}

/** The thread + 1 that the person picked for this connection, or for the next accept; the pick is used up. */
function takeTarget(x: Exec, conn: number): number {
  const { m, W } = x;
  const own = conn >= 0 ? m.ld(W.acceptTarget(conn)) : 0;
  if (own) m.st(W.acceptTarget(conn), 0);
  const any = m.ld(W.global + Global.acceptTarget);
  if (!own && any) m.st(W.global + Global.acceptTarget, 0);
  return own || any;
}

/** Locals of listener_accept. */
const A = { rounds: 0, qc: 1, conn: 2, idx: 3, q1: 4, q2: 5, tid: 6, pos: 7 } as const;

const two = (x: Exec): { t1: number; t2: number } =>
  candidates(x.m.ld(x.W.listener + Listener.threadMask), x.get(A.idx), highMask(x));

const highMask = (x: Exec): number => x.m.ld(x.W.listener + Listener.threadMask + 1);

/** Connections in a thread's accept ring, as accept_queue_ring_len. */
function ringLen(x: Exec, tid: number): number {
  const ring = x.W.acceptRing(tid);
  const size = x.W.cfg.ringSize;
  return (x.m.ald(ring + AcceptRing.tail) - x.m.ald(ring + AcceptRing.head) + size) % size;
}

export const listenerAccept = procedure(
  'listener_accept',
  'Accepting',
  ['rounds', 'qc', 'conn', 'idx', 'q1', 'q2', 'tid', 'pos'],
  [
    step(
      '1',
      'Next round, up to maxaccept: count the connection on the listener',
      'N8/3',
      COST.atomic,
      (x) => {
        const n = x.get(A.rounds);
        if (n >= N.MAX_ACCEPT) return RET;
        x.set(A.rounds, n + 1);
        x.m.add(x.W.listener + Listener.nbconn, 1);
        return NEXT;
      },
    ),
    step('2', 'Take a connection that waits', 'N8/4', COST.atomic, (x, go) => {
      const { m, W } = x;
      const el = mtlPop(m, W.perThread(x.t) + LiPerThread.conns);
      if (el === RETRY) return RETRY_STEP;
      if (el === 0) return go.none!;
      const qc = el - QuicConn.acceptList;
      if (m.ld(qc + QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) return go.none!;
      x.set(A.qc, qc);
      return NEXT;
    }),
    step('3', 'Make its struct connection', 'N8/4', COST.pool, (x) => {
      const { m, W } = x;
      const conn = x.alloc(W.pools.connection);
      if (conn === RETRY) return RETRY_STEP;
      if (conn === 0) throw new Error('the connection pool has a slot for each connection');
      m.st(conn + Connection.qc, x.get(A.qc));
      m.st(conn + Connection.target, W.listener);
      m.st(x.get(A.qc) + QuicConn.conn, conn);
      x.set(A.conn, conn);
      return NEXT;
    }),
    step('4l', 'Accept it on this thread', 'N8/5', COST.local, (_x, go) => go.local!, { until: '1acbbca17' }),
    step(
      '4',
      'Choose a thread: read the listener’s two cursors',
      '9',
      COST.atomic,
      (x, go) => {
        const { m, W } = x;
        const mask = m.ld(W.listener + Listener.threadMask);
        if (!(mask & (mask - 1)) && !highMask(x)) return go.local!;
        const wanted = takeTarget(x, m.ld(x.get(A.qc) + QuicConn.capConn));
        if (wanted) {
          x.set(A.tid, wanted - 1);
          return go['5']!;
        }
        x.set(A.idx, m.ald(W.listener + Listener.thrIdx));
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '4a',
      'Load of the first: its accept ring',
      '9',
      COST.atomic,
      (x) => {
        x.set(A.q1, ringLen(x, two(x).t1));
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '4b',
      'and its connections',
      '9',
      COST.atomic,
      (x) => {
        x.set(A.q1, x.get(A.q1) + x.m.ald(x.W.perThread(two(x).t1) + LiPerThread.thrConn));
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '4c',
      'Load of the second: its accept ring',
      '9',
      COST.atomic,
      (x) => {
        x.set(A.q2, ringLen(x, two(x).t2));
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '4d',
      'and its connections',
      '9',
      COST.atomic,
      (x) => {
        x.set(A.q2, x.get(A.q2) + x.m.ald(x.W.perThread(two(x).t2) + LiPerThread.thrConn));
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '4e',
      'Take the less loaded, move the cursors',
      '9',
      COST.atomic,
      (x, go) => {
        const { t1, t2 } = two(x);
        const { tid, idx } = chooseByLoad(t1, t2, x.get(A.q1), x.get(A.q2), highMask(x));
        x.set(A.tid, tid);
        return x.m.cas(x.W.listener + Listener.thrIdx, x.get(A.idx), idx) ? NEXT : go['4']!;
      },
      { since: '1acbbca17' },
    ),
    step(
      '5',
      'Note that it is being rebound (a word of ours)',
      '',
      COST.local,
      (x) => {
        x.m.st(x.get(A.qc) + QuicConn.pendTo, x.get(A.tid) + 1);
        x.m.st(x.get(A.qc) + QuicConn.rebindTrigger, 1);
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '6',
      'Rebind it to that thread, even when it is this one',
      'N8/5',
      COST.local,
      (x) => {
        return x.call(setTidAffinity, x.get(A.qc), x.get(A.tid));
      },
      { since: '1acbbca17', unless: 'X21' },
    ),
    step(
      '6b',
      'No memory? Then it stays and is accepted here',
      'N8/5',
      COST.local,
      (x, go) => {
        if (x.ret === 0) return NEXT;
        x.m.st(x.get(A.qc) + QuicConn.pendTo, 0);
        return go.local!;
      },
      { since: '1acbbca17', unless: 'X21' },
    ),
    step(
      '6x',
      'Mutation X22: hand the connection over before there is a place',
      '4.1/2',
      COST.local,
      (x) => x.call(commitRebind, x.get(A.qc), x.get(A.tid)),
      { with: 'X22' },
    ),
    step(
      '7',
      'Take a place in that thread’s accept ring',
      'N8/6',
      COST.atomic,
      (x, go) => {
        const { m, W } = x;
        const ring = W.acceptRing(x.get(A.tid));
        const tail = m.ald(ring + AcceptRing.tail);
        const next = (tail + 1) % W.cfg.ringSize;
        if (next === m.ald(ring + AcceptRing.head)) return go.full!;
        if (!m.cas(ring + AcceptRing.tail, tail, next)) return RETRY_STEP;
        x.set(A.pos, tail);
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '7a',
      'Hand the connection over, before the place is filled',
      '4.1/2',
      COST.local,
      (x) => (x.P.mutations.has('X22') ? NEXT : x.call(commitRebind, x.get(A.qc), x.get(A.tid))),
      { since: '95f624540', unless: 'X21' },
    ),
    step(
      '7b',
      'Store the connection there',
      'N8/6',
      COST.atomic,
      (x) => {
        const { m, W } = x;
        const conn = x.get(A.conn);
        m.st(conn + Connection.flags, CONN.IN_RING);
        m.ast(W.ringEntry(x.get(A.tid), x.get(A.pos)), conn);
        return NEXT;
      },
      { since: '1acbbca17' },
    ),
    step(
      '8',
      'Wake that thread’s ring tasklet',
      'N8/6',
      COST.local,
      (x, go) => {
        const then = x.P.mutations.has('X21') ? go['8y']! : go['1']!;
        return x.callThen(then, taskletWakeup, x.m.ld(x.W.acceptRing(x.get(A.tid)) + AcceptRing.tasklet));
      },
      { since: '1acbbca17' },
    ),
    step(
      '8y',
      'Mutation X21: rebind it only now',
      'N8/5',
      COST.local,
      (x) => x.call(setTidAffinity, x.get(A.qc), x.get(A.tid)),
      { with: 'X21' },
    ),
    step(
      '8z',
      'Mutation X21: and hand it over',
      '4.1/2',
      COST.local,
      (x, go) => {
        if (!x.P.fixes.has('95f624540')) return go['1']!;
        return x.callThen(go['1']!, commitRebind, x.get(A.qc), x.get(A.tid));
      },
      { with: 'X21' },
    ),
    step(
      'full',
      'The ring is full: take the rebind back',
      '4.1/4',
      COST.local,
      (x) => x.call(resetRebind, x.get(A.qc)),
      { since: '95f624540' },
    ),
    step('local', 'Count it on this thread', 'N8/7', COST.atomic, (x) => {
      x.m.add(x.W.perThread(x.t) + LiPerThread.thrConn, 1);
      return NEXT;
    }),
    step('local2', 'Start its session here', 'N8/7', COST.local, (x, go) =>
      x.callThen(go['1']!, sessionAcceptFd, x.get(A.conn)),
    ),
    step('none', 'Nothing to accept: give the count back', 'N8/3', COST.atomic, (x) => {
      x.m.add(x.W.listener + Listener.nbconn, -1);
      return RET;
    }),
  ],
);
