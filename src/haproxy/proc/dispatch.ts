import { cidLookup } from '../../memory/cidtree.ts';
import { listAppend, listInit } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlInit, mtlPop } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, FD, N } from '../model/flags.ts';
import { Dghdlr, Fdtab, Listener, QuicCid, QuicDgram, ReceiverBuf, ThreadCtx } from '../model/layouts.ts';
import { dgramDcid, getCidTid } from './cid-owner.ts';
import { firstByte } from './cidkey.ts';
import { COST } from './cost.ts';
import { appendPlain, dgramParse } from './dgram.ts';
import { EV } from './events.ts';
import { kqPop, ledgerDrop, ledgerRead } from './kernel.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { contiguousFree, fillRingEnd, freeAtEnd, purgeOne } from './rxbuf.ts';
import { taskletWakeup } from './task.ts';
import { TP } from './trace.ts';

/** Locals of quic_lstnr_dgram_dispatch. */
const D = { dg: 0, saddr: 1, rxbuf: 2, dgram: 3, tid: 4, qc: 5 } as const;

/** Returns 1 when the datagram was taken over, 0 when it was refused and its room is to be given back. */
export const dgramDispatch = procedure(
  'quic_lstnr_dgram_dispatch',
  'Dispatching',
  ['dg', 'saddr', 'rxbuf', 'dgram', 'tid', 'conn'],
  [
    step('1', 'Find the DCID', '1.2/1', COST.parse, (x) => {
      if (dgramDcid(x, x.get(D.dg)) >= 0) return NEXT;
      ledgerDrop(x, x.get(D.dg), dropReason('bad header'));
      x.setRet(0);
      return RET;
    }),
    step('2', 'Take the spare descriptor, or allocate one', '1.2/2', COST.pool, (x) => {
      if (x.get(D.dgram)) return NEXT;
      const d = x.alloc(x.W.pools.dgram);
      if (d === RETRY) return RETRY_STEP;
      if (d) {
        x.set(D.dgram, d);
        return NEXT;
      }
      ledgerDrop(x, x.get(D.dg), dropReason('no memory'));
      x.setRet(0);
      return RET;
    }),
    step('3', 'Whose is it?', '1.2/3', COST.local, (x) => x.call(getCidTid, x.get(D.dg), x.get(D.saddr))),
    step(
      '3x',
      'Mutation X20: and note its connection',
      '1.2/3',
      COST.tree,
      (x) => {
        dgramDcid(x, x.get(D.dg));
        const node = cidLookup(x.m, x.W.treeRoot(firstByte(x)), x.k0, x.k1, x.k2, x.k3, x.k4, x.klen);
        x.set(D.qc, node ? x.m.ld(node + QuicCid.qc) : 0);
        return NEXT;
      },
      { with: 'X20' },
    ),
    step('4', 'Fill the descriptor and put it in the receive buffer’s list', '1.2/4', COST.local, (x) => {
      const { m, W } = x;
      const tid = x.ret < 0 ? x.t : x.ret;
      x.set(D.tid, tid);
      // A freed entry read after the unlock (M12) can name any thread: HAProxy would index out of its array and crash.
      if (x.bugOn(tid >= W.cfg.threads, BUG.FREED_OBJECT)) return NEXT;
      const d = x.get(D.dgram);
      const dg = x.get(D.dg);
      m.st(d + QuicDgram.owner, W.listener);
      m.st(d + QuicDgram.len, W.consts.datagrams.length[dg]!);
      m.st(d + QuicDgram.saddr, x.get(D.saddr));
      m.st(d + QuicDgram.qc, x.get(D.qc));
      m.ast(d + QuicDgram.buf, dg + 1);
      mtlInit(m, d + QuicDgram.handlerList);
      listAppend(m, x.get(D.rxbuf) + ReceiverBuf.dgrams, d + QuicDgram.recvList);
      return NEXT;
    }),
    step('5', 'Push it to that thread’s inbox', '1.2/5', COST.atomic, (x) => {
      const { m, W } = x;
      const el = x.get(D.dgram) + QuicDgram.handlerList;
      const plain = x.P.mutations.has('X05');
      if (!plain && mtlAppend(m, W.dghdlr(x.get(D.tid)) + Dghdlr.dgrams, el) === RETRY) return RETRY_STEP;
      m.st(x.th + ThreadCtx.handDgram, 0);
      x.sink.note(x, EV.DISPATCH, 0, x.get(D.dg), x.get(D.tid));
      return NEXT;
    }),
    step(
      '5x',
      'Mutation X05: append to the inbox as to a plain list',
      '1.2/5',
      COST.local,
      (x) => appendPlain(x, x.get(D.tid), x.get(D.dgram)),
      { with: 'X05' },
    ),
    step('6', 'Wake its datagram handler', '1.2/6', COST.local, (x) => {
      return x.call(taskletWakeup, x.m.ld(x.W.dghdlr(x.get(D.tid)) + Dghdlr.task));
    }),
    step('7', 'Taken over', '1.2/6', COST.local, (x) => {
      x.setRet(1);
      return RET;
    }),
  ],
);

