/** From the listener's socket to an inbox, and from there to the parser (semantics 1.1, 1.2, 1.4). */
import { listAppend, listInit } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlEmpty, mtlInit, mtlPop } from '../../memory/mtlist.ts';
import { dgramDcid } from '../lib/dcid.ts';
import { kqPop, ledgerDrop, ledgerRead } from '../lib/kernel.ts';
import { contiguousFree, fillRingEnd, freeAtEnd, purgeOne } from '../lib/rxbuf.ts';
import { BUG, BUG_NULL } from '../model/bugs.ts';
import { DROP_REASON, FD, N } from '../model/flags.ts';
import { Dghdlr, Fdtab, Listener, QuicDgram, ReceiverBuf, ThreadCtx } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { getCidTid } from './cid-owner.ts';
import { dgramParse } from './dgram.ts';
import { taskletWakeup } from './task.ts';

const dispatch = procedure({
  key: 'quic_lstnr_dgram_dispatch',
  verb: 'Dispatching',
  locals: {
    dg: int,
    saddr: int,
    rxbuf: to('quic_receiver_buf'),
    dgram: to('quic_dgram'),
    tid: int,
    conn: to('quic_conn'),
  },
  args: ['dg', 'saddr', 'rxbuf', 'dgram'],
});

/** Datagram `dg` is in the inbox of thread `tid`, or about to be. */
export function dispatched(x: Exec, dg: number, tid: number): void {
  x.st(x.th, ThreadCtx.handDgram, 0);
  x.note(EV.DISPATCH, NULL, dg, tid);
}

/** Returns 1 when the datagram was taken over, 0 when it was refused and its room is to be given back. */
export const dgramDispatch = dispatch.body([
  dispatch.step(
    '1',
    'Find the DCID',
    { ref: '1.2/1', cost: COST.parse, touches: 'shared', to: { refused: 'spare' } },
    (x, l, at) => {
      if (dgramDcid(x, l.dg) >= 0) return at.next;
      ledgerDrop(x, l.dg, DROP_REASON.badHeader);
      x.setRet(0);
      return at.refused;
    },
  ),
  dispatch.step(
    '2',
    'Take the spare descriptor, or allocate one',
    { ref: '1.2/2', cost: COST.pool, touches: 'shared', to: { refused: RET } },
    (x, l, at) => {
      if (l.dgram) return at.next;
      const d = x.alloc('dgram');
      if (d === RETRY) return at.retry;
      if (d) {
        l.dgram = d;
        return at.next;
      }
      ledgerDrop(x, l.dg, DROP_REASON.noMemory);
      x.setRet(0);
      return at.refused;
    },
  ),
  dispatch.step('3', 'Whose is it?', { ref: '1.2/3', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, getCidTid, l.dg, l.saddr),
  ),
  dispatch.step(
    '4',
    'Fill the descriptor and put it in the receive buffer’s list',
    { ref: '1.2/4', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const tid = x.ret < 0 ? x.t : x.ret;
      l.tid = tid;
      // A freed entry read after the unlock (M12) can name any thread: HAProxy would index out of its array and crash.
      if (x.bugOn(tid >= x.cfg.threads, BUG.FREED_OBJECT)) return at.next;
      x.st(l.dgram, QuicDgram.owner, x.listener);
      x.st(l.dgram, QuicDgram.len, x.dgLength(l.dg));
      x.st(l.dgram, QuicDgram.saddr, l.saddr);
      x.st(l.dgram, QuicDgram.qc, l.conn);
      x.ast(l.dgram, QuicDgram.buf, l.dg + 1);
      mtlInit(x.m, x.part(l.dgram, QuicDgram.handlerList));
      listAppend(x.m, x.part(l.rxbuf, ReceiverBuf.dgrams), x.part(l.dgram, QuicDgram.recvList));
      return at.next;
    },
  ),
  dispatch.step(
    '5',
    'Push it to that thread’s inbox',
    { ref: '1.2/5', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const inbox = x.part(x.at(AT.dghdlr, l.tid), Dghdlr.dgrams);
      if (mtlAppend(x.m, inbox, x.part(l.dgram, QuicDgram.handlerList)) === RETRY) return at.retry;
      dispatched(x, l.dg, l.tid);
      return at.next;
    },
  ),
  dispatch.step(
    '6',
    'Wake its datagram handler',
    { ref: '1.2/6', cost: COST.local, touches: 'shared' },
    (x, l, at) => x.call(at.next, taskletWakeup, x.ld(x.at(AT.dghdlr, l.tid), Dghdlr.task)),
  ),
  dispatch.step(
    '7',
    'Taken over',
    { ref: '1.2/6', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.setRet(1);
      return at.done;
    },
  ),
  dispatch.step(
    'spare',
    'Refused: free the spare descriptor that was handed over',
    { ref: '1.2/2', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      if (l.dgram) x.free('dgram', l.dgram);
      return at.done;
    },
  ),
]);

