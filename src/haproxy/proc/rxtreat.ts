/** Opening received packets and acting on their frames (semantics N3.1/6, N6.3; RFC 9002 for ACK). All on the owner. */
import { listDelete, listFirst } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import { halfOpenDone, startDraining } from '../lib/close.ts';
import { elOf, pktnsOf, setFlags } from '../lib/conn.ts';
import { idleRearm } from '../lib/idle.ts';
import { packetDropped } from '../lib/kernel.ts';
import { addCrypto, cryptoContiguous, nextActing, openAgain, openNow, takeAck } from '../lib/opened.ts';
import { RXF } from '../lib/parse.ts';
import { dropLevelPacket, mayRemoveHp, removeHp, spaceAt, treated } from '../lib/rx.ts';
import { discardLevel, NS, removeAllSent } from '../lib/sent.ts';
import { LEVEL, PKT_DROP_REASON, QC, SPACE, STATE } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, RxPacket, Task } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { FRAME, FRAME_FIELD, OPENED, SCRIPT } from '../step/packets.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { acceptPushQc } from './accept.ts';
import { retireConnectionId } from './cids.ts';
import { connAppIoCb } from './io.ts';
import { setTimer } from './timers.ts';

const unprotect = procedure({
  key: 'qc_rm_hp_pkts',
  verb: 'Removing header protection',
  locals: { qc: to('quic_conn'), level: int },
  args: ['qc', 'level'],
  worksOnConn: true,
});

/** Header protection of what waited for keys, or for the mux. */
export const rmHpPkts = unprotect.body([
  unprotect.step(
    '1',
    'Next packet that is still protected',
    { ref: 'N3.1/5', cost: COST.open, touches: 'conn', to: { more: '1', done: RET }, down: false },
    (x, l, at) => {
      if (!mayRemoveHp(x, l.qc, l.level)) return at.done;
      const n = listFirst(x.m, x.part(elOf(x, l.qc, l.level), Qel.pqpkts));
      if (!n) return at.done;
      listDelete(x.m, n);
      removeHp(x, l.qc, x.owner(n, RxPacket.byLevel), l.level);
      return at.more;
    },
  ),
]);

const treat = procedure({
  key: 'qc_treat_rx_pkts',
  verb: 'Reading packets',
  locals: { qc: to('quic_conn'), level: int, pkt: to('quic_rx_packet'), frame: int },
  args: ['qc', 'level'],
  worksOnConn: true,
});

