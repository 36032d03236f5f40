/** The thread's endless loop: timers, going to sleep, the poller (semantics 0.2, N1). */
import { listDelete } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import type { Ptr } from '../../memory/struct.ts';
import { groupUpdates, inMask } from '../lib/fd.ts';
import { queued } from '../lib/kernel.ts';
import {
  firstInGroup,
  firstTimer,
  pollUntil,
  setExpire,
  taskUnlinkWq,
  taskWakeup,
  threadHasTasks,
  wqInsert,
} from '../lib/tasks.ts';
import { TASK, TH } from '../model/flags.ts';
import { Fdtab, Global, Task, ThreadCtx, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET } from '../step/proc.ts';
import { fdUpdateEvents, updateFd } from './fd.ts';
import { processRunnable } from './run-tasks.ts';

const timers = procedure({
  key: 'wake_expired_tasks',
  verb: 'Looking at timers',
  locals: { budget: int },
  args: [],
});

export const wakeExpired = timers.body([
  timers.step(
    '1',
    'Take the first timer: wake it, move it to its real date, or stop',
    { ref: 'N1/1', cost: COST.local, touches: 'shared', to: { none: RET, again: '1' } },
    (x, l, at) => {
      const task = firstTimer(x);
      const n = l.budget;
      if (!task || x.ld(task, Task.key) > x.now || n >= x.cfg.runqueueDepth)
        return firstInGroup(x) ? at.next : at.none;
      l.budget = n + 1;
      const expire = x.ld(task, Task.expire);
      if (!taskUnlinkWq(x, task)) return at.again;
      if (expire !== 0 && expire <= x.now) {
        x.note(EV.TIMER, x.ld(task, Task.context) as Ptr<'quic_conn'>, task);
        taskWakeup(x, task, TASK.WOKEN_TIMER);
      } else if (expire !== 0) wqInsert(x, task);
      return at.again;
    },
  ),
  timers.step(
    '2',
    'The group has a timer too: take the lock of its timers',
    { ref: 'N1/1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => (wrTry(x.m, x.word(x.global, Global.wqLock, 0)) ? at.next : at.retry),
  ),
  timers.step(
    '3',
    'Has it run out? Then wake its task here',
    { ref: 'N1/1', cost: COST.local, touches: 'shared' },
    (x, _l, at) => {
      const task = firstInGroup(x);
      if (!task || x.ld(task, Task.key) > x.now) return at.next;
      listDelete(x.m, x.part(task, Task.wq));
      setExpire(x, task, 0);
      taskWakeup(x, task, TASK.WOKEN_TIMER);
      return at.next;
    },
  ),
  timers.step(
    '4',
    'Release the lock',
    { ref: 'N1/1', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, _l, at) => {
      wrUnlock(x.m, x.word(x.global, Global.wqLock, 0));
      return at.done;
    },
  ),
]);

/** Collects what this thread's epoll has to report. Level triggered; bits of fds that are not readable any more go. */
function epollCollect(x: Exec): boolean {
  if (x.xchg(x.th, ThreadCtx.epAny, 0) === 0) return false;
  let any = 0;
  for (let w = 0; w < x.epWords; w++) {
    const ready = x.at(AT.epReady, x.t * x.epWords + w);
    const reported = x.at(AT.epEvents, x.t * x.epWords + w);
    // Whoever sets a bit stores epAny after it; what is set only now is found next time.
    if (x.ld(ready, Word.v) === 0) {
      if (x.ld(reported, Word.v) !== 0) x.st(reported, Word.v, 0);
      continue;
    }
    let bits = x.rld(ready, Word.v);
    let events = 0;
    while (bits) {
      const low = bits & -bits;
      bits &= ~low;
      const fd = (w << 5) + 31 - Math.clz32(low);
      // First the bit goes, then the look: who brings a datagram after that finds it gone, and sets it.
      x.and(ready, Word.v, ~low);
      if (inMask(x, x.at(AT.fd, fd), Fdtab.pollRecv) && queued(x.m, x.queueOf(fd)) > 0) {
        x.or(ready, Word.v, low);
        events |= low;
      }
    }
    x.st(reported, Word.v, events);
    any |= events;
  }
  if (any) x.ast(x.th, ThreadCtx.epAny, 1);
  return any !== 0;
}

const loop = procedure({
  key: 'run_poll_loop',
  verb: 'Polling',
  locals: { wake: int, i: int, updt: int },
  args: [],
  roles: ['loop'],
});

export const runPollLoop = loop.body([
  loop.step(
    '1',
    'Wake the tasks whose timer has run out',
    { ref: 'N1/1', cost: COST.local, touches: 'own', verb: 'Looking at timers' },
    (x, _l, at) => x.call(at.next, wakeExpired),
  ),
  loop.step('3', 'Run what is ready', { ref: 'N1/3', cost: COST.local, touches: 'own' }, (x, _l, at) =>
    x.call(at.next, processRunnable),
  ),
  loop.step(
    '5a',
    'Still something to do? Then poll without sleeping',
    { ref: 'N1/5', cost: COST.local, touches: 'shared', to: { busy: '8' } },
    (x, l, at) => {
      l.wake = threadHasTasks(x) ? 1 : 0;
      return l.wake ? at.busy : at.next;
    },
  ),
  loop.step(
    '5b',
    'Going to sleep: set SLEEPING',
    { ref: '0.2', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.or(x.th, ThreadCtx.flags, TH.SLEEPING);
      return at.next;
    },
  ),
  loop.step('5c', 'Clear NOTIFIED', { ref: '0.2', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
    x.and(x.th, ThreadCtx.flags, ~TH.NOTIFIED);
    return at.next;
  }),
  loop.step(
    '5d',
    'Look once more: did something arrive meanwhile?',
    { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { nothing: '8' } },
    (x, l, at) => {
      if (!threadHasTasks(x)) return at.nothing;
      l.wake = 1;
      return at.next;
    },
  ),
  loop.step(
    '5e',
    'It did: clear SLEEPING',
    { ref: '0.2', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.and(x.th, ThreadCtx.flags, ~TH.SLEEPING);
      return at.next;
    },
  ),
  loop.step(
    '8',
    'When does the next timer run out?',
    { ref: 'N1/8', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const task = l.wake ? NULL : firstTimer(x);
      const group = l.wake ? NULL : firstInGroup(x);
      let key = task ? x.ld(task, Task.key) : 0;
      if (group && (key === 0 || x.ld(group, Task.key) < key)) key = x.ld(group, Task.key);
      x.st(x.th, ThreadCtx.nextMs, key === 0 ? 0 : pollUntil(x, key));
      return at.next;
    },
  ),
  loop.step(
    '9a',
    'Bring the poller up to date',
    {
      ref: 'N1/9a',
      cost: COST.local,
      touches: 'shared',
      to: { more: '9a', done: '9e' },
      verb: 'Updating the poller',
    },
    (x, l, at) => {
      const i = l.updt;
      if (i >= x.ld(x.th, ThreadCtx.updtCount)) {
        l.updt = 0;
        x.st(x.th, ThreadCtx.updtCount, 0);
        return groupUpdates(x) ? at.next : at.done;
      }
      const place = x.at(AT.updt, x.t * x.fdCount + i);
      const fd = x.ld(place, Word.v);
      x.st(place, Word.v, 0);
      l.updt = i + 1;
      return x.call(at.more, updateFd, fd);
    },
  ),
  loop.step(
    '9b',
    'and with what the group has changed: next fd that waits for this thread',
    { ref: 'N1/9a', cost: COST.local, touches: 'shared', to: { more: '9b' }, verb: 'Updating the poller' },
    (x, l, at) => {
      for (let fd = l.updt; fd < x.fdCount; fd++) {
        const listed = x.rld(x.at(AT.groupUpdt, fd >> 5), Word.v) & (1 << (fd & 31));
        if (!listed || !inMask(x, x.at(AT.fd, fd), Fdtab.updateMask)) continue;
        l.updt = fd + 1;
        return x.call(at.more, updateFd, fd);
      }
      l.updt = 0;
      return at.next;
    },
  ),
  loop.step(
    '9e',
    'Wait for an event, a byte in the pipe, or the next timer',
    { ref: 'N1/9e', cost: COST.poll, touches: 'shared', roles: { pollWait: {} }, verb: 'Polling' },
    (x, l, at) => {
      // From here on another thread may isolate itself.
      x.ast(x.th, ThreadCtx.harmless, 1);
      const events = epollCollect(x);
      const until = x.ld(x.th, ThreadCtx.nextMs);
      const due = until !== 0 && until <= x.now;
      if (!(l.wake || events || x.rld(x.th, ThreadCtx.pipe) || x.ld(x.th, ThreadCtx.expired) || due)) {
        x.st(x.th, ThreadCtx.waitMs, until);
        x.st(x.th, ThreadCtx.waiting, 1);
        return x.block();
      }
      if (!events)
        for (let w = 0; w < x.epWords; w++) x.st(x.at(AT.epEvents, x.t * x.epWords + w), Word.v, 0);
      x.st(x.th, ThreadCtx.waiting, 0);
      x.st(x.th, ThreadCtx.waitMs, 0);
      x.st(x.th, ThreadCtx.expired, 0);
      x.ast(x.th, ThreadCtx.pipe, 0);
      return at.next;
    },
  ),
  loop.step(
    '9f',
    'Awake, unless another thread is isolated: clear SLEEPING',
    { ref: 'N1/9f', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      // First harmful, then the look: of two threads at least one sees the other.
      x.ast(x.th, ThreadCtx.harmless, 0);
      const by = x.rld(x.global, Global.isolated);
      if (by !== 0 && by !== x.t + 1) {
        x.ast(x.th, ThreadCtx.harmless, 1);
        return at.retry;
      }
      x.and(x.th, ThreadCtx.flags, ~TH.SLEEPING);
      l.i = 0;
      return at.next;
    },
  ),
  loop.step(
    '9g',
    'Next fd with an event',
    { ref: 'N1/9f', cost: COST.local, touches: 'own', to: { more: '9g' } },
    (x, l, at) => {
      for (let w = l.i; w < x.epWords; w++) {
        const reported = x.at(AT.epEvents, x.t * x.epWords + w);
        const bits = x.ld(reported, Word.v);
        if (!bits) continue;
        const low = bits & -bits;
        x.st(reported, Word.v, bits & ~low);
        l.i = w;
        return x.call(at.more, fdUpdateEvents, (w << 5) + 31 - Math.clz32(low));
      }
      return at.next;
    },
  ),
  loop.step(
    '10',
    'Once round',
    { ref: 'N1/10', cost: COST.local, touches: 'own', to: { again: '1' }, down: false },
    (x, l, at) => {
      x.inc(x.th, ThreadCtx.loops, 1);
      l.wake = 0;
      x.st(x.th, ThreadCtx.nextMs, 0);
      l.i = 0;
      return at.again;
    },
  ),
]);
