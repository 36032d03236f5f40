/** A connection's own socket (semantics 1.10). Always on the owner. */
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlInit, mtlPop } from '../../memory/mtlist.ts';
import { rdTry, rdUnlock } from '../../memory/rwlock.ts';
import type { Ptr } from '../../memory/struct.ts';
import { dgramDcid, keyLock, lookUp } from '../lib/dcid.ts';
import { kqPop, ledgerDrop, ledgerRead } from '../lib/kernel.ts';
import { purgeOne, takeRoom } from '../lib/rxbuf.ts';
import { taskletWakeupAfter } from '../lib/tasks.ts';
import { BUG, BUG_NULL } from '../model/bugs.ts';
import { DROP_REASON, FD } from '../model/flags.ts';
import {
  Fdtab,
  Listener,
  QuicCid,
  QuicConn,
  QuicDgram,
  ReceiverBuf,
  ThreadCtx,
  Word,
} from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { dgramParse } from './dgram.ts';
import { dgramDispatch } from './dispatch.ts';
import { fdWantRecv } from './fd.ts';

const ready = procedure({
  key: 'quic_conn_sock_fd_iocb',
  verb: 'Reading its own socket',
  locals: { fd: int },
  args: ['fd'],
});

/** The connection whose socket it is. */
const connOf = (x: Exec, fd: number): Ptr<'quic_conn'> =>
  x.ld(x.at(AT.fd, fd), Fdtab.owner) as Ptr<'quic_conn'>;

export const connSockFdIocb = ready.body([
  ready.step(
    '1',
    'Readable? Wake the I/O tasklet, first in line',
    { ref: '1.10', cost: COST.atomic, touches: 'shared', to: { not: RET } },
    (x, l, at) => {
      const qc = connOf(x, l.fd);
      x.trace(TP.sockIocbEnter, qc);
      if (!(x.rld(x.at(AT.fd, l.fd), Fdtab.state) & FD.READY_R)) return at.not;
      taskletWakeupAfter(x, x.ld(qc, QuicConn.tasklet));
      return at.next;
    },
  ),
  ready.step(
    '2',
    'Stop reading until it has run',
    { ref: '1.10', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.and(x.at(AT.fd, l.fd), Fdtab.state, ~FD.ACTIVE_R);
      x.trace(TP.sockIocbLeave, connOf(x, l.fd));
      return at.done;
    },
  ),
]);

const rcv = procedure({
  key: 'qc_rcv_buf',
  verb: 'Reading its own socket',
  locals: {
    qc: to('quic_conn'),
    dgram: to('quic_dgram'),
    dg: int,
    node: to('quic_connection_id'),
    lock: to('word'),
    rxbuf: to('quic_receiver_buf'),
  },
  args: ['qc'],
  worksOnConn: true,
});

