/** A connection's I/O callbacks and its own socket (semantics 1.10, N3). Always on the owner. */
import { cidLookup } from '../../memory/cidtree.ts';
import { listFirst } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlInit, mtlPop } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { rdTry, rdUnlock } from '../../memory/rwlock.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, FD, LEVEL, QC, STATE } from '../model/flags.ts';
import {
  Fdtab,
  Listener,
  Qel,
  QuicCid,
  QuicConn,
  QuicDgram,
  ReceiverBuf,
  RxPacket,
  ThreadCtx,
} from '../model/layouts.ts';
import { firstByte } from './cidkey.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { COST } from './cost.ts';
import { dgramParse } from './dgram.ts';
import { contiguousFree, dgramDcid, dgramDispatch, fillRingEnd, freeAtEnd, purgeOne } from './dispatch.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdWantRecv } from './fd.ts';
import { elOf } from './handle.ts';
import { kqPop, ledgerDrop, ledgerRead } from './kernel.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { dropLevelPacket } from './release.ts';
import { discardLevel, handshakeDone, rmHpPkts, treatRxPkts } from './rxtreat.ts';
import { taskletWakeupAfter } from './task.ts';
import { setTimer } from './timers.ts';
import { TP } from './trace.ts';
import { dgramsRetransmit, sendPpkts } from './tx.ts';

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

/** Locals of both I/O callbacks: tasklet, connection. */
const C = { tl: 0, qc: 1, state: 2, level: 3 } as const;

const flagsOf = (x: Exec): number => x.m.ld(x.get(C.qc) + QuicConn.flags);
const ownFd = (x: Exec): boolean => x.m.ld(x.get(C.qc) + QuicConn.fd) >= 0;

export const connIoCb = procedure(
  'quic_conn_io_cb',
  'Handshake I/O',
  ['tl', 'qc', 'state', 'level'],
  [
    step('1', 'Is a retransmission needed?', 'N3.1/1', COST.local, (x, go) => {
      const qc = x.get(C.qc);
      x.sink.trace(x, TP.ioEnter, qc);
      x.sink.trace(x, TP.ioState, qc);
      if (!(flagsOf(x) & QC.RETRANS_NEEDED)) return go['3']!;
      x.sink.trace(x, TP.ioRetrans, qc);
      return x.call(dgramsRetransmit, qc);
    }),
    step('3', 'Read its own socket, if it has one', 'N3.1/3', COST.local, (x, go) => {
      return ownFd(x) ? x.call(rcvBuf, x.get(C.qc)) : go['4']!;
    }),
    step('4', 'Which levels are due?', 'N3.1/4', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(C.qc);
      const state = m.ld(qc + QuicConn.state);
      if (state === STATE.INITIAL) x.set(C.level, LEVEL.INITIAL);
      else if (state === STATE.HANDSHAKE || listFirst(m, elOf(qc, LEVEL.HANDSHAKE) + Qel.rx))
        x.set(C.level, LEVEL.HANDSHAKE);
      else x.set(C.level, LEVEL.APP);
      return x.get(C.level) === LEVEL.INITIAL ? go['6']! : NEXT;
    }),
    step('5', 'Remove header protection at that level', 'N3.1/5', COST.local, (x) =>
      x.call(rmHpPkts, x.get(C.qc), x.get(C.level)),
    ),
    step('6', 'Read the packets of that level', 'N3.1/6', COST.local, (x) =>
      x.call(treatRxPkts, x.get(C.qc), x.get(C.level)),
    ),
    step('6b', 'Remove header protection at the next level', 'N3.1/5', COST.local, (x, go) => {
      const level = x.get(C.level);
      if (level === LEVEL.APP) return go['7']!;
      return x.call(rmHpPkts, x.get(C.qc), level === LEVEL.INITIAL ? LEVEL.HANDSHAKE : LEVEL.APP);
    }),
    step('6c', 'Read the packets of the next level', 'N3.1/6', COST.local, (x) => {
      return x.call(treatRxPkts, x.get(C.qc), x.get(C.level) === LEVEL.INITIAL ? LEVEL.HANDSHAKE : LEVEL.APP);
    }),
    step(
      '6i',
      'Without keys: a short header means that the handshake is complete (inferred)',
      '',
      COST.local,
      (x, go) => {
        const { m } = x;
        const qc = x.get(C.qc);
        if (m.ld(qc + QuicConn.state) >= STATE.COMPLETE) return go['7']!;
        const n = listFirst(m, elOf(qc, LEVEL.APP) + Qel.pqpkts);
        if (!n) return go['7']!;
        if (x.W.consts.opener.hasKeys(m.ld(n - RxPacket.byLevel + RxPacket.dgram), LEVEL.HANDSHAKE))
          return go['7']!;
        m.st(qc + QuicConn.inferred, 1);
        return x.call(handshakeDone, qc);
      },
    ),
    step('7', 'To be killed, or draining? Then leave', 'N3.1/7', COST.local, (x, go) => {
      const f = flagsOf(x);
      if (f & QC.TO_KILL) {
        x.sink.trace(x, TP.ioKilled, x.get(C.qc));
        return go.out!;
      }
      if (f & QC.DRAINING && !(f & QC.IMMEDIATE_CLOSE)) return go.out!;
      return x.m.ld(x.get(C.qc) + QuicConn.state) >= STATE.COMPLETE ? NEXT : go['11']!;
    }),
    step('10', 'The handshake is complete: discard the Handshake keys', 'N3.1/10', COST.local, (x, go) => {
      const qc = x.get(C.qc);
      if (x.m.ld(elOf(qc, LEVEL.HANDSHAKE) + Qel.discarded)) return go['11']!;
      x.sink.trace(x, TP.ioDiscard, qc);
      return NEXT;
    }),
    step('10s', 'Send what is still owed at that level first', 'N3.1/10', COST.local, (x) =>
      x.call(sendPpkts, x.get(C.qc)),
    ),
    step('10d', 'Discard keys and packet number space', 'N3.1/10', COST.local, (x) => {
      discardLevel(x, x.get(C.qc), LEVEL.HANDSHAKE, 1);
      return NEXT;
    }),
    step('10b', 'Drop what was kept at that level', 'N3.1/10', COST.pool, (x) => {
      return dropLevelPacket(x, x.get(C.qc), LEVEL.HANDSHAKE) ? RETRY_STEP : NEXT;
    }),
    step('10c', 'Set the loss timer anew', 'N3.1/10', COST.local, (x) => x.call(setTimer, x.get(C.qc))),
    step('11', 'Send what is due', 'N3.1/11', COST.local, (x) => x.call(sendPpkts, x.get(C.qc))),
    step('12', 'Has the next level packets that can be read now?', 'N3.1/12', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(C.qc);
      if (m.ld(qc + QuicConn.state) !== STATE.HANDSHAKE || x.get(C.level) !== LEVEL.INITIAL) return NEXT;
      return listFirst(m, elOf(qc, LEVEL.HANDSHAKE) + Qel.pqpkts) ? go['4']! : NEXT;
    }),
    step('out', 'Leave', 'N3.1/13', COST.local, (x) => {
      x.sink.trace(x, TP.ioLeave, x.get(C.qc));
      return RET;
    }),
  ],
);

