/** From the end of the handshake to a session on the chosen thread (semantics 1.11, 9, N8). */
import { listEmpty } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlDelete, mtlPop, mtlTryAppend } from '../../memory/mtlist.ts';
import { BUG } from '../model/bugs.ts';
import { MUX, N, QC } from '../model/flags.ts';
import {
  AcceptQueue,
  AcceptRing,
  Connection,
  Global,
  LiPerThread,
  Listener,
  QuicConn,
} from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { setFlags } from './handle.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { commitRebind, finalizeRebind, resetRebind, setTidAffinity } from './rebind.ts';
import { taskletWakeup } from './task.ts';
import { TP } from './trace.ts';
import { sendPpkts, setConnectionClose } from './tx.ts';

/** connection.flags of the model: in an accept ring; through session_accept_fd. */
export const CONN = { IN_RING: 1, ACCEPTED: 2 } as const;

export const acceptPushQc = procedure(
  'quic_accept_push_qc',
  'Pushing to accept',
  ['qc'],
  [
    step('1', 'Once a connection: set ACCEPT_REGISTERED', 'N8/1', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(0);
      if (m.ld(qc + QuicConn.flags) & QC.ACCEPT_REGISTERED) return RET;
      if (x.bugOn(!listEmpty(m, qc + QuicConn.acceptList), BUG.ACCEPT_LISTED)) return NEXT;
      setFlags(x, qc, QC.ACCEPT_REGISTERED);
      return NEXT;
    }),
    step('2', 'Put the listener in this thread’s accept queue', 'N8/1', COST.atomic, (x) => {
      const { m, W } = x;
      const r = mtlTryAppend(
        m,
        W.acceptQueue(x.t) + AcceptQueue.listeners,
        W.perThread(x.t) + LiPerThread.list,
      );
      return r === RETRY ? RETRY_STEP : NEXT;
    }),
    step('3', 'Put the connection in the listener’s list for this thread', 'N8/1', COST.atomic, (x) => {
      const { m, W } = x;
      const r = mtlAppend(m, W.perThread(x.t) + LiPerThread.conns, x.get(0) + QuicConn.acceptList);
      if (r === RETRY) return RETRY_STEP;
      x.sink.note(x, EV.ACCEPT_PUSH, x.get(0));
      return NEXT;
    }),
    step('4', 'Wake this thread’s accept tasklet', 'N8/1', COST.local, (x) => {
      return x.call(taskletWakeup, x.m.ld(x.W.acceptQueue(x.t) + AcceptQueue.tasklet));
    }),
    step('5', 'Back', '', COST.local, () => RET),
  ],
);

export const acceptRun = procedure(
  'quic_accept_run',
  'Accepting',
  ['tl'],
  [
    step('1', 'A listener with connections to accept?', 'N8/2', COST.atomic, (x) => {
      const head = x.W.acceptQueue(x.t) + AcceptQueue.listeners;
      return x.m.ald(head) === head ? RET : x.call(listenerAccept);
    }),
    step('2', 'More of them? Then again later', 'N8/2', COST.atomic, (x, go) => {
      const head = x.W.perThread(x.t) + LiPerThread.conns;
      return x.m.ald(head) === head ? NEXT : go['4']!;
    }),
    step('3', 'Take the listener out of the queue', 'N8/2', COST.atomic, (x) => {
      return mtlDelete(x.m, x.W.perThread(x.t) + LiPerThread.list) === RETRY ? RETRY_STEP : RET;
    }),
    step('4', 'Wake itself', 'N8/2', COST.local, (x) => x.call(taskletWakeup, x.get(0))),
    step('5', 'Leave', '', COST.local, () => RET),
  ],
);

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
      (x) => x.call(commitRebind, x.get(A.qc), x.get(A.tid)),
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

/** Locals of accept_queue_process: its tasklet. */
const Q = { tl: 0, ctx: 1, state: 2, n: 3, conn: 4 } as const;

export const acceptQueueProcess = procedure(
  'accept_queue_process',
  'Taking over accepted connections',
  ['tl', 'ctx', 'state', 'n', 'conn'],
  [
    step('1', 'Next entry of this thread’s accept ring, up to maxaccept', 'N8/8', COST.atomic, (x, go) => {
      const { m, W } = x;
      if (x.get(Q.n) >= N.MAX_ACCEPT) return go.again!;
      const ring = W.acceptRing(x.t);
      const head = m.ald(ring + AcceptRing.head);
      if (head === m.ald(ring + AcceptRing.tail)) return RET;
      const conn = m.ald(W.ringEntry(x.t, head));
      if (conn === 0) return RETRY_STEP;
      x.set(Q.conn, conn);
      return NEXT;
    }),
    step('2', 'Empty the entry and move on', 'N8/8', COST.atomic, (x) => {
      const { m, W } = x;
      const ring = W.acceptRing(x.t);
      const head = m.ald(ring + AcceptRing.head);
      m.ast(W.ringEntry(x.t, head), 0);
      m.ast(ring + AcceptRing.head, (head + 1) % W.cfg.ringSize);
      x.set(Q.n, x.get(Q.n) + 1);
      return NEXT;
    }),
    step('3', 'Count it on this thread', 'N8/8', COST.atomic, (x) => {
      x.m.add(x.W.perThread(x.t) + LiPerThread.thrConn, 1);
      return NEXT;
    }),
    step('4', 'Start its session', 'N8/8', COST.local, (x, go) =>
      x.callThen(go['1']!, sessionAcceptFd, x.get(Q.conn)),
    ),
    step('again', 'Enough for now: wake itself', 'N8/8', COST.local, (x) =>
      x.call(taskletWakeup, x.get(Q.tl)),
    ),
    step('out', 'Leave', '', COST.local, () => RET),
  ],
);

