/** From the end of the handshake to a session on the chosen thread (semantics 1.11, 9, N8). */
import { listEmpty } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlDelete, mtlEmpty, mtlTryAppend } from '../../memory/mtlist.ts';
import { ringNext, ringPlace } from '../lib/accept.ts';
import { setFlags } from '../lib/conn.ts';
import { BUG } from '../model/bugs.ts';
import { N, QC } from '../model/flags.ts';
import { AcceptQueue, AcceptRing, LiPerThread, QuicConn, RingEntry } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { listenerAccept } from './listener-accept.ts';
import { sessionAcceptFd } from './session.ts';
import { taskletWakeup } from './task.ts';

const push = procedure({
  key: 'quic_accept_push_qc',
  verb: 'Pushing to accept',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  worksOnConn: true,
});

export const acceptPushQc = push.body([
  push.step(
    '1',
    'Once a connection: set ACCEPT_REGISTERED',
    { ref: 'N8/1', cost: COST.local, touches: 'conn', to: { registered: RET } },
    (x, l, at) => {
      if (x.ld(l.qc, QuicConn.flags) & QC.ACCEPT_REGISTERED) return at.registered;
      if (x.bugOn(!listEmpty(x.m, x.part(l.qc, QuicConn.acceptList)), BUG.ACCEPT_LISTED)) return at.next;
      setFlags(x, l.qc, QC.ACCEPT_REGISTERED);
      return at.next;
    },
  ),
  push.step(
    '2',
    'Put the listener in this thread’s accept queue',
    { ref: 'N8/1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      const listeners = x.part(x.at(AT.acceptQueue, x.t), AcceptQueue.listeners);
      const own = x.part(x.at(AT.perThread, x.t), LiPerThread.list);
      return mtlTryAppend(x.m, listeners, own) === RETRY ? at.retry : at.next;
    },
  ),
  push.step(
    '3',
    'Put the connection in the listener’s list for this thread',
    { ref: 'N8/1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const conns = x.part(x.at(AT.perThread, x.t), LiPerThread.conns);
      if (mtlAppend(x.m, conns, x.part(l.qc, QuicConn.acceptList)) === RETRY) return at.retry;
      x.note(EV.ACCEPT_PUSH, l.qc);
      return at.next;
    },
  ),
  push.step(
    '4',
    'Wake this thread’s accept tasklet',
    { ref: 'N8/1', cost: COST.local, touches: 'shared' },
    (x, _l, at) => x.call(at.next, taskletWakeup, x.ld(x.at(AT.acceptQueue, x.t), AcceptQueue.tasklet)),
  ),
  push.step(
    '5',
    'Back',
    { ref: 'N8/1', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);

const run = procedure({
  key: 'quic_accept_run',
  verb: 'Accepting',
  locals: { tl: to('task') },
  args: ['tl'],
  short: 'accept',
});

export const acceptRun = run.body([
  run.step(
    '1',
    'A listener with connections to accept?',
    { ref: 'N8/2', cost: COST.atomic, touches: 'shared', to: { none: RET } },
    (x, _l, at) => {
      const head = x.part(x.at(AT.acceptQueue, x.t), AcceptQueue.listeners);
      return mtlEmpty(x.m, head) ? at.none : x.call(at.next, listenerAccept);
    },
  ),
  run.step(
    '2',
    'More of them? Then again later',
    { ref: 'N8/2', cost: COST.atomic, touches: 'shared', to: { more: '4' } },
    (x, _l, at) => {
      const head = x.part(x.at(AT.perThread, x.t), LiPerThread.conns);
      return mtlEmpty(x.m, head) ? at.next : at.more;
    },
  ),
  run.step(
    '3',
    'Take the listener out of the queue',
    { ref: 'N8/2', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, _l, at) =>
      mtlDelete(x.m, x.part(x.at(AT.perThread, x.t), LiPerThread.list)) === RETRY ? at.retry : at.done,
  ),
  run.step('4', 'Wake itself', { ref: 'N8/2', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, taskletWakeup, l.tl),
  ),
  run.step(
    '5',
    'Leave',
    { ref: 'N8/2', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);

const q = procedure({
  key: 'accept_queue_process',
  verb: 'Taking over accepted connections',
  locals: {
    tl: to('task'),
    ctx: to('accept_queue_ring'),
    state: int,
    n: int,
    conn: to('connection'),
    pos: int,
  },
  args: ['tl', 'ctx', 'state'],
  short: 'ring',
});

export const acceptQueueProcess = q.body([
  q.step(
    '1',
    'Does this thread’s accept ring hold something? Its own head, and the tail',
    { ref: 'N8/8', cost: COST.atomic, touches: 'shared', to: { enough: 'again', empty: RET } },
    (x, l, at) => {
      if (l.n >= N.MAX_ACCEPT) return at.enough;
      const ring = x.at(AT.acceptRing, x.t);
      // Plain in C.
      const head = x.rld(ring, AcceptRing.head);
      l.pos = head;
      return head === x.rld(ring, AcceptRing.tail) ? at.empty : at.next;
    },
  ),
  q.step(
    '1b',
    'Wait until whoever took the place has filled it',
    { ref: 'N8/8', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const conn = x.rld(ringPlace(x, x.t, l.pos), RingEntry.conn);
      if (conn === NULL) return at.retry;
      l.conn = conn;
      return at.next;
    },
  ),
  q.step('2', 'Empty the entry', { ref: 'N8/8', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    x.ast(ringPlace(x, x.t, l.pos), RingEntry.conn, NULL);
    l.n = l.n + 1;
    return at.next;
  }),
  q.step(
    '2b',
    'Move the head on: the place is free',
    { ref: 'N8/8', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      // Plain in C.
      x.ast(x.at(AT.acceptRing, x.t), AcceptRing.head, ringNext(x, l.pos));
      return at.next;
    },
  ),
  q.step(
    '3',
    'Count it on this thread',
    { ref: 'N8/8', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.add(x.at(AT.perThread, x.t), LiPerThread.thrConn, 1);
      return at.next;
    },
  ),
  q.step(
    '4',
    'Start its session',
    { ref: 'N8/8', cost: COST.local, touches: 'own', to: { again: '1' }, down: false },
    (x, l, at) => x.call(at.again, sessionAcceptFd, l.conn),
  ),
  q.step(
    'again',
    'Enough for now: wake itself',
    { ref: 'N8/8', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, taskletWakeup, l.tl),
  ),
  q.step(
    'out',
    'Leave',
    { ref: 'N8/8', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);
