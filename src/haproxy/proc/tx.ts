/**
 * Sending. The captured server's datagrams are scripted sends: each leaves when the client's datagram that caused it has
 * been processed, and enters sent-packet state from which the loss timer is set. Probes, late ACKs and CONNECTION_CLOSE
 * are the model's own. All on the owner.
 */
import { NULL, RETRY } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { detachClosing, notifyClose } from '../lib/close.ts';
import { clearFlags, elOf, pktnsOf, setFlags } from '../lib/conn.ts';
import { ackSent, idleDoRearm, idleRearm } from '../lib/idle.ts';
import { ackLeft, enterSent } from '../lib/sent.ts';
import { taskDestroy } from '../lib/tasks.ts';
import { LEVEL, MUX, QC, SPACE, STATE } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { SCRIPT, SEND, SENT_PACKET } from '../step/packets.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { setTimer } from './timers.ts';

type Qc = Ptr<'quic_conn'>;

/** Packet numbers of probes: out of the way of the captured server's. */
export const OWN_PN = 1 << 30;

/** What of the model's own a datagram is that leaves. */
export const SENT = { ack: -1, close: -2, probe: -3, frames: -4 } as const;

/** Bytes of a probe. */
const PROBE = 1200;

/** A number (SEND) of the scripted send that is next. */
const nextSend = (x: Exec, qc: Qc, field: number): number =>
  x.send(field, x.ld(qc, QuicConn.capConn), x.ld(qc, QuicConn.sendCursor));

/** A number (SENT_PACKET) of its packet `k`. */
const nextPacket = (x: Exec, qc: Qc, k: number, field: number): number =>
  x.sentPacket(field, x.ld(qc, QuicConn.capConn), x.ld(qc, QuicConn.sendCursor), k);

/** Whether any of its packets has `field` set. */
function anyPacket(x: Exec, qc: Qc, field: number): boolean {
  const n = nextSend(x, qc, SEND.packets);
  for (let k = 0; k < n; k++) if (nextPacket(x, qc, k, field)) return true;
  return false;
}

/** The level at whose keys a space of the handshake ends. */
const levelOfSpace = (space: number): number => (space === SPACE.INITIAL ? LEVEL.INITIAL : LEVEL.HANDSHAKE);

/** Whether there is a next scripted send whose cause has been processed, and it may leave now. */
function isDue(x: Exec, qc: Qc): boolean {
  const conn = x.ld(qc, QuicConn.capConn);
  if (conn < 0 || x.ld(qc, QuicConn.sendCursor) >= x.script(SCRIPT.sends, conn)) return false;
  const needsMux = nextSend(x, qc, SEND.needsMux);
  const upTo = x.ld(qc, needsMux ? QuicConn.processed : QuicConn.seen);
  if (nextSend(x, qc, SEND.cause) > upTo) return false;
  if (needsMux && x.ld(qc, QuicConn.muxState) !== MUX.READY) return false;
  if (x.ld(qc, QuicConn.state) < STATE.HANDSHAKE) return false;
  return !(nextSend(x, qc, SEND.closes) && needsMux && x.ld(qc, QuicConn.flags) & QC.DRAINING);
}

/** Whether `bytes` more would exceed three times what an unvalidated client has sent (RFC 9000 8.1). */
const amplifies = (x: Exec, qc: Qc, bytes: number): boolean =>
  !x.ld(qc, QuicConn.validated) && x.ld(qc, QuicConn.txBytes) + bytes > 3 * x.ld(qc, QuicConn.rxBytes);

/** Counts a datagram that leaves, and tells of it. `what`: the scripted send, or one of SENT. */
export function noteSent(x: Exec, qc: Qc, bytes: number, what: number): void {
  x.inc(x.th, ThreadCtx.sent, 1);
  x.note(EV.SEND, qc, bytes, what);
}

const send = procedure({
  key: 'qc_send_ppkts',
  verb: 'Sending',
  locals: { qc: to('quic_conn'), k: int },
  args: ['qc'],
  worksOnConn: true,
});

