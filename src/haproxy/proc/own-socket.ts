/** A connection's own socket (semantics 1.10). Always on the owner. */
import { cidLookup } from '../../memory/cidtree.ts';
import { listFirst } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlInit, mtlPop } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { rdTry, rdUnlock } from '../../memory/rwlock.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, FD } from '../model/flags.ts';
import { Fdtab, Listener, QuicCid, QuicConn, QuicDgram, ReceiverBuf, ThreadCtx } from '../model/layouts.ts';
import { dgramDcid } from './cid-owner.ts';
import { firstByte } from './cidkey.ts';
import { COST } from './cost.ts';
import { dgramParse } from './dgram.ts';
import { dgramDispatch } from './dispatch.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdWantRecv } from './fd.ts';
import { kqPop, ledgerDrop, ledgerRead } from './kernel.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { contiguousFree, fillRingEnd, freeAtEnd, purgeOne } from './rxbuf.ts';
import { taskletWakeupAfter } from './task.ts';
import { TP } from './trace.ts';

export const connSockFdIocb = procedure(
  'quic_conn_sock_fd_iocb',
  'Reading its own socket',
  ['fd'],
  [
    step('1', 'Readable? Wake the I/O tasklet, first in line', '1.10', COST.atomic, (x) => {
      const { m } = x;
      const at = x.W.fd(x.get(0));
      const qc = m.ld(at + Fdtab.owner);
      x.sink.trace(x, TP.sockIocbEnter, qc);
      if (!(m.ald(at + Fdtab.state) & FD.READY_R)) return RET;
      return taskletWakeupAfter(x, m.ld(qc + QuicConn.tasklet)) ? NEXT : NEXT;
    }),
    step('2', 'Stop reading until it has run', '1.10', COST.atomic, (x) => {
      const at = x.W.fd(x.get(0));
      x.m.and(at + Fdtab.state, ~FD.ACTIVE_R);
      x.sink.trace(x, TP.sockIocbLeave, x.m.ld(at + Fdtab.owner));
      return RET;
    }),
  ],
);

/** Locals of qc_rcv_buf. */
const R = { qc: 0, dgram: 1, dg: 2, node: 3, lock: 4, rxbuf: 5 } as const;

