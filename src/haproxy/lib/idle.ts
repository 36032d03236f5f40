/** How long a connection waits: the probe timeout, and the idle task's two dates, idle and ack delay (semantics N4). */
import type { Ptr } from '../../memory/struct.ts';
import { N, QC, STATE } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { inline } from '../step/inline.ts';
import { SCRIPT } from '../step/packets.ts';
import { TP } from '../step/trace.ts';
import { clearFlags, setFlags } from './conn.ts';
import { setExpire, taskQueue } from './tasks.ts';

type Qc = Ptr<'quic_conn'>;

/** The peer's max_ack_delay, ms. */
export function peerMaxAckDelay(x: Exec, qc: Qc): number {
  const conn = x.ld(qc, QuicConn.capConn);
  return conn >= 0 ? x.script(SCRIPT.maxAckDelay, conn) : N.MAX_ACK_DELAY;
}

/** srtt + max(4 rttvar, 1), ms: a probe timeout without the peer's ack delay and without backoff. */
export const ptoBase = (x: Exec, qc: Qc): number =>
  x.ld(qc, QuicConn.srtt) + Math.max(4 * x.ld(qc, QuicConn.rttvar), 1);

/** quic_pto without backoff, ms. */
export function pto(x: Exec, qc: Qc): number {
  const complete = x.ld(qc, QuicConn.state) >= STATE.COMPLETE;
  return ptoBase(x, qc) + (complete ? peerMaxAckDelay(x, qc) : 0);
}

/** Negotiated idle timeout, ms. */
function idleTimeout(x: Exec, qc: Qc): number {
  const peer = x.script(SCRIPT.maxIdleTimeout, x.ld(qc, QuicConn.capConn));
  return peer > 0 ? Math.min(peer, N.IDLE_TIMEOUT) : N.IDLE_TIMEOUT;
}

/** How long a connection is kept that neither sends nor receives, ms. */
export const keptOpen = (x: Exec, qc: Qc): number => Math.max(3 * pto(x, qc), idleTimeout(x, qc));

/** The same where qc_idle_timer_do_rearm asks: at the seed it makes no difference whether it closes. */
export const idleFor = inline('qc_idle_timer_do_rearm time', (x, qc: Qc): number => keptOpen(x, qc));

/** qc_idle_timer_do_rearm. False after a BUG_ON. */
export function idleDoRearm(x: Exec, qc: Qc, armAck: boolean): boolean {
  const task = x.ld(qc, QuicConn.idleTask);
  // It has ended already, and what stands on the connection ends that (7ecf4b34b).
  if (!task) return true;
  const idle = x.now + idleFor(x, qc);
  x.st(qc, QuicConn.idleExpire, idle);
  const ack = x.ld(qc, QuicConn.ackExpire);
  if (armAck) {
    if (ack) return true;
    x.st(qc, QuicConn.ackExpire, x.now + N.ACK_DELAY);
    setExpire(x, task, x.now + N.ACK_DELAY);
    x.trace(TP.idleAckArmed, qc);
  } else {
    setExpire(x, task, ack ? Math.min(ack, idle) : idle);
    x.trace(TP.idleArmed, qc);
  }
  return taskQueue(x, task);
}

/** qc_idle_timer_rearm(read, arm_ack). False after a BUG_ON. */
export function idleRearm(x: Exec, qc: Qc, read: boolean, armAck: boolean): boolean {
  x.trace(TP.idleRearmEnter, qc);
  if (read) setFlags(x, qc, QC.IDLE_TIMER_RESTARTED_AFTER_READ);
  else clearFlags(x, qc, QC.IDLE_TIMER_RESTARTED_AFTER_READ);
  const ok = idleDoRearm(x, qc, armAck);
  x.trace(TP.idleRearmLeave, qc);
  return ok;
}

/** After an ACK has been sent: the ack-delay part of the idle task is over. False after a BUG_ON. */
export function ackSent(x: Exec, qc: Qc): boolean {
  clearFlags(x, qc, QC.ACK_TIMER_FIRED);
  if (!x.ld(qc, QuicConn.ackExpire)) return true;
  x.st(qc, QuicConn.ackExpire, 0);
  const task = x.ld(qc, QuicConn.idleTask);
  if (!task) return true;
  setExpire(x, task, x.ld(qc, QuicConn.idleExpire));
  return taskQueue(x, task);
}
