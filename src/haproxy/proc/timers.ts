/** Loss, idle and ack-delay timers of a connection (semantics N4). All on the owner. */
import { listFirst, listNext } from '../../memory/list.ts';
import { MUX, N, QC, STATE, TASK } from '../model/flags.ts';
import { Pktns, QuicConn, Task, TxPacket } from '../model/layouts.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { clearFlags, pktnsOf, setFlags } from './handle.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { freeSent, halfOpenDone, notifyClose, release } from './release.ts';
import { setExpire, taskletWakeup, taskQueue, taskSchedule, taskWakeup } from './task.ts';
import { TP } from './trace.ts';

const peerMaxAckDelay = (x: Exec, qc: number): number => {
  const conn = x.m.ld(qc + QuicConn.capConn);
  return conn >= 0 ? x.W.consts.conns[conn]!.maxAckDelay : N.MAX_ACK_DELAY;
};

/** quic_pto without backoff, ms. */
export function pto(x: Exec, qc: number): number {
  const { m } = x;
  const complete = m.ld(qc + QuicConn.state) >= STATE.COMPLETE;
  return (
    m.ld(qc + QuicConn.srtt) +
    Math.max(4 * m.ld(qc + QuicConn.rttvar), 1) +
    (complete ? peerMaxAckDelay(x, qc) : 0)
  );
}

/** Negotiated idle timeout, ms. */
const idleTimeout = (x: Exec, qc: number): number => {
  const conn = x.m.ld(qc + QuicConn.capConn);
  const peer = conn >= 0 ? x.W.consts.conns[conn]!.maxIdleTimeout : 0;
  return peer > 0 ? Math.min(peer, N.IDLE_TIMEOUT) : N.IDLE_TIMEOUT;
};

/** What qc_set_timer sets: a date in ms, 0 for never, -1 for "as it was". */
function timerValue(x: Exec, qc: number): number {
  const { m } = x;
  let loss = 0;
  let inFlight = 0;
  for (let s = 0; s < 3; s++) {
    const t = m.ld(pktnsOf(qc, s) + Pktns.lossTime);
    if (t && (!loss || t < loss)) loss = t;
    inFlight += m.ld(pktnsOf(qc, s) + Pktns.inFlight);
  }
  if (loss) return loss;
  const validated = m.ld(qc + QuicConn.validated) !== 0;
  if (!validated && m.ld(qc + QuicConn.flags) & QC.ANTI_AMPLIFICATION_REACHED) return 0;
  if (!inFlight && validated) return 0;
  const count = Math.min(m.ld(qc + QuicConn.ptoCount), 16);
  const base = (m.ld(qc + QuicConn.srtt) + Math.max(4 * m.ld(qc + QuicConn.rttvar), 1)) << count;
  if (!inFlight) return x.P.fixes.has('5f8704152') ? -1 : x.now + base;
  let first = 0;
  for (let s = 0; s < 3; s++) {
    const ns = pktnsOf(qc, s);
    if (!m.ld(ns + Pktns.inFlight)) continue;
    if (s === 2 && m.ld(qc + QuicConn.state) < STATE.CONFIRMED) continue;
    const t = m.ld(ns + Pktns.timeOfLastEliciting) + base + (s === 2 ? peerMaxAckDelay(x, qc) << count : 0);
    if (!first || t < first) first = t;
  }
  return first;
}

export const setTimer = procedure(
  'qc_set_timer',
  'Setting the loss timer',
  ['qc'],
  [
    step('1', 'When must something be done about lost packets?', 'N4', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(0);
      x.sink.trace(x, TP.setTimerEnter, qc);
      x.sink.trace(x, TP.setTimerSet, qc);
      if (!m.ld(qc + QuicConn.timerTask)) {
        x.sink.trace(x, TP.setTimerReleased, qc);
        x.sink.trace(x, TP.setTimerLeave, qc);
        return RET;
      }
      const v = timerValue(x, qc);
      if (v >= 0) m.st(qc + QuicConn.timer, v);
      if (v === 0) x.sink.trace(x, TP.setTimerCancel, qc);
      return NEXT;
    }),
    step(
      '2',
      'Schedule the timer task, wake it if the date is past, or disarm it',
      'N4',
      COST.atomic,
      (x) => {
        const { m } = x;
        const qc = x.get(0);
        const task = m.ld(qc + QuicConn.timerTask);
        const when = m.ld(qc + QuicConn.timer);
        if (when === 0) m.st(task + Task.expire, 0);
        else if (when <= x.now) {
          x.sink.trace(x, TP.setTimerAsap, qc);
          taskWakeup(x, task, TASK.WOKEN_MSG);
        } else {
          x.sink.trace(x, TP.setTimerSchedule, qc);
          if (!taskSchedule(x, task, when)) return NEXT;
        }
        x.sink.trace(x, TP.setTimerLeave, qc);
        return RET;
      },
    ),
  ],
);

