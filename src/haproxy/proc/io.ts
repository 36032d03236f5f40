/** A connection's I/O tasklet: its function during the handshake, and after it (semantics N3). On the owner. */
import { listFirst } from '../../memory/list.ts';
import { elOf } from '../lib/conn.ts';
import { dropLevelPacket } from '../lib/rx.ts';
import { discardLevel } from '../lib/sent.ts';
import { LEVEL, QC, SPACE, STATE } from '../model/flags.ts';
import { Qel, QuicConn, RxPacket } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { buildPostHandshakeFrames } from './cids.ts';
import { rcvBuf } from './own-socket.ts';
import { handshakeDone, rmHpPkts, treatRxPkts } from './rxtreat.ts';
import { setTimer } from './timers.ts';
import { dgramsRetransmit, sendPpkts } from './tx.ts';

export const connIoCb = procedure({
  key: 'quic_conn_io_cb',
  verb: 'Handshake I/O',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int, level: int, last: int },
  args: ['tl', 'qc', 'state'],
  worksOnConn: true,
  short: 'io',
});

export const connAppIoCb = procedure({
  key: 'quic_conn_app_io_cb',
  verb: 'Connection I/O',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int, level: int },
  args: ['tl', 'qc', 'state'],
  worksOnConn: true,
  short: 'io',
});

/** Level after the first that is due. */
const levelAfter = (level: number): number => (level === LEVEL.INITIAL ? LEVEL.HANDSHAKE : LEVEL.APP);

connIoCb.body([
  connIoCb.step(
    '1',
    'Is a retransmission needed?',
    { ref: 'N3.1/1', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.ioEnter, l.qc);
      x.trace(TP.ioState, l.qc);
      if (!(x.ld(l.qc, QuicConn.flags) & QC.RETRANS_NEEDED)) return at.next;
      x.trace(TP.ioRetrans, l.qc);
      return x.call(at.next, dgramsRetransmit, l.qc);
    },
  ),
  connIoCb.step(
    '3',
    'Read its own socket, if it has one',
    { ref: 'N3.1/3', cost: COST.local, touches: 'conn' },
    (x, l, at) => (x.ld(l.qc, QuicConn.fd) >= 0 ? x.call(at.next, rcvBuf, l.qc) : at.next),
  ),
  connIoCb.step(
    '4',
    'Which levels are due?',
    { ref: 'N3.1/4', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      const state = x.ld(l.qc, QuicConn.state);
      const kept = x.part(elOf(x, l.qc, LEVEL.HANDSHAKE), Qel.rx);
      if (state === STATE.INITIAL) l.level = LEVEL.INITIAL;
      else if (state === STATE.HANDSHAKE || listFirst(x.m, kept)) l.level = LEVEL.HANDSHAKE;
      else l.level = LEVEL.APP;
      l.last = l.level === LEVEL.APP ? 1 : 0;
      return at.next;
    },
  ),
  connIoCb.step(
    '5',
    'Remove header protection at that level',
    { ref: 'N3.1/5', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, rmHpPkts, l.qc, l.level),
  ),
  connIoCb.step(
    '6',
    'Read the packets of that level',
    { ref: 'N3.1/6', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, treatRxPkts, l.qc, l.level),
  ),
  connIoCb.step(
    '6c',
    'Read the packets of the next level, if there is one',
    { ref: 'N3.1/6', cost: COST.local, touches: 'own' },
    (x, l, at) => (l.last ? at.next : x.call(at.next, treatRxPkts, l.qc, levelAfter(l.level))),
  ),
  connIoCb.step(
    '6i',
    'Without keys: a short header means that the handshake is complete (inferred)',
    { ref: '', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      if (x.ld(l.qc, QuicConn.state) >= STATE.COMPLETE) return at.next;
      const n = listFirst(x.m, x.part(elOf(x, l.qc, LEVEL.APP), Qel.pqpkts));
      if (!n) return at.next;
      if (x.hasKeys(x.ld(x.owner(n, RxPacket.byLevel), RxPacket.dgram), LEVEL.HANDSHAKE)) return at.next;
      x.st(l.qc, QuicConn.inferred, 1);
      return x.call(at.next, handshakeDone, l.qc);
    },
  ),
  connIoCb.step(
    '7',
    'To be killed, or draining? Then leave',
    { ref: 'N3.1/7 N3.1/8', cost: COST.local, touches: 'conn', to: { leave: 'out', handshaking: '11' } },
    (x, l, at) => {
      const flags = x.ld(l.qc, QuicConn.flags);
      if (flags & QC.TO_KILL) {
        x.trace(TP.ioKilled, l.qc);
        return at.leave;
      }
      if (flags & QC.DRAINING && !(flags & QC.IMMEDIATE_CLOSE)) return at.leave;
      return x.ld(l.qc, QuicConn.state) >= STATE.COMPLETE ? at.next : at.handshaking;
    },
  ),
  connIoCb.step(
    '10',
    'The handshake is complete: discard the Handshake keys',
    { ref: 'N3.1/10', cost: COST.local, touches: 'conn', to: { discarded: '11' } },
    (x, l, at) => {
      if (x.ld(elOf(x, l.qc, LEVEL.HANDSHAKE), Qel.discarded)) return at.discarded;
      x.trace(TP.ioDiscard, l.qc);
      return at.next;
    },
  ),
  connIoCb.step(
    '10d',
    'Discard keys and packet number space',
    { ref: 'N3.1/10', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      discardLevel(x, l.qc, LEVEL.HANDSHAKE, SPACE.HANDSHAKE);
      return at.next;
    },
  ),
  connIoCb.step(
    '10c',
    'Set the loss timer anew',
    { ref: 'N3.1/10', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, setTimer, l.qc),
  ),
  connIoCb.step(
    '10b',
    'Drop what was kept at that level',
    { ref: 'N3.1/10', cost: COST.pool, touches: 'shared' },
    (x, l, at) => (dropLevelPacket(x, l.qc, LEVEL.HANDSHAKE) ? at.retry : at.next),
  ),
  connIoCb.step('11', 'Send what is due', { ref: 'N3.1/11', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, sendPpkts, l.qc),
  ),
  connIoCb.step(
    '12',
    'Has the next level packets that can be read now?',
    { ref: 'N3.1/12', cost: COST.local, touches: 'conn', to: { again: '5' } },
    (x, l, at) => {
      if (l.last) return at.next;
      const level = levelAfter(l.level);
      const el = elOf(x, l.qc, level);
      const secrets = x.ld(l.qc, QuicConn.state) >= (level === LEVEL.APP ? STATE.COMPLETE : STATE.HANDSHAKE);
      const waits = listFirst(x.m, x.part(el, Qel.pqpkts)) || listFirst(x.m, x.part(el, Qel.rx));
      if (!secrets || x.ld(el, Qel.discarded) || !waits) return at.next;
      l.level = level;
      l.last = 1;
      return at.again;
    },
  ),
  connIoCb.step(
    'out',
    'Leave',
    { ref: 'N3.1/13', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.ioLeave, l.qc);
      return at.done;
    },
  ),
]);

