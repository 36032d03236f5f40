/**
 * Sending. The captured server's datagrams are scripted sends: each leaves when the client's datagram that caused it has
 * been processed, and enters sent-packet state from which the loss timer is set. Probes, late ACKs and CONNECTION_CLOSE
 * are the model's own. All on the owner.
 */
import { listAppend } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { MUX, QC, STATE } from '../model/flags.ts';
import { Pktns, QuicConn, ThreadCtx, TxPacket } from '../model/layouts.ts';
import type { ScriptedSend } from '../model/script.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { clearFlags, pktnsOf, setFlags } from './handle.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { detach, notifyClose } from './release.ts';
import { NS } from './rxtreat.ts';
import { taskDestroy } from './task.ts';
import { ackSent, idleDoRearm, idleRearm, setTimer } from './timers.ts';
import { TP } from './trace.ts';

/** Packet numbers of probes: out of the way of the captured server's. */
export const OWN_PN = 1 << 30;

/** The next scripted send, if its cause has been processed and it may leave now. */
function nextSend(x: Exec, qc: number): ScriptedSend | undefined {
  const { m } = x;
  const conn = m.ld(qc + QuicConn.capConn);
  if (conn < 0) return undefined;
  const s = x.W.consts.conns[conn]!.sends[m.ld(qc + QuicConn.sendCursor)];
  if (!s) return undefined;
  if (s.cause > m.ld(qc + (s.needsMux ? QuicConn.processed : QuicConn.seen))) return undefined;
  if (s.needsMux && m.ld(qc + QuicConn.muxState) !== MUX.READY) return undefined;
  if (m.ld(qc + QuicConn.state) < STATE.HANDSHAKE) return undefined;
  if (s.closes && s.needsMux && m.ld(qc + QuicConn.flags) & QC.DRAINING) return undefined;
  return s;
}

/** Whether `bytes` more would exceed three times what an unvalidated client has sent (RFC 9000 8.1). */
function amplification(x: Exec, qc: number, bytes: number): boolean {
  const { m } = x;
  return (
    !m.ld(qc + QuicConn.validated) && m.ld(qc + QuicConn.txBytes) + bytes > 3 * m.ld(qc + QuicConn.rxBytes)
  );
}

/** Enters a packet in the sent list of its space. False when the pool is empty. */
function remember(x: Exec, qc: number, space: number, pn: number, len: number, eliciting: boolean): number {
  const { m } = x;
  const p = x.alloc(x.W.pools.txPacket);
  if (p <= 0) return p;
  const ns = pktnsOf(qc, space);
  m.st(p + TxPacket.pn, pn);
  m.st(p + TxPacket.len, len);
  m.st(p + TxPacket.aeliciting, eliciting ? 1 : 0);
  m.st(p + TxPacket.timeSent, x.now);
  listAppend(m, ns + Pktns.sent, p + TxPacket.bySpace);
  if (eliciting) {
    m.st(ns + Pktns.inFlight, m.ld(ns + Pktns.inFlight) + 1);
    m.st(ns + Pktns.timeOfLastEliciting, x.now);
  }
  return p;
}

/** What of the model's own a datagram is that leaves. */
export const SENT = { ack: -1, close: -2, probe: -3 } as const;

/** Counts a datagram that leaves, and tells of it. `b`: the scripted send, or one of SENT. */
function noteSent(x: Exec, qc: number, bytes: number, b: number): void {
  x.m.st(x.th + ThreadCtx.sent, x.m.ld(x.th + ThreadCtx.sent) + 1);
  x.sink.note(x, EV.SEND, qc, bytes, b);
}

/** Locals of qc_send_ppkts: connection, packet of the send. */
const S = { qc: 0, k: 1 } as const;

const current = (x: Exec, qc: number): ScriptedSend => {
  return x.W.consts.conns[x.m.ld(qc + QuicConn.capConn)]!.sends[x.m.ld(qc + QuicConn.sendCursor)]!;
};

