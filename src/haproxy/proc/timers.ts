/** Loss, idle and ack-delay timers of a connection (semantics N4). All on the owner. */
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { notifyClose } from '../lib/close.ts';
import { pktnsOf, setFlags } from '../lib/conn.ts';
import { detectLoss } from '../lib/sent.ts';
import { setExpire, taskSchedule, taskWakeup } from '../lib/tasks.ts';
import { inFlight, probeSpace, timerValue } from '../lib/timer-value.ts';
import { MUX, QC, SPACE, TASK } from '../model/flags.ts';
import { Global, Pktns, QuicConn, Task } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { release } from './release.ts';
import { taskletWakeup } from './task.ts';

const set = procedure({
  key: 'qc_set_timer',
  verb: 'Setting the loss timer',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  worksOnConn: true,
  means: true,
});

export const setTimer = set.body([
  set.step(
    '1',
    'When must something be done about lost packets?',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { released: RET } },
    (x, l, at) => {
      x.trace(TP.setTimerEnter, l.qc);
      x.trace(TP.setTimerSet, l.qc);
      if (!x.ld(l.qc, QuicConn.timerTask)) {
        x.trace(TP.setTimerReleased, l.qc);
        x.trace(TP.setTimerLeave, l.qc);
        return at.released;
      }
      const v = timerValue(x, l.qc);
      if (v >= 0) x.st(l.qc, QuicConn.timer, v);
      if (v === 0) x.trace(TP.setTimerCancel, l.qc);
      return at.next;
    },
  ),
  set.step(
    '2',
    'Schedule the timer task, wake it if the date is past, or disarm it',
    { ref: 'N4', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      const task = x.ld(l.qc, QuicConn.timerTask);
      const when = x.ld(l.qc, QuicConn.timer);
      if (when === 0) x.st(task, Task.expire, 0);
      else if (when <= x.now) {
        x.trace(TP.setTimerAsap, l.qc);
        taskWakeup(x, task, TASK.WOKEN_MSG);
      } else {
        x.trace(TP.setTimerSchedule, l.qc);
        if (!taskSchedule(x, task, when)) return x.halt();
      }
      x.trace(TP.setTimerLeave, l.qc);
      return at.done;
    },
  ),
]);

const loss = procedure({
  key: 'qc_process_timer',
  verb: 'Loss timer',
  locals: { task: to('task'), qc: to('quic_conn'), state: int },
  args: ['task', 'qc', 'state'],
  worksOnConn: true,
  short: 'loss',
});

/** Number of the space whose loss time counts: the earliest, and an unset one counts as earlier than any (semantics 3, A4). */
function lossSpace(x: Exec, qc: Ptr<'quic_conn'>): number {
  let pick = 0;
  for (let s = 1; s < 3; s++) {
    const own = x.ld(pktnsOf(x, qc, pick), Pktns.lossTime);
    if (!own || x.ld(pktnsOf(x, qc, s), Pktns.lossTime) < own) pick = s;
  }
  return pick;
}

/** Marks a space as to be probed, unless the client is not validated and may not be sent to. */
function markProbe(x: Exec, qc: Ptr<'quic_conn'>, space: number): void {
  const initial = space === SPACE.INITIAL;
  const amplified =
    !x.ld(qc, QuicConn.validated) && x.ld(qc, QuicConn.txBytes) >= 3 * x.ld(qc, QuicConn.rxBytes);
  if (!(initial && amplified)) x.st(pktnsOf(x, qc, space), Pktns.probe, 1);
}

/** The other space of the handshake is probed along with it, if something of it is in flight. */
function markBeside(x: Exec, qc: Ptr<'quic_conn'>, space: number): void {
  const other = space === SPACE.INITIAL ? SPACE.HANDSHAKE : SPACE.INITIAL;
  if (x.ld(pktnsOf(x, qc, other), Pktns.inFlight)) markProbe(x, qc, other);
}