connAppIoCb.body([
  connAppIoCb.step(
    '1',
    'Read its own socket, if it has one',
    { ref: 'N3.2/1', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.appEnter, l.qc);
      x.trace(TP.appState, l.qc);
      return x.ld(l.qc, QuicConn.fd) >= 0 ? x.call(at.next, rcvBuf, l.qc) : at.next;
    },
  ),
  connAppIoCb.step(
    '2',
    'Accepted, and post-handshake frames due? Build them',
    { ref: 'N3.2/2', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      const due = x.ld(l.qc, QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS;
      if (!due || !x.ld(l.qc, QuicConn.conn)) return at.next;
      return x.call(at.next, buildPostHandshakeFrames, l.qc);
    },
  ),
  connAppIoCb.step(
    '3',
    'Is a retransmission needed?',
    { ref: 'N3.2/3', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      if (!(x.ld(l.qc, QuicConn.flags) & QC.RETRANS_NEEDED)) return at.next;
      x.trace(TP.appRetrans, l.qc);
      return x.call(at.next, dgramsRetransmit, l.qc);
    },
  ),
  connAppIoCb.step(
    '4',
    'Remove header protection, once the mux is there',
    { ref: 'N3.2/4', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, rmHpPkts, l.qc, LEVEL.APP),
  ),
  connAppIoCb.step('5', 'Read the packets', { ref: 'N3.2/5', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, treatRxPkts, l.qc, LEVEL.APP),
  ),
  connAppIoCb.step(
    '6',
    'To be killed, or draining? Then leave',
    { ref: 'N3.2/6 N3.2/7', cost: COST.local, touches: 'conn', to: { leave: '9' } },
    (x, l, at) => {
      const flags = x.ld(l.qc, QuicConn.flags);
      if (flags & QC.TO_KILL) {
        x.trace(TP.appKilled, l.qc);
        return at.leave;
      }
      if (flags & QC.DRAINING && !(flags & QC.IMMEDIATE_CLOSE)) {
        x.trace(TP.appDraining, l.qc);
        return at.leave;
      }
      return at.next;
    },
  ),
  connAppIoCb.step('8', 'Send what is due', { ref: 'N3.2/8', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, sendPpkts, l.qc),
  ),
  connAppIoCb.step(
    '9',
    'Leave',
    { ref: 'N3.2/9', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.appLeave, l.qc);
      return at.done;
    },
  ),
]);
