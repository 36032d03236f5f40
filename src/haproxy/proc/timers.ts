/** Loss, idle and ack-delay timers of a connection (semantics N4). All on the owner. */
import { NULL } from '../../memory/mem.ts';
import { halfOpenDone, notifyClose } from '../lib/close.ts';
import { pktnsOf, setFlags } from '../lib/conn.ts';
import { detectLoss } from '../lib/sent.ts';
import { setExpire, taskSchedule, taskWakeup } from '../lib/tasks.ts';
import { timerValue } from '../lib/timer-value.ts';
import { MUX, QC, TASK } from '../model/flags.ts';
import { Pktns, QuicConn, Task } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
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

export const processTimer = loss.body([
  loss.step(
    '1',
    'Look for lost packets',
    { ref: 'N4', cost: COST.local, touches: 'shared', to: { none: '3' } },
    (x, l, at) => {
      x.trace(TP.processTimerEnter, l.qc);
      x.st(l.task, Task.expire, 0);
      let hadLossTime = false;
      for (let s = 0; s < 3; s++) {
        if (!x.ld(pktnsOf(x, l.qc, s), Pktns.lossTime)) continue;
        hadLossTime = true;
        detectLoss(x, l.qc, s);
      }
      return hadLossTime ? at.next : at.none;
    },
  ),
  loss.step(
    '2',
    'Set the loss timer anew',
    { ref: 'N4', cost: COST.local, touches: 'own', to: { set: '5' }, down: false },
    (x, l, at) => x.call(at.set, setTimer, l.qc),
  ),
  loss.step(
    '3',
    'Nothing in flight, or a probe is needed?',
    { ref: 'N4', cost: COST.local, touches: 'conn', to: { nothing: '6' } },
    (x, l, at) => {
      let space = -1;
      for (let s = 0; s < 3 && space < 0; s++) if (x.ld(pktnsOf(x, l.qc, s), Pktns.inFlight)) space = s;
      if (space < 0) {
        x.trace(TP.processTimerNothing, l.qc);
        return at.nothing;
      }
      if (space === 2) x.trace(TP.processTimerProbe, l.qc);
      x.st(pktnsOf(x, l.qc, space), Pktns.probe, 1);
      x.st(l.qc, QuicConn.ptoProbe, space === 2 ? 2 : 1);
      setFlags(x, l.qc, QC.RETRANS_NEEDED);
      return at.next;
    },
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
  loss.step('5', 'Wake the I/O tasklet', { ref: 'N4', cost: COST.local, touches: 'conn' }, (x, l, at) =>
    x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
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
  locals: { task: to('task'), qc: to('quic_conn'), state: int },
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
      notifyClose(x, l.qc);
      setFlags(x, l.qc, QC.EXP_TIMER);
      halfOpenDone(x, l.qc);
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