/** Declares packets lost that are three behind the largest acknowledged, or older than 9/8 of the RTT (RFC 9002 6.1). */
export function detectLoss(x: Exec, qc: number, space: number): number {
  const { m } = x;
  const ns = pktnsOf(qc, space);
  const largest = m.ld(ns + Pktns.largestAcked);
  const delay = Math.max(((Math.max(m.ld(qc + QuicConn.srtt), 1) * 9) >> 3) + 1, 1);
  m.st(ns + Pktns.lossTime, 0);
  let lost = 0;
  for (let n = listFirst(m, ns + Pktns.sent); n; ) {
    const pkt = n - TxPacket.bySpace;
    n = listNext(m, ns + Pktns.sent, n);
    const pn = m.ld(pkt + TxPacket.pn);
    if (pn > largest) continue;
    const due = m.ld(pkt + TxPacket.timeSent) + delay;
    if (largest - pn >= 3 || due <= x.now) {
      removeSent(x, qc, space, pkt);
      lost++;
    } else {
      const old = m.ld(ns + Pktns.lossTime);
      if (!old || due < old) m.st(ns + Pktns.lossTime, due);
    }
  }
  return lost;
}

/** Takes a packet out of the sent list and frees it. */
export function removeSent(x: Exec, qc: number, space: number, pkt: number): void {
  const { m } = x;
  const ns = pktnsOf(qc, space);
  if (m.ld(pkt + TxPacket.aeliciting)) m.st(ns + Pktns.inFlight, m.ld(ns + Pktns.inFlight) - 1);
  freeSent(x, pkt);
}

/** Locals of a task's function: the task, its context, the state it was woken with. */
const T = { task: 0, qc: 1, state: 2 } as const;

export const processTimer = procedure(
  'qc_process_timer',
  'Loss timer',
  ['task', 'qc', 'state'],
  [
    step('1', 'Look for lost packets', 'N4', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      x.sink.trace(x, TP.processTimerEnter, qc);
      m.st(x.get(T.task) + Task.expire, 0);
      let hadLossTime = false;
      for (let s = 0; s < 3; s++) {
        if (!m.ld(pktnsOf(qc, s) + Pktns.lossTime)) continue;
        hadLossTime = true;
        detectLoss(x, qc, s);
      }
      return hadLossTime ? NEXT : go['3']!;
    }),
    step('2', 'Set the loss timer anew', 'N4', COST.local, (x, go) =>
      x.callThen(go['5']!, setTimer, x.get(T.qc)),
    ),
    step('3', 'Nothing in flight, or a probe is needed?', 'N4', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      let space = -1;
      for (let s = 0; s < 3 && space < 0; s++) if (m.ld(pktnsOf(qc, s) + Pktns.inFlight)) space = s;
      if (space < 0) {
        x.sink.trace(x, TP.processTimerNothing, qc);
        return go['6']!;
      }
      if (space === 2) x.sink.trace(x, TP.processTimerProbe, qc);
      m.st(pktnsOf(qc, space) + Pktns.probe, 1);
      m.st(qc + QuicConn.ptoProbe, space === 2 ? 2 : 1);
      setFlags(x, qc, QC.RETRANS_NEEDED);
      return NEXT;
    }),
    step('4', 'Back off: the next probe comes twice as late', 'N4', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(T.qc);
      m.st(qc + QuicConn.ptoCount, m.ld(qc + QuicConn.ptoCount) + 1);
      return NEXT;
    }),
    step('5', 'Wake the I/O tasklet', 'N4', COST.local, (x) => {
      return x.call(taskletWakeup, x.m.ld(x.get(T.qc) + QuicConn.tasklet));
    }),
    step('6', 'The task stays', 'N4', COST.local, (x) => {
      x.sink.trace(x, TP.processTimerLeave, x.get(T.qc));
      x.setRet(x.get(T.task));
      return RET;
    }),
  ],
);