export const sendPpkts = procedure(
  'qc_send_ppkts',
  'Sending',
  ['qc', 'k'],
  [
    step(
      '1',
      'Is anything due? (scripted: what the captured server sent next)',
      'N3.1/11',
      COST.local,
      (x, go) => {
        const { m } = x;
        const qc = x.get(S.qc);
        x.set(S.k, 0);
        const flags = m.ld(qc + QuicConn.flags);
        if (flags & QC.IMMEDIATE_CLOSE) return go.cc!;
        if (flags & (QC.CLOSING | QC.DRAINING)) return RET;
        const s = nextSend(x, qc);
        if (!s) return flags & QC.ACK_TIMER_FIRED ? go.ack! : RET;
        if (s.closes) return go.close!;
        if (!amplification(x, qc, s.bytes)) return NEXT;
        setFlags(x, qc, QC.ANTI_AMPLIFICATION_REACHED);
        return RET;
      },
    ),
    step('2', 'sendto()', 'N3.4', COST.syscall, (x) => {
      const { m } = x;
      const qc = x.get(S.qc);
      const s = current(x, qc);
      m.st(qc + QuicConn.txBytes, m.ld(qc + QuicConn.txBytes) + s.bytes);
      noteSent(x, qc, s.bytes, m.ld(qc + QuicConn.sendCursor));
      return NEXT;
    }),
    step('3', 'Note each of its packets as sent', 'N3.4', COST.pool, (x) => {
      const { m } = x;
      const qc = x.get(S.qc);
      const k = x.get(S.k);
      const s = current(x, qc);
      const p = s.packets[k];
      if (!p) return NEXT;
      const ns = pktnsOf(qc, p.space);
      // The recorded client may have acknowledged it already, when this world runs behind the recording.
      if (p.pn > m.ld(ns + Pktns.largestAcked) && p.ackEliciting) {
        if (remember(x, qc, p.space, p.pn, p.length, true) === RETRY) return RETRY_STEP;
      }
      if (p.ack) {
        m.st(ns + Pktns.flags, m.ld(ns + Pktns.flags) & ~NS.ACK_REQUIRED);
        m.st(ns + Pktns.nbAepkts, 0);
      }
      x.set(S.k, k + 1);
      return RETRY_STEP;
    }),
    step(
      '4',
      'An ACK went out: the ack delay is over; the first send after a read restarts the idle timer',
      'N4',
      COST.local,
      (x) => {
        const qc = x.get(S.qc);
        const s = current(x, qc);
        if (s.packets.some((p) => p.ack) && !ackSent(x, qc)) return NEXT;
        const eliciting = s.packets.some((p) => p.ackEliciting);
        if (eliciting && x.m.ld(qc + QuicConn.flags) & QC.IDLE_TIMER_RESTARTED_AFTER_READ)
          idleRearm(x, qc, false, false);
        return NEXT;
      },
    ),
    step('5', 'Set the loss timer', 'N4', COST.local, (x) => {
      const qc = x.get(S.qc);
      x.m.st(qc + QuicConn.sendCursor, x.m.ld(qc + QuicConn.sendCursor) + 1);
      return x.call(setTimer, qc);
    }),
    step('6', 'Next', '', COST.local, (_x, go) => go['1']!),
    step(
      'ack',
      'The ack delay has run out: a packet with an ACK alone (of the model’s own)',
      'N3.4',
      COST.syscall,
      (x) => {
        const { m } = x;
        const qc = x.get(S.qc);
        const ns = pktnsOf(qc, 2);
        m.st(ns + Pktns.flags, m.ld(ns + Pktns.flags) & ~NS.ACK_REQUIRED);
        m.st(ns + Pktns.nbAepkts, 0);
        noteSent(x, qc, 0, SENT.ack);
        ackSent(x, qc);
        return RET;
      },
    ),
    step('close', 'The captured server closes here', 'N6.1', COST.local, (x) => {
      return x.call(setConnectionClose, x.get(S.qc), 0);
    }),
    step('cc', 'sendto() with CONNECTION_CLOSE', 'N6.2', COST.syscall, (x, go) => {
      const { m } = x;
      const qc = x.get(S.qc);
      clearFlags(x, qc, QC.IMMEDIATE_CLOSE);
      noteSent(x, qc, 0, SENT.close);
      const conn = m.ld(qc + QuicConn.capConn);
      if (conn >= 0) m.st(qc + QuicConn.sendCursor, x.W.consts.conns[conn]!.sends.length);
      if (m.ld(qc + QuicConn.flags) & QC.CLOSING) return go.out!;
      setFlags(x, qc, QC.CLOSING);
      return NEXT;
    }),
    step('cc2', 'Closing now: over to this thread’s closing list', 'N6.2', COST.local, (x) => {
      const qc = x.get(S.qc);
      detach(x, qc, true);
      x.sink.note(x, EV.CLOSE, qc);
      return NEXT;
    }),
    step('cc3', 'Tell the mux, restart the idle timer, destroy the loss timer', 'N6.2', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(S.qc);
      notifyClose(x, qc);
      if (!idleDoRearm(x, qc, false)) return NEXT;
      const task = m.ld(qc + QuicConn.timerTask);
      if (task) taskDestroy(x, task);
      m.st(qc + QuicConn.timerTask, 0);
      return NEXT;
    }),
    step('out', 'Back', '', COST.local, () => RET),
  ],
);

