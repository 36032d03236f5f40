import { listFirst } from '../../memory/list.ts';
import { LEVEL, QC, STATE } from '../model/flags.ts';
import { Qel, QuicConn, RxPacket } from '../model/layouts.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { elOf } from './handle.ts';
import { rcvBuf } from './own-socket.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { dropLevelPacket } from './release.ts';
import { discardLevel, handshakeDone, rmHpPkts, treatRxPkts } from './rxtreat.ts';
import { setTimer } from './timers.ts';
import { TP } from './trace.ts';
import { dgramsRetransmit, sendPpkts } from './tx.ts';

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