/** Locals of the listener's callback. */
const L = { fd: 0, rxbuf: 1, count: 2, spare: 3, dg: 4 } as const;

export const lstnrSockFdIocb = procedure(
  'quic_lstnr_sock_fd_iocb',
  'Reading the socket',
  ['fd', 'rxbuf', 'count', 'spare', 'dg'],
  [
    step('1', 'Is the socket readable?', '1.1/1', COST.atomic, (x) => {
      const want = FD.POLL_IN | FD.READY_R;
      return (x.m.ald(x.W.fd(x.get(L.fd)) + Fdtab.state) & want) === want ? NEXT : RET;
    }),
    step('2', 'Take a receive buffer', '1.1/2', COST.atomic, (x) => {
      const el = mtlPop(x.m, x.W.listener + Listener.rxbufs);
      if (el === RETRY) return RETRY_STEP;
      if (el === 0) return RET;
      x.set(L.rxbuf, el - ReceiverBuf.el);
      return NEXT;
    }),
    step('3a', 'Drop what has been consumed from its head', '1.1/3a', COST.atomic, (x, go) => {
      const d = purgeOne(x, x.get(L.rxbuf));
      if (!d) return NEXT;
      const spare = x.get(L.spare);
      if (spare) poolFree(x.m, x.W.pools.dgram, spare);
      listInit(x.m, d + QuicDgram.recvList);
      x.set(L.spare, d);
      return go['3a']!;
    }),
    step('3b', 'Is there room for one more datagram?', '1.1/3b', COST.local, (x, go) => {
      const rxbuf = x.get(L.rxbuf);
      if (contiguousFree(x, rxbuf) >= N.MAX_UDP_PAYLOAD) return NEXT;
      if (!freeAtEnd(x, rxbuf)) return go['4']!;
      let d = x.get(L.spare);
      if (!d) {
        d = x.alloc(x.W.pools.dgram);
        if (d === RETRY) return RETRY_STEP;
        if (d === 0) return go['4']!;
      }
      x.set(L.spare, 0);
      fillRingEnd(x, rxbuf, d);
      return contiguousFree(x, rxbuf) >= N.MAX_UDP_PAYLOAD ? NEXT : go['4']!;
    }),
    step(
      '3c',
      'recvmsg()',
      '1.1/3c',
      COST.syscall,
      (x, go) => {
        const { m, W } = x;
        const got = kqPop(m, W, x.get(L.fd));
        if (got === RETRY) return RETRY_STEP;
        if (got === 0) return go['4']!;
        const dg = got - 1;
        const rxbuf = x.get(L.rxbuf);
        ledgerRead(x, dg);
        m.st(rxbuf + ReceiverBuf.data, m.ld(rxbuf + ReceiverBuf.data) + W.consts.datagrams.length[dg]!);
        x.set(L.dg, dg);
        m.st(x.th + ThreadCtx.handDgram, dg + 1);
        x.sink.note(x, EV.RECEIVE, 0, dg);
        return NEXT;
      },
      { verb: 'Receiving' },
    ),
    step('3d', 'Dispatch it', '1.1/3c', COST.local, (x) => {
      const dg = x.get(L.dg);
      return x.call(dgramDispatch, dg, x.W.consts.datagrams.saddr[dg]!, x.get(L.rxbuf), x.get(L.spare));
    }),
    step(
      '3e',
      'Refused? Give the room back. Then the next, up to the batch limit',
      '1.1/3c',
      COST.local,
      (x, go) => {
        const { m, W } = x;
        m.st(x.th + ThreadCtx.handDgram, 0);
        if (x.ret === 1) x.set(L.spare, 0);
        else {
          const rxbuf = x.get(L.rxbuf);
          m.st(
            rxbuf + ReceiverBuf.data,
            m.ld(rxbuf + ReceiverBuf.data) - W.consts.datagrams.length[x.get(L.dg)]!,
          );
        }
        const n = x.get(L.count) + 1;
        x.set(L.count, n);
        return n < W.cfg.maxPollEvents ? go['3a']! : NEXT;
      },
    ),
    step('4', 'Free the spare descriptor', '1.1/4', COST.pool, (x) => {
      const spare = x.get(L.spare);
      if (spare) poolFree(x.m, x.W.pools.dgram, spare);
      x.set(L.spare, 0);
      return NEXT;
    }),
    step('5', 'Put the receive buffer back', '1.1/4', COST.atomic, (x) => {
      const el = x.get(L.rxbuf) + ReceiverBuf.el;
      return mtlAppend(x.m, x.W.listener + Listener.rxbufs, el) === RETRY ? RETRY_STEP : RET;
    }),
  ],
);