export const treatRxPkts = treat.body([
  treat.step(
    '1',
    'Take the next packet of this level and open it',
    { ref: 'N3.1/6', cost: COST.open, touches: 'shared', to: { none: 'tls', unopened: 'infer' } },
    (x, l, at) => {
      const n = listFirst(x.m, x.part(elOf(x, l.qc, l.level), Qel.rx));
      if (!n) return at.none;
      const pkt = x.owner(n, RxPacket.byLevel);
      l.pkt = pkt;
      l.frame = 0;
      if (x.ld(pkt, RxPacket.flags) & RXF.NOT_OPENED) {
        packetDropped(x, l.qc, PKT_DROP_REASON.notOpened, x.ld(pkt, RxPacket.dgram));
        return at.unopened;
      }
      const opened = openNow(x, l.qc, pkt, l.level);
      if (opened) {
        x.st(pkt, RxPacket.aeliciting, opened & OPENED.ackEliciting ? 1 : 0);
        return at.next;
      }
      packetDropped(x, l.qc, PKT_DROP_REASON.decryptionFailed, x.ld(pkt, RxPacket.dgram));
      treated(x, l.qc, pkt);
      return at.retry;
    },
  ),
  treat.step(
    '2',
    'Act on its next frame',
    { ref: 'N3.1/6 N6.3', cost: COST.local, touches: 'shared', to: { more: '2', end: '3' }, down: false },
    (x, l, at) => {
      openAgain(x, l.qc, l.pkt, l.level);
      const i = nextActing(x, l.frame);
      l.frame = i + 1;
      if (i >= x.frames) return at.end;
      const kind = x.frame(i, FRAME_FIELD.kind);
      if (kind === FRAME.ack) {
        takeAck(x, l.qc, spaceAt(l.level), i);
        return x.call(at.more, setTimer, l.qc);
      }
      const from = x.frame(i, FRAME_FIELD.from);
      if (kind === FRAME.retireConnectionId)
        return x.call(at.more, retireConnectionId, l.qc, from, x.ld(l.pkt, RxPacket.dgram));
      if (kind === FRAME.crypto) addCrypto(x, l.qc, l.level, from, x.frame(i, FRAME_FIELD.to));
      else startDraining(x, l.qc);
      return at.more;
    },
  ),
  treat.step(
    'infer',
    'Not opened: taken as acknowledging all that was sent (inferred)',
    { ref: '', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.inferred, 1);
      x.st(l.pkt, RxPacket.aeliciting, 1);
      removeAllSent(x, l.qc, spaceAt(l.level));
      return x.call(at.next, setTimer, l.qc);
    },
  ),
  treat.step(
    '3',
    'Read to its end: does it want an acknowledgement? Free it',
    { ref: 'N3.1/6', cost: COST.pool, touches: 'shared', to: { more: '1' } },
    (x, l, at) => {
      const ns = pktnsOf(x, l.qc, spaceAt(l.level));
      if (x.ld(l.pkt, RxPacket.aeliciting)) {
        x.st(ns, Pktns.flags, x.ld(ns, Pktns.flags) | NS.ACK_REQUIRED);
        x.inc(ns, Pktns.nbAepkts, 1);
        const armAck = x.ld(l.qc, QuicConn.state) >= STATE.COMPLETE && l.level === LEVEL.APP;
        if (!idleRearm(x, l.qc, true, armAck)) return at.next;
      }
      x.st(ns, Pktns.ackRanges, 1);
      treated(x, l.qc, l.pkt);
      l.pkt = NULL;
      const first = l.level === LEVEL.HANDSHAKE && !x.ld(elOf(x, l.qc, LEVEL.INITIAL), Qel.discarded);
      return first ? at.next : at.more;
    },
  ),
  treat.step(
    '4',
    'First Handshake packet: the client’s address is proven, Initial keys go',
    { ref: 'N3.3', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.validated, 1);
      discardLevel(x, l.qc, LEVEL.INITIAL, SPACE.INITIAL);
      return at.next;
    },
  ),
  treat.step('4c', 'Set the loss timer anew', { ref: 'N4', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, setTimer, l.qc),
  ),
  treat.step(
    '4b',
    'Drop what was kept at that level',
    { ref: 'N3.3', cost: COST.pool, touches: 'shared', to: { more: '1' }, down: false },
    (x, l, at) => (dropLevelPacket(x, l.qc, LEVEL.INITIAL) ? at.retry : at.more),
  ),
  treat.step(
    'tls',
    'Give the handshake bytes in order to TLS',
    { ref: 'N3.1/6', cost: COST.local, touches: 'conn', to: { finished: 'finished', nothing: RET } },
    (x, l, at) => {
      const conn = x.ld(l.qc, QuicConn.capConn);
      const state = x.ld(l.qc, QuicConn.state);
      if (l.level === LEVEL.INITIAL && state === STATE.INITIAL) {
        const end = x.script(SCRIPT.clientHelloEnd, conn);
        return end > 0 && cryptoContiguous(x, l.qc, LEVEL.INITIAL) >= end ? at.next : at.nothing;
      }
      if (l.level === LEVEL.HANDSHAKE && state === STATE.HANDSHAKE) {
        const end = x.script(SCRIPT.finishedEnd, conn);
        return end > 0 && cryptoContiguous(x, l.qc, LEVEL.HANDSHAKE) >= end ? at.finished : at.nothing;
      }
      return at.nothing;
    },
  ),
  treat.step(
    'hello',
    'ClientHello is whole: TLS answers it',
    { ref: 'N3.1/6', cost: COST.tls, touches: 'conn', to: { done: RET }, down: false },
    (x, l, at) => {
      setFlags(x, l.qc, QC.TX_TP_RECEIVED | QC.FINALIZED);
      x.st(l.qc, QuicConn.state, STATE.HANDSHAKE);
      return at.done;
    },
  ),
  treat.step(
    'finished',
    'Finished has been read: the handshake is complete',
    { ref: '1.11', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, handshakeDone, l.qc),
  ),
  treat.step(
    'out',
    'Back',
    { ref: 'N3.1/6', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);

const complete = procedure({
  key: 'qc_provide_cdata',
  verb: 'Completing the handshake',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
});

/** qc_provide_cdata's end: half-open count, callback, flags, accept. */
export const handshakeDone = complete.body([
  complete.step(
    '1',
    'One half-open connection less',
    { ref: '1.11', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      halfOpenDone(x, l.qc);
      return at.next;
    },
  ),
  complete.step(
    '2',
    'From now on quic_conn_app_io_cb is its callback',
    { ref: 'N3.3', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(x.ld(l.qc, QuicConn.tasklet), Task.process, connAppIoCb.id);
      return at.next;
    },
  ),
  complete.step(
    '3',
    'State CONFIRMED; post-handshake frames are due',
    { ref: '1.11', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      setFlags(x, l.qc, QC.NEED_POST_HANDSHAKE_FRMS);
      x.st(l.qc, QuicConn.state, STATE.CONFIRMED);
      x.st(l.qc, QuicConn.validated, 1);
      return at.next;
    },
  ),
  complete.step(
    '4',
    'Push it to be accepted',
    { ref: '1.11', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, acceptPushQc, l.qc),
  ),
  complete.step(
    '5',
    'Back',
    { ref: '1.11', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);
