/** From the end of the handshake to a session on the chosen thread (semantics 1.11, 9, N8). */
import { listEmpty } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlDelete, mtlTryAppend } from '../../memory/mtlist.ts';
import { BUG } from '../model/bugs.ts';
import { N, QC } from '../model/flags.ts';
import { AcceptQueue, AcceptRing, LiPerThread, QuicConn } from '../model/layouts.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import { setFlags } from './handle.ts';
import { listenerAccept } from './listener-accept.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { sessionAcceptFd } from './session.ts';
import { taskletWakeup } from './task.ts';

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