const listen = procedure({
  key: 'quic_lstnr_sock_fd_iocb',
  verb: 'Reading the socket',
  locals: { fd: int, rxbuf: to('quic_receiver_buf'), count: int, spare: to('quic_dgram'), dg: int },
  args: ['fd'],
});

/** The callback of the listener's socket. */
export const lstnrSockFdIocb = listen.body([
  listen.step(
    '1',
    'Is the socket readable?',
    { ref: '1.1/1', cost: COST.atomic, touches: 'shared', to: { not: RET } },
    (x, l, at) => {
      const want = FD.POLL_IN | FD.READY_R;
      return (x.rld(x.at(AT.fd, l.fd), Fdtab.state) & want) === want ? at.next : at.not;
    },
  ),
  listen.step(
    '2',
    'Take a receive buffer',
    { ref: '1.1/2', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const el = mtlPop(x.m, x.part(x.listener, Listener.rxbufs));
      if (el === RETRY) return at.retry;
      // There is one for each thread, unless one was lost (M21): C follows the NULL.
      if (x.bugOn(!el, BUG_NULL)) return at.next;
      l.rxbuf = x.owner(el, ReceiverBuf.el);
      return at.next;
    },
  ),
  listen.step(
    '3a',
    'Drop what has been consumed from its head',
    { ref: '1.1/3a', cost: COST.atomic, touches: 'shared', to: { again: '3a' } },
    (x, l, at) => {
      const d = purgeOne(x, l.rxbuf);
      if (!d) return at.next;
      if (l.spare) x.free('dgram', l.spare);
      listInit(x.m, x.part(d, QuicDgram.recvList));
      l.spare = d;
      return at.again;
    },
  ),
  listen.step(
    '3b',
    'Is there room for one more datagram?',
    { ref: '1.1/3b', cost: COST.local, touches: 'shared', to: { full: '4' } },
    (x, l, at) => {
      if (contiguousFree(x, l.rxbuf) >= N.MAX_UDP_PAYLOAD) return at.next;
      if (!freeAtEnd(x, l.rxbuf)) return at.full;
      let d = l.spare;
      if (!d) {
        d = x.alloc('dgram');
        if (d === RETRY) return at.retry;
        if (!d) return at.full;
      }
      l.spare = NULL;
      fillRingEnd(x, l.rxbuf, d);
      return contiguousFree(x, l.rxbuf) >= N.MAX_UDP_PAYLOAD ? at.next : at.full;
    },
  ),
  listen.step(
    '3c',
    'recvmsg()',
    { ref: '1.1/3c', cost: COST.syscall, touches: 'shared', to: { empty: '4' }, verb: 'Receiving' },
    (x, l, at) => {
      const got = kqPop(x, l.fd);
      if (got === RETRY) return at.retry;
      if (got === 0) return at.empty;
      const dg = got - 1;
      ledgerRead(x, dg);
      x.inc(l.rxbuf, ReceiverBuf.data, x.dgLength(dg));
      l.dg = dg;
      x.st(x.th, ThreadCtx.handDgram, dg + 1);
      x.note(EV.RECEIVE, NULL, dg);
      return at.next;
    },
  ),
  listen.step('3d', 'Dispatch it', { ref: '1.1/3c', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, dgramDispatch, l.dg, x.dgSource(l.dg), l.rxbuf, l.spare),
  ),
  listen.step(
    '3e',
    'Refused? Give the room back. Then the next, up to the batch limit',
    { ref: '1.1/3c', cost: COST.local, touches: 'shared', to: { more: '3a' } },
    (x, l, at) => {
      x.st(x.th, ThreadCtx.handDgram, 0);
      l.spare = NULL;
      if (x.ret !== 1) x.inc(l.rxbuf, ReceiverBuf.data, -x.dgLength(l.dg));
      l.count = l.count + 1;
      return l.count < x.cfg.maxPollEvents ? at.more : at.next;
    },
  ),
  listen.step(
    '4',
    'Free the spare descriptor',
    { ref: '1.1/4', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      if (l.spare) x.free('dgram', l.spare);
      l.spare = NULL;
      return at.next;
    },
  ),
  listen.step(
    '5',
    'Put the receive buffer back',
    { ref: '1.1/4', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      const back = mtlAppend(x.m, x.part(x.listener, Listener.rxbufs), x.part(l.rxbuf, ReceiverBuf.el));
      return back === RETRY ? at.retry : at.done;
    },
  ),
]);