/** qc_idle_timer_do_rearm. False after a BUG_ON. */
export function idleDoRearm(x: Exec, qc: number, armAck: boolean): boolean {
  const { m } = x;
  const task = m.ld(qc + QuicConn.idleTask);
  const idle = x.now + Math.max(3 * pto(x, qc), idleTimeout(x, qc));
  m.st(qc + QuicConn.idleExpire, idle);
  const ack = m.ld(qc + QuicConn.ackExpire);
  if (armAck) {
    if (ack) return true;
    m.st(qc + QuicConn.ackExpire, x.now + N.ACK_DELAY);
    setExpire(x, task, x.now + N.ACK_DELAY);
    x.sink.trace(x, TP.idleAckArmed, qc);
  } else {
    setExpire(x, task, ack ? Math.min(ack, idle) : idle);
    x.sink.trace(x, TP.idleArmed, qc);
  }
  return taskQueue(x, task);
}

/** qc_idle_timer_rearm(read, arm_ack). False after a BUG_ON. */
export function idleRearm(x: Exec, qc: number, read: boolean, armAck: boolean): boolean {
  x.sink.trace(x, TP.idleRearmEnter, qc);
  if (read) setFlags(x, qc, QC.IDLE_TIMER_RESTARTED_AFTER_READ);
  else clearFlags(x, qc, QC.IDLE_TIMER_RESTARTED_AFTER_READ);
  const ok = idleDoRearm(x, qc, armAck);
  x.sink.trace(x, TP.idleRearmLeave, qc);
  return ok;
}

/** After an ACK has been sent: the ack-delay part of the idle task is over. False after a BUG_ON. */
export function ackSent(x: Exec, qc: number): boolean {
  const { m } = x;
  clearFlags(x, qc, QC.ACK_TIMER_FIRED);
  if (!m.ld(qc + QuicConn.ackExpire)) return true;
  m.st(qc + QuicConn.ackExpire, 0);
  const task = m.ld(qc + QuicConn.idleTask);
  setExpire(x, task, m.ld(qc + QuicConn.idleExpire));
  return taskQueue(x, task);
}

export const idleTimerTask = procedure(
  'qc_idle_timer_task',
  'Idle timer',
  ['task', 'qc', 'state'],
  [
    step('1', 'Which of its two dates has come: ack delay or idle?', 'N4', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const task = x.get(T.task);
      x.sink.trace(x, TP.idleTaskEnter, qc);
      const state = x.get(T.state);
      const other = state & (TASK.WOKEN_MSG | TASK.WOKEN_OTHER | TASK.WOKEN_IO | TASK.WOKEN_INIT);
      const expire = m.ld(task + Task.expire);
      if (!other && (expire === 0 || expire > x.now)) return go.stay!;
      const ack = m.ld(qc + QuicConn.ackExpire);
      if (!ack || ack > x.now) return go['3']!;
      x.sink.trace(x, TP.idleAckExpired, qc);
      m.st(qc + QuicConn.ackExpire, 0);
      setExpire(x, task, m.ld(qc + QuicConn.idleExpire));
      setFlags(x, qc, QC.ACK_TIMER_FIRED);
      return NEXT;
    }),
    step('2', 'Ack delay: wake the I/O tasklet', 'N4', COST.local, (x, go) => {
      return x.callThen(go.stay!, taskletWakeup, x.m.ld(x.get(T.qc) + QuicConn.tasklet));
    }),
    step('3', 'Idle for too long: tell the mux', 'N4', COST.local, (x) => {
      const qc = x.get(T.qc);
      x.sink.trace(x, TP.idleRunning, qc);
      notifyClose(x, qc);
      setFlags(x, qc, QC.EXP_TIMER);
      halfOpenDone(x, qc);
      return NEXT;
    }),
    step('4', 'No mux holds it: release the connection', 'N4', COST.local, (x, go) => {
      const qc = x.get(T.qc);
      if (x.m.ld(qc + QuicConn.muxState) === MUX.READY)
        return x.P.fixes.has('4070e4042') ? go.stay! : go.end!;
      return x.call(release, qc);
    }),
    step('end', 'This task is over', 'N4', COST.local, (x) => {
      x.sink.trace(x, TP.idleTaskLeave, 0);
      x.setRet(0);
      return RET;
    }),
    step('stay', 'The task stays', 'N4', COST.local, (x) => {
      x.sink.trace(x, TP.idleTaskLeave, x.get(T.qc));
      x.setRet(x.get(T.task));
      return RET;
    }),
  ],
);

export const timerProcedures = [setTimer, processTimer, idleTimerTask] as const;