/** Locals of session_accept_fd. */
const S = { conn: 0, qc: 1 } as const;

/** Whether finalize is due; the mutation X14 does not ask. */
const isRebound = (x: Exec, qc: number): boolean =>
  x.P.mutations.has('X14') || (x.m.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0;

export const sessionAcceptFd = procedure(
  'session_accept_fd',
  'Starting the session',
  ['conn', 'qc'],
  [
    step('1', 'Prepare the connection: qc_conn_init', 'N8/9', COST.local, (x) => {
      const qc = x.m.ld(x.get(S.conn) + Connection.qc);
      x.set(S.qc, qc);
      x.sink.trace(x, TP.initEnter, qc);
      return NEXT;
    }),
    step(
      '1f',
      'Rebound and not finished yet? Finish it first',
      'N8/9',
      COST.local,
      (x) => {
        const qc = x.get(S.qc);
        return isRebound(x, qc) ? x.call(finalizeRebind, qc) : NEXT;
      },
      { since: 'a8968701c' },
    ),
    step(
      '2',
      'Session, then the tcp-request rules: do they let it pass? (scripted)',
      'N8/9',
      COST.local,
      (x, go) => {
        x.sink.trace(x, TP.initLeave, x.get(S.qc));
        return x.W.cfg.rejects ? go.r1! : NEXT;
      },
    ),
    step('3', 'Start the transport: qc_xprt_start', 'N8/9', COST.local, (x) => {
      x.sink.trace(x, TP.startEnter, x.get(S.qc));
      return NEXT;
    }),
    step(
      '3f',
      'Finish the rebind on this thread',
      'N8/9',
      COST.local,
      (x) => x.call(finalizeRebind, x.get(S.qc)),
      {
        since: '1acbbca17',
        until: 'd6646dddc',
      },
    ),
    step(
      '3g',
      'Rebound and not finished yet? Finish it',
      'N8/9',
      COST.local,
      (x) => {
        const qc = x.get(S.qc);
        return isRebound(x, qc) ? x.call(finalizeRebind, qc) : NEXT;
      },
      { since: 'd6646dddc', until: 'a8968701c' },
    ),
    step('4', 'The mux may use it: mux_state READY', 'N8/10', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(S.qc);
      m.st(qc + QuicConn.muxState, MUX.READY);
      m.st(x.get(S.conn) + Connection.flags, CONN.ACCEPTED);
      x.sink.note(x, EV.ACCEPT, qc, x.t);
      return NEXT;
    }),
    step(
      '4w',
      'Post-handshake frames due? Wake the I/O tasklet',
      'N8/10',
      COST.local,
      (x) => {
        const { m } = x;
        const qc = x.get(S.qc);
        const due = m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS;
        return due ? x.call(taskletWakeup, m.ld(qc + QuicConn.tasklet)) : NEXT;
      },
      { since: 'd8f1ff864' },
    ),
    step('5', 'Install the mux (scripted): HTTP/3 sends its settings at once', 'N7', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(S.qc);
      x.sink.trace(x, TP.startLeave, qc);
      return m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS ? NEXT : go['7']!;
    }),
    step('6', 'Before the mux’s data: the post-handshake frames', 'N7', COST.local, (x) =>
      x.call(buildPostHandshakeFrames, x.get(S.qc)),
    ),
    step('7', 'Send what is due', 'N7', COST.local, (x) => x.call(sendPpkts, x.get(S.qc))),
    step('8', 'The session runs', 'N8/9', COST.local, () => RET),
    step('r1', 'A rule rejects it: mux_state RELEASED', 'N8/11', COST.local, (x) => {
      x.m.st(x.get(S.qc) + QuicConn.muxState, MUX.RELEASED);
      x.m.st(x.get(S.conn) + Connection.flags, CONN.ACCEPTED);
      return NEXT;
    }),
    step('r2', 'Ask for a CONNECTION_CLOSE', 'N8/11', COST.local, (x) =>
      x.call(setConnectionClose, x.get(S.qc), 0),
    ),
    step('r3', 'Wake its I/O tasklet, which sends it', 'N8/11', COST.local, (x) =>
      x.call(taskletWakeup, x.m.ld(x.get(S.qc) + QuicConn.tasklet)),
    ),
    step('r4', 'Take it off this thread’s count', 'N8/9', COST.atomic, (x) => {
      x.m.add(x.W.perThread(x.t) + LiPerThread.thrConn, -1);
      return NEXT;
    }),
    step('r5', 'and off the listener’s', 'N8/9', COST.atomic, (x) => {
      x.m.add(x.W.listener + Listener.nbconn, -1);
      return RET;
    }),
  ],
);

export const acceptProcedures = [
  acceptPushQc,
  acceptRun,
  listenerAccept,
  acceptQueueProcess,
  sessionAcceptFd,
] as const;