const handler = procedure({
  key: 'quic_lstnr_dghdlr',
  verb: 'Handling its inbox',
  locals: { tl: to('task'), hdlr: to('quic_dghdlr'), max: int, dgram: to('quic_dgram') },
  args: ['tl', 'hdlr'],
  roles: ['inbox'],
  short: 'dghdlr',
});

/** The tasklet of a thread's inbox. */
export const lstnrDghdlr = handler.body([
  handler.step('0', 'Begin a batch', { ref: '1.4', cost: COST.local, touches: 'own' }, (x, l, at) => {
    x.trace(TP.dghdlrEnter, NULL);
    l.max = x.cfg.maxPollEvents;
    return at.next;
  }),
  handler.step(
    '1',
    'Pop the next datagram of this thread’s inbox',
    { ref: '1.4', cost: COST.atomic, touches: 'shared', to: { empty: RET } },
    (x, l, at) => {
      const el = mtlPop(x.m, x.part(l.hdlr, Dghdlr.dgrams));
      if (el === RETRY) return at.retry;
      if (!el) {
        x.trace(TP.dghdlrLeaveEmpty, NULL);
        return at.empty;
      }
      l.dgram = x.owner(el, QuicDgram.handlerList);
      const dg = x.rld(l.dgram, QuicDgram.buf);
      x.st(x.th, ThreadCtx.handDgram, dg);
      x.note(EV.POP, NULL, dg - 1);
      return at.next;
    },
  ),
  handler.step('2', 'Parse it', { ref: '1.4', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, dgramParse, l.dgram, NULL, x.listener),
  ),
  handler.step(
    '3',
    'An error leaves the rest waiting for the next push (M19)',
    { ref: '1.4', cost: COST.local, touches: 'own', to: { failed: RET } },
    (x, _l, at) => {
      x.st(x.th, ThreadCtx.handDgram, 0);
      if (x.ret === 0) return at.next;
      x.trace(TP.dghdlrLeave, NULL);
      return at.failed;
    },
  ),
  handler.step(
    '4',
    'Next, up to the batch limit',
    { ref: '1.4', cost: COST.local, touches: 'own', to: { more: '1' } },
    (_x, l, at) => {
      l.max = l.max - 1;
      return l.max > 0 ? at.more : at.next;
    },
  ),
  handler.step(
    '5',
    'Batch limit: more waiting?',
    { ref: '1.4', cost: COST.atomic, touches: 'shared', to: { none: RET } },
    (x, l, at) => {
      if (!mtlEmpty(x.m, x.part(l.hdlr, Dghdlr.dgrams))) return at.next;
      x.trace(TP.dghdlrLeave, NULL);
      return at.none;
    },
  ),
  handler.step(
    '6',
    'Wake itself for the rest',
    { ref: '1.4', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, taskletWakeup, l.tl),
  ),
  handler.step(
    '7',
    'Leave',
    { ref: '1.4', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.trace(TP.dghdlrLeave, NULL);
      return at.done;
    },
  ),
]);