/** Locals of the datagram handler: its tasklet, its dghdlr. */
const H = { tl: 0, hdlr: 1, max: 2, dgram: 3 } as const;

export const lstnrDghdlr = procedure(
  'quic_lstnr_dghdlr',
  'Handling its inbox',
  ['tl', 'hdlr', 'max', 'dgram'],
  [
    step('0', 'Begin a batch', '1.4', COST.local, (x) => {
      x.sink.trace(x, TP.dghdlrEnter, 0);
      x.set(H.max, x.W.cfg.maxPollEvents);
      return NEXT;
    }),
    step('1', 'Pop the next datagram of this thread’s inbox', '1.4', COST.atomic, (x) => {
      const { m } = x;
      const el = mtlPop(m, x.get(H.hdlr) + Dghdlr.dgrams);
      if (el === RETRY) return RETRY_STEP;
      if (el === 0) {
        x.sink.trace(x, TP.dghdlrLeaveEmpty, 0);
        return RET;
      }
      const d = el - QuicDgram.handlerList;
      x.set(H.dgram, d);
      const dg = m.ald(d + QuicDgram.buf);
      m.st(x.th + ThreadCtx.handDgram, dg);
      x.sink.note(x, EV.POP, 0, dg - 1);
      return NEXT;
    }),
    step('2', 'Parse it', '1.4', COST.local, (x) => x.call(dgramParse, x.get(H.dgram), 0, x.W.listener)),
    step(
      '3',
      'An error leaves the rest waiting for the next push (M19)',
      '1.4',
      COST.local,
      (x) => {
        x.m.st(x.th + ThreadCtx.handDgram, 0);
        if (x.ret === 0) return NEXT;
        x.sink.trace(x, TP.dghdlrLeave, 0);
        return RET;
      },
      { until: '9b5f11cd3' },
    ),
    step('4', 'Next, up to the batch limit', '1.4', COST.local, (x, go) => {
      const max = x.get(H.max) - 1;
      x.set(H.max, max);
      return max > 0 ? go['1']! : NEXT;
    }),
    step('5', 'Batch limit: more waiting?', '1.4', COST.atomic, (x) => {
      const head = x.get(H.hdlr) + Dghdlr.dgrams;
      if (x.m.ald(head) !== head) return NEXT;
      x.sink.trace(x, TP.dghdlrLeave, 0);
      return RET;
    }),
    step('6', 'Wake itself for the rest', '1.4', COST.local, (x) => x.call(taskletWakeup, x.get(H.tl))),
    step('7', 'Leave', '1.4', COST.local, (x) => {
      x.sink.trace(x, TP.dghdlrLeave, 0);
      return RET;
    }),
  ],
);
