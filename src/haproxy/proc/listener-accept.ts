import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlInsert, mtlPop } from '../../memory/mtlist.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { queueInGroup } from '../lib/tasks.ts';
import { N, QC } from '../model/flags.ts';
import { Connection, Global, LiPerThread, Listener, QuicConn, Sockaddr } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { limitListener } from './listener-limit.ts';
import { sessionAcceptFd } from './session.ts';

const p = procedure({
  key: 'listener_accept',
  verb: 'Accepting',
  locals: {
    rounds: int,
    qc: to('quic_conn'),
    conn: to('connection'),
    /** The cursor word, or an accept ring’s. */
    idx: int,
    /** The two threads that the cursors name, see lib/choice. */
    pair: int,
    q0: int,
    q1: int,
    q2: int,
    tid: int,
    pos: int,
  },
  args: [],
  roles: ['accept'],
});

/** Takes connections that wait on this thread and gives each a session, at the seed here (semantics N8). */
export const listenerAccept = p.body([
  p.step(
    '1',
    'Next round, up to maxaccept: count the connection on the listener',
    { ref: 'N8/3', cost: COST.atomic, touches: 'shared', to: { enough: RET } },
    (x, l, at) => {
      const n = l.rounds;
      if (n >= N.MAX_ACCEPT) return at.enough;
      l.rounds = n + 1;
      x.add(x.listener, Listener.nbconn, 1);
      return at.next;
    },
  ),
  p.step('1f', 'on the frontend', { ref: 'N8/3', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.add(x.global, Global.feconn, 1);
    return at.next;
  }),
  p.step('1a', 'and in the process', { ref: 'N8/3', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.add(x.global, Global.actconn, 1);
    return at.next;
  }),
  p.step(
    '2',
    'Take a connection that waits',
    { ref: 'N8/4', cost: COST.atomic, touches: 'shared', to: { none: 'none' } },
    (x, l, at) => {
      const el = mtlPop(x.m, x.part(x.at(AT.perThread, x.t), LiPerThread.conns));
      if (el === RETRY) return at.retry;
      if (el === NULL) return at.none;
      const qc = x.owner(el, QuicConn.acceptList);
      if (x.ld(qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) return at.none;
      l.qc = qc;
      return at.next;
    },
  ),
  p.step(
    '3',
    'Make its struct connection',
    { ref: 'N8/4 A5', cost: COST.pool, touches: 'shared', to: { none: 'AF2' } },
    (x, l, at) => {
      const conn = x.alloc('connection');
      if (conn === RETRY) return at.retry;
      if (conn === NULL) return at.none;
      x.st(conn, Connection.qc, l.qc);
      x.st(conn, Connection.target, x.listener);
      x.st(l.qc, QuicConn.conn, conn);
      l.conn = conn;
      return at.next;
    },
  ),
  p.step(
    '3s',
    'Keep the client’s address beside it',
    { ref: 'N8/4 A5', cost: COST.pool, touches: 'shared', to: { none: 'AF1' } },
    (x, l, at) => {
      const src = x.alloc('sockaddr');
      if (src === RETRY) return at.retry;
      if (src === NULL) return at.none;
      x.st(src, Sockaddr.saddr, x.ld(l.qc, QuicConn.peerAddr));
      x.st(l.conn, Connection.src, src);
      return at.next;
    },
  ),
  p.step(
    '4l',
    'Accept it on this thread',
    { ref: 'N8/5', cost: COST.local, touches: 'own', to: { local: 'local' }, down: false },
    (_x, _l, at) => at.local,
  ),
  p.step(
    'local',
    'Count it on this thread',
    {
      ref: 'N8/7',
      cost: COST.atomic,
      touches: 'shared',
      roles: { preparing: { qc: 'qc' }, localAccept: { qc: 'qc' } },
    },
    (x, _l, at) => {
      x.add(x.at(AT.perThread, x.t), LiPerThread.thrConn, 1);
      return at.next;
    },
  ),
  p.step(
    'local2',
    'Start its session here',
    {
      ref: 'N8/7',
      cost: COST.local,
      touches: 'own',
      roles: { preparing: { qc: 'qc' }, localAccept: { qc: 'qc' }, givenUp: { qc: 'qc' } },
      to: { again: '1' },
      down: false,
    },
    (x, l, at) => {
      x.note(EV.TAKEN, l.qc, x.t);
      return x.call(at.again, sessionAcceptFd, l.conn);
    },
  ),
  p.step(
    'AF1',
    'No memory for the address: without a struct connection as before',
    { ref: 'A5', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.conn, NULL);
      x.free('connection', l.conn);
      return at.next;
    },
  ),
  p.step(
    'AF2',
    'No memory: back to the front of those that wait',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const conns = x.part(x.at(AT.perThread, x.t), LiPerThread.conns);
      return mtlInsert(x.m, conns, x.part(l.qc, QuicConn.acceptList)) === RETRY ? at.retry : at.next;
    },
  ),
  p.step('AF3', 'Pause the listener', { ref: 'A5', cost: COST.local, touches: 'own' }, (x, _l, at) =>
    x.call(at.next, limitListener),
  ),
  p.step(
    'AF4',
    'It is to go on in 100 ms: take the lock of the group’s timers',
    { ref: 'A5', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (wrTry(x.m, x.word(x.global, Global.wqLock, 0)) ? at.next : at.retry),
  ),
  p.step(
    'AF4q',
    'Queue the task that lets it go on',
    { ref: 'A5', cost: COST.local, touches: 'shared' },
    (x, _l, at) => {
      queueInGroup(x, x.ld(x.global, Global.queueTask), x.now + N.ACCEPT_PAUSE);
      return at.next;
    },
  ),
  p.step('AF4u', 'Release the lock', { ref: 'A5', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    wrUnlock(x.m, x.word(x.global, Global.wqLock, 0));
    return at.next;
  }),
  p.step(
    'none',
    'Nothing was accepted: take the count back, on the listener',
    { ref: 'N8/3', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.add(x.listener, Listener.nbconn, -1);
      return at.next;
    },
  ),
  p.step('nonef', 'on the frontend', { ref: 'N8/3', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.add(x.global, Global.feconn, -1);
    return at.next;
  }),
  p.step(
    'nonea',
    'and in the process',
    { ref: 'N8/3', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.add(x.global, Global.actconn, -1);
      return at.done;
    },
  ),
]);