export const rcvBuf = rcv.body([
  rcv.step(
    '1',
    'Allocate a descriptor',
    { ref: '1.10', cost: COST.pool, touches: 'shared', to: { none: '8' } },
    (x, l, at) => {
      if (l.dgram) return at.next;
      x.trace(TP.rcvEnter, l.qc);
      const d = x.alloc('dgram');
      if (d === RETRY) return at.retry;
      if (!d) return at.none;
      mtlInit(x.m, x.part(d, QuicDgram.handlerList));
      l.dgram = d;
      return at.next;
    },
  ),
  rcv.step(
    '2',
    'recvmsg()',
    { ref: '1.10', cost: COST.syscall, touches: 'shared', to: { empty: '7' }, verb: 'Receiving' },
    (x, l, at) => {
      const got = kqPop(x, x.ld(l.qc, QuicConn.fd));
      if (got === RETRY) return at.retry;
      if (got === 0) return at.empty;
      const dg = got - 1;
      ledgerRead(x, dg);
      l.dg = dg;
      x.st(l.dgram, QuicDgram.owner, x.listener);
      x.st(l.dgram, QuicDgram.len, x.dgLength(dg));
      x.st(l.dgram, QuicDgram.saddr, x.dgSource(dg));
      x.ast(l.dgram, QuicDgram.buf, dg + 1);
      x.st(x.th, ThreadCtx.handDgram, dg + 1);
      x.note(EV.RECEIVE, l.qc, dg);
      x.trace(TP.rcvRead, l.qc);
      return at.next;
    },
  ),
  rcv.step(
    '3',
    'Is it for this connection? Its first CID or ODCID says yes at once',
    { ref: '1.10', cost: COST.parse, touches: 'shared', to: { refused: '2', mine: '4' } },
    (x, l, at) => {
      if (dgramDcid(x, l.dg) < 0) {
        ledgerDrop(x, l.dg, DROP_REASON.badHeader);
        x.ast(l.dgram, QuicDgram.buf, 0);
        return at.refused;
      }
      return isOwn(x, l.qc) ? at.mine : at.next;
    },
  ),
  rcv.step(
    '3a',
    'Another CID: take the read lock of its tree',
    { ref: '1.10', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      dgramDcid(x, l.dg);
      const lock = keyLock(x);
      if (!rdTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  rcv.step('3b', 'Look it up', { ref: '1.10', cost: COST.tree, touches: 'shared' }, (x, l, at) => {
    dgramDcid(x, l.dg);
    l.node = lookUp(x);
    return at.next;
  }),
  rcv.step(
    '3c',
    'Release the lock',
    {
      ref: '1.10',
      cost: COST.atomic,
      touches: 'shared',
      to: { found: '3d', unknown: '5' },
      down: false,
    },
    (x, l, at) => {
      rdUnlock(x.m, l.lock);
      return l.node ? at.found : at.unknown;
    },
  ),
  rcv.step(
    '3d',
    'Does the entry point to this connection? (read after the unlock, M13)',
    {
      ref: '1.10',
      cost: COST.local,
      touches: 'shared',
      roles: { cidRead: { node: 'node', lock: 'lock' } },
      to: { another: '5' },
    },
    (x, l, at) => (x.ld(l.node, QuicCid.qc) === l.qc ? at.next : at.another),
  ),
  rcv.step('4', 'Mine: parse it here', { ref: '1.10', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, dgramParse, l.dgram, l.qc, x.listener),
  ),
  rcv.step(
    '4b',
    'It must have been consumed',
    { ref: '1.10', cost: COST.atomic, touches: 'shared', to: { more: '2' } },
    (x, l, at) => {
      x.st(x.th, ThreadCtx.handDgram, 0);
      return x.bugOn(x.rld(l.dgram, QuicDgram.buf) !== 0, BUG.DGRAM_NOT_CONSUMED) ? at.next : at.more;
    },
  ),
  rcv.step(
    '5',
    'For another connection: take a receive buffer of the listener',
    { ref: '1.10', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.trace(TP.rcvOther, l.qc);
      const el = mtlPop(x.m, x.part(x.listener, Listener.rxbufs));
      if (el === RETRY) return at.retry;
      // There is one for each thread, unless one was lost (M21): C follows the NULL.
      if (x.bugOn(!el, BUG_NULL)) return at.next;
      l.rxbuf = x.owner(el, ReceiverBuf.el);
      return at.next;
    },
  ),
  rcv.step(
    '5a',
    'Drop what has been consumed from its head',
    { ref: '1.10', cost: COST.atomic, touches: 'shared', to: { again: '5a' } },
    (x, l, at) => {
      const d = purgeOne(x, l.rxbuf);
      if (!d) return at.next;
      x.free('dgram', d);
      return at.again;
    },
  ),
  rcv.step(
    '5b',
    'Make room for it',
    { ref: '1.10', cost: COST.pool, touches: 'shared', to: { full: '5d' } },
    (x, l, at) => {
      if (takeRoom(x, l.rxbuf, x.dgLength(l.dg))) return at.next;
      ledgerDrop(x, l.dg, DROP_REASON.rxbufFull);
      return at.full;
    },
  ),
  rcv.step(
    '5c',
    'Dispatch it, with this connection’s peer address (M14)',
    { ref: '1.10', cost: COST.local, touches: 'conn' },
    (x, l, at) => x.call(at.next, dgramDispatch, l.dg, x.ld(l.qc, QuicConn.peerAddr), l.rxbuf, NULL),
  ),
  rcv.step(
    '5r',
    'Refused? Give the room back',
    { ref: '1.10', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      if (x.ret !== 1) x.inc(l.rxbuf, ReceiverBuf.data, -x.dgLength(l.dg));
      return at.next;
    },
  ),
  rcv.step(
    '5d',
    'Put the receive buffer back',
    { ref: '1.10', cost: COST.atomic, touches: 'shared', to: { more: '2' }, down: false },
    (x, l, at) => {
      const back = mtlAppend(x.m, x.part(x.listener, Listener.rxbufs), x.part(l.rxbuf, ReceiverBuf.el));
      return back === RETRY ? at.retry : at.more;
    },
  ),
  rcv.step(
    '7',
    'Nothing more: ask to read again',
    { ref: '1.10', cost: COST.local, touches: 'conn' },
    (x, l, at) => x.call(at.next, fdWantRecv, x.ld(l.qc, QuicConn.fd)),
  ),
  rcv.step(
    '8',
    'Free the descriptor',
    { ref: '1.10', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      if (l.dgram) x.free('dgram', l.dgram);
      x.trace(TP.rcvLeave, l.qc);
      return at.done;
    },
  ),
]);

/** Whether the loaded key is qc.scid, a copy of its first CID, or qc.odcid. */
const isOwn = (x: Exec, qc: Ptr<'quic_conn'>): boolean =>
  isKey(x, x.word(qc, QuicConn.scid, 0)) || isKey(x, x.word(qc, QuicConn.odcid, 0));

/** Whether the six words from `at` on, five of bytes and one of length, are the loaded key. */
const isKey = (x: Exec, at: Ptr<'word'>): boolean =>
  x.ld(at, Word.v) === x.k0 &&
  x.ld(x.further(at, 1), Word.v) === x.k1 &&
  x.ld(x.further(at, 2), Word.v) === x.k2 &&
  x.ld(x.further(at, 3), Word.v) === x.k3 &&
  x.ld(x.further(at, 4), Word.v) === x.k4 &&
  x.ld(x.further(at, 5), Word.v) === x.klen;