export const processTimer = loss.body([
  loss.step('0', 'Its date is over', { ref: 'N4', cost: COST.local, touches: 'conn' }, (x, l, at) => {
    x.trace(TP.processTimerEnter, l.qc);
    x.st(l.task, Task.expire, 0);
    return at.next;
  }),
  loss.step(
    '1',
    'Has one space a loss time? Look for lost packets in it',
    { ref: 'N4', cost: COST.local, touches: 'shared', to: { none: '3', kept: '2' } },
    (x, l, at) => {
      const space = lossSpace(x, l.qc);
      if (!x.ld(pktnsOf(x, l.qc, space), Pktns.lossTime)) return at.none;
      return detectLoss(x, l.qc, space) > 0 ? at.next : at.kept;
    },
  ),
  loss.step(
    '1w',
    'Some are lost: wake the I/O tasklet',
    { ref: 'N4', cost: COST.local, touches: 'conn' },
    (x, l, at) => x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
  ),
  loss.step(
    '2',
    'Set the loss timer anew',
    { ref: 'N4', cost: COST.local, touches: 'own', to: { set: '6' }, down: false },
    (x, l, at) => x.call(at.set, setTimer, l.qc),
  ),
  loss.step(
    '3',
    'What is in flight is to be probed: the space that is due first',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { nothing: '5', none: '6' } },
    (x, l, at) => {
      if (!inFlight(x, l.qc)) {
        x.trace(TP.processTimerNothing, l.qc);
        return at.nothing;
      }
      const space = probeSpace(x, l.qc);
      if (space < 0) return at.none;
      if (space === SPACE.APP) x.trace(TP.processTimerProbe, l.qc);
      markProbe(x, l.qc, space);
      if (space !== SPACE.APP) markBeside(x, l.qc, space);
      x.st(l.qc, QuicConn.ptoProbe, space === SPACE.APP ? 2 : 1);
      setFlags(x, l.qc, QC.RETRANS_NEEDED);
      return at.next;
    },
  ),
  loss.step('5', 'Wake the I/O tasklet', { ref: 'N4', cost: COST.local, touches: 'conn' }, (x, l, at) =>
    x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
  ),
  loss.step(
    '4',
    'Back off: the next probe comes twice as late',
    { ref: 'N4', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.inc(l.qc, QuicConn.ptoCount, 1);
      return at.next;
    },
  ),
  loss.step(
    '6',
    'The task stays',
    { ref: 'N4', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.processTimerLeave, l.qc);
      x.setRet(l.task);
      return at.done;
    },
  ),
]);

const idle = procedure({
  key: 'qc_idle_timer_task',
  verb: 'Idle timer',
  locals: { task: to('task'), qc: to('quic_conn'), state: int, half: int },
  args: ['task', 'qc', 'state'],
  worksOnConn: true,
  short: 'idle',
});

export const idleTimerTask = idle.body([
  idle.step(
    '1',
    'Which of its two dates has come: ack delay or idle?',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { neither: 'stay', idle: '3' } },
    (x, l, at) => {
      x.trace(TP.idleTaskEnter, l.qc);
      const other = l.state & (TASK.WOKEN_MSG | TASK.WOKEN_OTHER | TASK.WOKEN_IO | TASK.WOKEN_INIT);
      const expire = x.ld(l.task, Task.expire);
      if (!other && (expire === 0 || expire > x.now)) return at.neither;
      const ack = x.ld(l.qc, QuicConn.ackExpire);
      if (!ack || ack > x.now) return at.idle;
      x.trace(TP.idleAckExpired, l.qc);
      x.st(l.qc, QuicConn.ackExpire, 0);
      setExpire(x, l.task, x.ld(l.qc, QuicConn.idleExpire));
      setFlags(x, l.qc, QC.ACK_TIMER_FIRED);
      return at.next;
    },
  ),
  idle.step(
    '2',
    'Ack delay: wake the I/O tasklet',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { stay: 'stay' }, down: false },
    (x, l, at) => x.call(at.stay, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
  ),
  idle.step(
    '3',
    'Idle for too long: tell the mux',
    { ref: 'N4', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.trace(TP.idleRunning, l.qc);
      l.half = x.ld(l.qc, QuicConn.flags) & QC.HALF_OPEN_CNT_DECREMENTED ? 0 : 1;
      notifyClose(x, l.qc);
      setFlags(x, l.qc, QC.EXP_TIMER);
      return at.next;
    },
  ),
  idle.step(
    '4',
    'No mux holds it: release the connection',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { held: 'end' } },
    (x, l, at) => (x.ld(l.qc, QuicConn.muxState) === MUX.READY ? at.held : x.call(at.next, release, l.qc)),
  ),
  idle.step(
    '4h',
    'One half-open connection less, unless it counted no more',
    { ref: 'N4', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      if (l.half) x.add(x.global, Global.halfOpen, -1);
      return at.next;
    },
  ),
  idle.step(
    'end',
    'This task is over',
    { ref: 'N4', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.trace(TP.idleTaskLeave, NULL);
      x.setRet(0);
      return at.done;
    },
  ),
  idle.step(
    'stay',
    'The task stays',
    { ref: 'N4', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.idleTaskLeave, l.qc);
      x.setRet(l.task);
      return at.done;
    },
  ),
]);