export const connAppIoCb = procedure(
  'quic_conn_app_io_cb',
  'Connection I/O',
  ['tl', 'qc', 'state', 'level'],
  [
    step('1', 'Read its own socket, if it has one', 'N3.2/1', COST.local, (x, go) => {
      x.sink.trace(x, TP.appEnter, x.get(C.qc));
      x.sink.trace(x, TP.appState, x.get(C.qc));
      return ownFd(x) ? x.call(rcvBuf, x.get(C.qc)) : go['2']!;
    }),
    step('2', 'Accepted, and post-handshake frames due? Build them', 'N3.2/2', COST.local, (x, go) => {
      const qc = x.get(C.qc);
      if (!(flagsOf(x) & QC.NEED_POST_HANDSHAKE_FRMS) || !x.m.ld(qc + QuicConn.conn)) return go['3']!;
      return x.call(buildPostHandshakeFrames, qc);
    }),
    step('3', 'Is a retransmission needed?', 'N3.2/3', COST.local, (x, go) => {
      if (!(flagsOf(x) & QC.RETRANS_NEEDED)) return go['4']!;
      x.sink.trace(x, TP.appRetrans, x.get(C.qc));
      return x.call(dgramsRetransmit, x.get(C.qc));
    }),
    step('4', 'Remove header protection, once the mux is there', 'N3.2/4', COST.local, (x) =>
      x.call(rmHpPkts, x.get(C.qc), LEVEL.APP),
    ),
    step('5', 'Read the packets', 'N3.2/5', COST.local, (x) => x.call(treatRxPkts, x.get(C.qc), LEVEL.APP)),
    step('6', 'To be killed, or draining? Then leave', 'N3.2/6', COST.local, (x, go) => {
      const f = flagsOf(x);
      if (f & QC.TO_KILL) {
        x.sink.trace(x, TP.appKilled, x.get(C.qc));
        return go['9']!;
      }
      if (f & QC.DRAINING && !(f & QC.IMMEDIATE_CLOSE)) {
        x.sink.trace(x, TP.appDraining, x.get(C.qc));
        return go['9']!;
      }
      return NEXT;
    }),
    step('8', 'Send what is due', 'N3.2/8', COST.local, (x) => x.call(sendPpkts, x.get(C.qc))),
    step('9', 'Leave', 'N3.2/9', COST.local, (x) => {
      x.sink.trace(x, TP.appLeave, x.get(C.qc));
      return RET;
    }),
  ],
);

export const ioProcedures = [connSockFdIocb, rcvBuf, connIoCb, connAppIoCb] as const;