export const setConnectionClose = procedure(
  'quic_set_connection_close',
  'Closing',
  ['qc', 'err'],
  [
    step('1', 'Ask for a CONNECTION_CLOSE, once', 'N6.1', COST.local, (x) => {
      const qc = x.get(0);
      x.sink.trace(x, TP.setCloseEnter, qc);
      if (!(x.m.ld(qc + QuicConn.flags) & QC.IMMEDIATE_CLOSE)) {
        x.sink.trace(x, TP.setCloseSet, qc);
        setFlags(x, qc, QC.IMMEDIATE_CLOSE);
        x.m.st(qc + QuicConn.err, x.get(1));
      }
      x.sink.trace(x, TP.setCloseLeave, qc);
      return RET;
    }),
  ],
);

/** Locals of qc_dgrams_retransmit. */
const P = { qc: 0, left: 1, space: 2 } as const;

export const dgramsRetransmit = procedure(
  'qc_dgrams_retransmit',
  'Probing',
  ['qc', 'left', 'space'],
  [
    step('1', 'Which packet number space needs a probe?', 'N3.1/1', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(P.qc);
      clearFlags(x, qc, QC.RETRANS_NEEDED);
      const n = m.ld(qc + QuicConn.ptoProbe);
      m.st(qc + QuicConn.ptoProbe, 0);
      for (let s = 0; s < 3; s++) {
        if (!m.ld(pktnsOf(qc, s) + Pktns.probe)) continue;
        m.st(pktnsOf(qc, s) + Pktns.probe, 0);
        x.set(P.space, s);
        x.set(P.left, n);
        return NEXT;
      }
      return RET;
    }),
    step('2', 'Send a probe (of the model’s own)', 'N3.1/1', COST.syscall, (x) => {
      const { m } = x;
      const qc = x.get(P.qc);
      const left = x.get(P.left);
      if (left <= 0 || amplification(x, qc, 1200)) return NEXT;
      const ns = pktnsOf(qc, x.get(P.space));
      const n = m.ld(ns + Pktns.nextPn);
      const p = remember(x, qc, x.get(P.space), OWN_PN + n, 1200, true);
      if (p === RETRY) return RETRY_STEP;
      if (p === 0) return NEXT;
      m.st(ns + Pktns.nextPn, n + 1);
      m.st(qc + QuicConn.txBytes, m.ld(qc + QuicConn.txBytes) + 1200);
      noteSent(x, qc, 1200, SENT.probe);
      x.set(P.left, left - 1);
      return RETRY_STEP;
    }),
    step('3', 'Set the loss timer', 'N4', COST.local, (x) => x.call(setTimer, x.get(P.qc))),
    step('4', 'Back', '', COST.local, () => RET),
  ],
);

export const txProcedures = [sendPpkts, setConnectionClose, dgramsRetransmit] as const;