export const sendPpkts = send.body([
  send.step(
    '1',
    'Is anything due? (scripted: what the captured server sent next)',
    {
      ref: 'N3.1/11',
      cost: COST.local,
      touches: 'conn',
      to: { asked: 'cc', ack: 'ack', closes: 'close', nothing: RET },
    },
    (x, l, at) => {
      l.k = 0;
      const flags = x.ld(l.qc, QuicConn.flags);
      if (flags & QC.IMMEDIATE_CLOSE) return at.asked;
      if (flags & (QC.CLOSING | QC.DRAINING)) return at.nothing;
      if (!isDue(x, l.qc)) return flags & QC.ACK_TIMER_FIRED ? at.ack : at.nothing;
      if (nextSend(x, l.qc, SEND.closes)) return at.closes;
      if (!amplifies(x, l.qc, nextSend(x, l.qc, SEND.bytes))) return at.next;
      setFlags(x, l.qc, QC.ANTI_AMPLIFICATION_REACHED);
      return at.nothing;
    },
  ),
  send.step('2', 'sendto()', { ref: 'N3.4', cost: COST.syscall, touches: 'conn' }, (x, l, at) => {
    const bytes = nextSend(x, l.qc, SEND.bytes);
    x.inc(l.qc, QuicConn.txBytes, bytes);
    noteSent(x, l.qc, bytes, x.ld(l.qc, QuicConn.sendCursor));
    return at.next;
  }),
  send.step(
    '3',
    'Note each of its packets as sent',
    { ref: 'N3.4', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      if (l.k >= nextSend(x, l.qc, SEND.packets)) return at.next;
      const space = nextPacket(x, l.qc, l.k, SENT_PACKET.space);
      const pn = nextPacket(x, l.qc, l.k, SENT_PACKET.pn);
      const ns = pktnsOf(x, l.qc, space);
      // The recorded client may have acknowledged it already, when this world runs behind the recording. Where the keys have gone
      // nothing is in flight: what is left to say there is an acknowledgement.
      const gone = space < SPACE.APP && x.ld(elOf(x, l.qc, levelOfSpace(space)), Qel.discarded);
      if (!gone && pn > x.ld(ns, Pktns.largestAcked) && nextPacket(x, l.qc, l.k, SENT_PACKET.ackEliciting)) {
        const len = nextPacket(x, l.qc, l.k, SENT_PACKET.length);
        if (enterSent(x, l.qc, space, pn, len) === RETRY) return at.retry;
      }
      if (nextPacket(x, l.qc, l.k, SENT_PACKET.ack)) ackLeft(x, ns);
      l.k = l.k + 1;
      return at.retry;
    },
  ),
  send.step(
    '4',
    'An ACK went out: the ack delay is over; the first send after a read restarts the idle timer',
    { ref: 'N4', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      if (anyPacket(x, l.qc, SENT_PACKET.ack) && !ackSent(x, l.qc)) return at.next;
      const eliciting = anyPacket(x, l.qc, SENT_PACKET.ackEliciting);
      if (eliciting && x.ld(l.qc, QuicConn.flags) & QC.IDLE_TIMER_RESTARTED_AFTER_READ)
        idleRearm(x, l.qc, false, false);
      return at.next;
    },
  ),
  send.step('5', 'Set the loss timer', { ref: 'N4', cost: COST.local, touches: 'conn' }, (x, l, at) => {
    x.inc(l.qc, QuicConn.sendCursor, 1);
    return x.call(at.next, setTimer, l.qc);
  }),
  send.step(
    '6',
    'Next',
    { ref: 'N3.1/11', cost: COST.local, touches: 'own', to: { more: '1' }, down: false },
    (_x, _l, at) => at.more,
  ),
  send.step(
    'ack',
    'The ack delay has run out: a packet with an ACK alone (of the model’s own)',
    { ref: 'N3.4', cost: COST.syscall, touches: 'conn', to: { done: RET }, down: false },
    (x, l, at) => {
      ackLeft(x, pktnsOf(x, l.qc, SPACE.APP));
      noteSent(x, l.qc, 0, SENT.ack);
      ackSent(x, l.qc);
      return at.done;
    },
  ),
  send.step(
    'close',
    'The captured server closes here',
    { ref: 'N6.1', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, setConnectionClose, l.qc, 0),
  ),
  send.step(
    'cc',
    'sendto() with CONNECTION_CLOSE',
    { ref: 'N6.2', cost: COST.syscall, touches: 'conn', to: { closing: 'out' } },
    (x, l, at) => {
      clearFlags(x, l.qc, QC.IMMEDIATE_CLOSE);
      noteSent(x, l.qc, 0, SENT.close);
      const conn = x.ld(l.qc, QuicConn.capConn);
      if (conn >= 0) x.st(l.qc, QuicConn.sendCursor, x.script(SCRIPT.sends, conn));
      if (x.ld(l.qc, QuicConn.flags) & QC.CLOSING) return at.closing;
      setFlags(x, l.qc, QC.CLOSING);
      return at.next;
    },
  ),
  send.step(
    'cc2',
    'Closing now: over to this thread’s closing list',
    { ref: 'N6.2', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      detachClosing(x, l.qc);
      x.note(EV.CLOSE, l.qc);
      return at.next;
    },
  ),
  send.step(
    'cc3',
    'Tell the mux, restart the idle timer, destroy the loss timer',
    { ref: 'N6.2', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      notifyClose(x, l.qc);
      if (!idleDoRearm(x, l.qc, false)) return at.next;
      const task = x.ld(l.qc, QuicConn.timerTask);
      if (task) taskDestroy(x, task);
      x.st(l.qc, QuicConn.timerTask, NULL);
      return at.next;
    },
  ),
  send.step(
    'out',
    'Back',
    { ref: 'N3.1/11', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);

const close = procedure({
  key: 'quic_set_connection_close',
  verb: 'Closing',
  locals: { qc: to('quic_conn'), err: int },
  args: ['qc', 'err'],
});

export const setConnectionClose = close.body([
  close.step(
    '1',
    'Ask for a CONNECTION_CLOSE, once',
    { ref: 'N6.1', cost: COST.local, touches: 'conn', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.setCloseEnter, l.qc);
      if (!(x.ld(l.qc, QuicConn.flags) & QC.IMMEDIATE_CLOSE)) {
        x.trace(TP.setCloseSet, l.qc);
        setFlags(x, l.qc, QC.IMMEDIATE_CLOSE);
        x.st(l.qc, QuicConn.err, l.err);
      }
      x.trace(TP.setCloseLeave, l.qc);
      return at.done;
    },
  ),
]);

const probe = procedure({
  key: 'qc_dgrams_retransmit',
  verb: 'Probing',
  locals: { qc: to('quic_conn'), left: int, space: int },
  args: ['qc'],
  worksOnConn: true,
});

export const dgramsRetransmit = probe.body([
  probe.step(
    '1',
    'Which packet number space needs a probe?',
    { ref: 'N3.1/1', cost: COST.local, touches: 'conn', to: { none: RET } },
    (x, l, at) => {
      clearFlags(x, l.qc, QC.RETRANS_NEEDED);
      const n = x.ld(l.qc, QuicConn.ptoProbe);
      x.st(l.qc, QuicConn.ptoProbe, 0);
      for (let s = 0; s < 3; s++) {
        const ns = pktnsOf(x, l.qc, s);
        if (!x.ld(ns, Pktns.probe)) continue;
        x.st(ns, Pktns.probe, 0);
        l.space = s;
        l.left = n;
        return at.next;
      }
      return at.none;
    },
  ),
  probe.step(
    '2',
    'Send a probe (of the model’s own)',
    { ref: 'N3.1/1', cost: COST.syscall, touches: 'shared' },
    (x, l, at) => {
      if (l.left <= 0 || amplifies(x, l.qc, PROBE)) {
        // Handshake goes along with Initial.
        const beside = pktnsOf(x, l.qc, SPACE.HANDSHAKE);
        if (l.space !== SPACE.INITIAL || !x.ld(beside, Pktns.probe)) return at.next;
        x.st(beside, Pktns.probe, 0);
        l.space = SPACE.HANDSHAKE;
        l.left = 1;
        return at.retry;
      }
      const ns = pktnsOf(x, l.qc, l.space);
      const n = x.ld(ns, Pktns.nextPn);
      const p = enterSent(x, l.qc, l.space, OWN_PN + n, PROBE);
      if (p === RETRY) return at.retry;
      if (p === NULL) return at.next;
      x.st(ns, Pktns.nextPn, n + 1);
      x.inc(l.qc, QuicConn.txBytes, PROBE);
      noteSent(x, l.qc, PROBE, SENT.probe);
      l.left = l.left - 1;
      return at.retry;
    },
  ),
  probe.step('3', 'Set the loss timer', { ref: 'N4', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, setTimer, l.qc),
  ),
  probe.step(
    '4',
    'Back',
    { ref: 'N3.1/1', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (_x, _l, at) => at.done,
  ),
]);
