/** The date of the loss timer (semantics N4; RFC 9002 6.2). */
import type { Ptr } from '../../memory/struct.ts';
import { QC, STATE } from '../model/flags.ts';
import { Pktns, QuicConn } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { inline } from '../step/inline.ts';
import { pktnsOf } from './conn.ts';
import { peerMaxAckDelay, ptoBase } from './idle.ts';

type Qc = Ptr<'quic_conn'>;

/** The earliest date at which a packet counts as lost, over all spaces; 0 = none. */
export function lossDate(x: Exec, qc: Qc): number {
  let loss = 0;
  for (let s = 0; s < 3; s++) {
    const t = x.ld(pktnsOf(x, qc, s), Pktns.lossTime);
    if (t && (!loss || t < loss)) loss = t;
  }
  return loss;
}

/** Ack-eliciting packets in flight, over all spaces. */
export function inFlight(x: Exec, qc: Qc): number {
  let n = 0;
  for (let s = 0; s < 3; s++) n += x.ld(pktnsOf(x, qc, s), Pktns.inFlight);
  return n;
}

/** Whether no timer is wanted: nothing may be sent to a client not validated, or nothing is in flight to a validated one. */
export function wantsNoTimer(x: Exec, qc: Qc, flying: number): boolean {
  const validated = x.ld(qc, QuicConn.validated) !== 0;
  if (!validated && x.ld(qc, QuicConn.flags) & QC.ANTI_AMPLIFICATION_REACHED) return true;
  return !flying && validated;
}

/** Probe timeouts that have gone by in a row, as far as they count. */
const backoff = (x: Exec, qc: Qc): number => Math.min(x.ld(qc, QuicConn.ptoCount), 16);

/** The probe timeout with backoff, without the peer's ack delay, ms. */
const ptoNow = (x: Exec, qc: Qc): number => ptoBase(x, qc) << backoff(x, qc);

/** When space `s` is to be probed; 0 = not now. */
function probeDateOf(x: Exec, qc: Qc, s: number): number {
  const ns = pktnsOf(x, qc, s);
  if (!x.ld(ns, Pktns.inFlight)) return 0;
  if (s === 2 && x.ld(qc, QuicConn.state) < STATE.CONFIRMED) return 0;
  const delay = s === 2 ? peerMaxAckDelay(x, qc) << backoff(x, qc) : 0;
  return x.ld(ns, Pktns.timeOfLastEliciting) + ptoNow(x, qc) + delay;
}

/** The space that is to be probed first, over those with something in flight; -1 = none. */
export function probeSpace(x: Exec, qc: Qc): number {
  let first = -1;
  let date = 0;
  for (let s = 0; s < 3; s++) {
    const t = probeDateOf(x, qc, s);
    if (!t || (first >= 0 && t >= date)) continue;
    first = s;
    date = t;
  }
  return first;
}

/** The earliest date for a probe; 0 = none. */
export function probeDate(x: Exec, qc: Qc): number {
  const s = probeSpace(x, qc);
  return s < 0 ? 0 : probeDateOf(x, qc, s);
}

/** What qc_set_timer sets: a date in ms, 0 for never, -1 for "as it was". */
export const timerValue = inline('qc_set_timer value', (x, qc: Qc): number => {
  const loss = lossDate(x, qc);
  if (loss) return loss;
  const flying = inFlight(x, qc);
  if (wantsNoTimer(x, qc, flying)) return 0;
  return flying ? probeDate(x, qc) : x.now + ptoNow(x, qc);
});