export const rcvBuf = procedure(
  'qc_rcv_buf',
  'Reading its own socket',
  ['qc', 'dgram', 'dg', 'node', 'lock', 'rxbuf'],
  [
    step('1', 'Allocate a descriptor', '1.10', COST.pool, (x, go) => {
      if (x.get(R.dgram)) return NEXT;
      x.sink.trace(x, TP.rcvEnter, x.get(R.qc));
      const d = x.alloc(x.W.pools.dgram);
      if (d === RETRY) return RETRY_STEP;
      if (d === 0) return go['8']!;
      mtlInit(x.m, d + QuicDgram.handlerList);
      x.set(R.dgram, d);
      return NEXT;
    }),
    step(
      '2',
      'recvmsg()',
      '1.10',
      COST.syscall,
      (x, go) => {
        const { m, W } = x;
        const got = kqPop(m, W, m.ld(x.get(R.qc) + QuicConn.fd));
        if (got === RETRY) return RETRY_STEP;
        if (got === 0) return go['7']!;
        const dg = got - 1;
        const d = x.get(R.dgram);
        ledgerRead(x, dg);
        x.set(R.dg, dg);
        m.st(d + QuicDgram.owner, W.listener);
        m.st(d + QuicDgram.len, W.consts.datagrams.length[dg]!);
        m.st(d + QuicDgram.saddr, W.consts.datagrams.saddr[dg]!);
        m.ast(d + QuicDgram.buf, dg + 1);
        m.st(x.th + ThreadCtx.handDgram, dg + 1);
        x.sink.note(x, EV.RECEIVE, x.get(R.qc), dg);
        x.sink.trace(x, TP.rcvRead, x.get(R.qc));
        return NEXT;
      },
      { verb: 'Receiving' },
    ),
    step(
      '3',
      'Is it for this connection? Its first CID or ODCID says yes at once',
      '1.10',
      COST.parse,
      (x, go) => {
        const n = dgramDcid(x, x.get(R.dg));
        if (n < 0) {
          ledgerDrop(x, x.get(R.dg), dropReason('bad header'));
          x.m.ast(x.get(R.dgram) + QuicDgram.buf, 0);
          return go['2']!;
        }
        return isOwn(x) ? go['4']! : NEXT;
      },
    ),
    step('3a', 'Another CID: take the read lock of its tree', '1.10', COST.atomic, (x) => {
      dgramDcid(x, x.get(R.dg));
      const lock = x.W.treeLock(firstByte(x));
      if (!rdTry(x.m, lock)) return RETRY_STEP;
      x.set(R.lock, lock);
      return NEXT;
    }),
    step('3b', 'Look it up', '1.10', COST.tree, (x) => {
      dgramDcid(x, x.get(R.dg));
      x.set(R.node, cidLookup(x.m, x.W.treeRoot(firstByte(x)), x.k0, x.k1, x.k2, x.k3, x.k4, x.klen));
      return NEXT;
    }),
    step(
      '3e',
      'Does the entry point to this connection? Then leave at once, with the lock (M13b)',
      '1.10',
      COST.local,
      (x, go) => (x.get(R.node) && pointsHere(x) ? go['4']! : NEXT),
      { since: '05f59a51a', until: '192abc6f8' },
    ),
    step(
      '3f',
      'Does the entry point to this connection?',
      '1.10',
      COST.local,
      (x) => {
        if (x.get(R.node) && !pointsHere(x)) x.set(R.node, 0);
        return NEXT;
      },
      { since: '192abc6f8' },
    ),
    step('3c', 'Release the lock', '1.10', COST.atomic, (x, go) => {
      rdUnlock(x.m, x.get(R.lock));
      if (!x.get(R.node)) return go['5']!;
      if (x.P.fixes.has('192abc6f8')) return go['4']!;
      return x.P.fixes.has('05f59a51a') ? go['5']! : NEXT;
    }),
    step(
      '3d',
      'Does the entry point to this connection? (read after the unlock, M13)',
      '1.10',
      COST.local,
      (x, go) => (pointsHere(x) ? NEXT : go['5']!),
      { until: '05f59a51a' },
    ),
    step('4', 'Mine: parse it here', '1.10', COST.local, (x) => {
      return x.call(dgramParse, x.get(R.dgram), x.get(R.qc), x.W.listener);
    }),
    step('4b', 'It must have been consumed', '1.10', COST.atomic, (x, go) => {
      x.m.st(x.th + ThreadCtx.handDgram, 0);
      if (x.bugOn(x.m.ald(x.get(R.dgram) + QuicDgram.buf) !== 0, BUG.DGRAM_NOT_CONSUMED)) return NEXT;
      return go['2']!;
    }),
    step(
      '5',
      'For another connection: take a receive buffer of the listener',
      '1.10',
      COST.atomic,
      (x, go) => {
        x.sink.trace(x, TP.rcvOther, x.get(R.qc));
        const el = mtlPop(x.m, x.W.listener + Listener.rxbufs);
        if (el === RETRY) return RETRY_STEP;
        if (el === 0) {
          ledgerDrop(x, x.get(R.dg), dropReason('rxbuf full'));
          return go['2']!;
        }
        x.set(R.rxbuf, el - ReceiverBuf.el);
        return NEXT;
      },
    ),
    step('5a', 'Drop what has been consumed from its head', '1.10', COST.atomic, (x) => {
      const d = purgeOne(x, x.get(R.rxbuf));
      if (!d) return NEXT;
      poolFree(x.m, x.W.pools.dgram, d);
      return RETRY_STEP;
    }),
    step('5b', 'Make room for it', '1.10', COST.pool, (x, go) => {
      const rxbuf = x.get(R.rxbuf);
      const len = x.W.consts.datagrams.length[x.get(R.dg)]!;
      if (contiguousFree(x, rxbuf) < len && freeAtEnd(x, rxbuf) && x.P.fixes.has('b34d35396')) {
        const d = x.alloc(x.W.pools.dgram);
        if (d === RETRY) return RETRY_STEP;
        if (d) fillRingEnd(x, rxbuf, d);
        else if (!x.P.fixes.has('f59635c49')) {
          // M21: on to the next datagram, and the receive buffer is in nobody's list any more.
          ledgerDrop(x, x.get(R.dg), dropReason('no memory'));
          return go['2']!;
        }
      }
      if (contiguousFree(x, rxbuf) < len) {
        ledgerDrop(x, x.get(R.dg), dropReason('rxbuf full'));
        return go['5d']!;
      }
      x.m.st(rxbuf + ReceiverBuf.data, x.m.ld(rxbuf + ReceiverBuf.data) + len);
      return NEXT;
    }),
    step(
      '5c',
      'Dispatch it, with this connection’s peer address (M14)',
      '1.10',
      COST.local,
      (x) => {
        return x.call(dgramDispatch, x.get(R.dg), x.m.ld(x.get(R.qc) + QuicConn.peerAddr), x.get(R.rxbuf), 0);
      },
      { until: '76d502588' },
    ),
    step(
      '5c2',
      'Dispatch it, with the address it came from',
      '1.10',
      COST.local,
      (x) => {
        return x.call(
          dgramDispatch,
          x.get(R.dg),
          x.W.consts.datagrams.saddr[x.get(R.dg)]!,
          x.get(R.rxbuf),
          0,
        );
      },
      { since: '76d502588' },
    ),
    step('5d', 'Put the receive buffer back', '1.10', COST.atomic, (x, go) => {
      const el = x.get(R.rxbuf) + ReceiverBuf.el;
      return mtlAppend(x.m, x.W.listener + Listener.rxbufs, el) === RETRY ? RETRY_STEP : go['2']!;
    }),
    step('7', 'Nothing more: ask to read again', '1.10', COST.local, (x) =>
      x.call(fdWantRecv, x.m.ld(x.get(R.qc) + QuicConn.fd)),
    ),
    step('8', 'Free the descriptor', '1.10', COST.pool, (x) => {
      if (x.get(R.dgram)) poolFree(x.m, x.W.pools.dgram, x.get(R.dgram));
      x.sink.trace(x, TP.rcvLeave, x.get(R.qc));
      return RET;
    }),
  ],
);

const pointsHere = (x: Exec): boolean => x.m.ld(x.get(R.node) + QuicCid.qc) === x.get(R.qc);

/** The loaded key equals qc.scid or qc.odcid. */
function isOwn(x: Exec): boolean {
  const { m } = x;
  const qc = x.get(R.qc);
  const same = (at: number): boolean =>
    m.ld(at) === x.k0 &&
    m.ld(at + 1) === x.k1 &&
    m.ld(at + 2) === x.k2 &&
    m.ld(at + 3) === x.k3 &&
    m.ld(at + 4) === x.k4 &&
    m.ld(at + 5) === x.klen;
  // qc.scid is a copy in HAProxy; here it points to K, which can only be freed by this owner.
  const first = listFirst(m, qc + QuicConn.cids);
  return same(qc + QuicConn.odcid) || (first !== 0 && same(first - QuicCid.byQc + QuicCid.node));
}
