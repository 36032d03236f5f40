/** The thread's endless loop: timers, run queues, going to sleep, the poller (semantics 0.2, 2.1, N1). */
import { listAppend, listDelete, listFirst } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlPop, mtlSpliceToList } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { N, TASK, TH } from '../model/flags.ts';
import { Fdtab, Global, Task, ThreadCtx } from '../model/layouts.ts';
import { maskBit, maskWord } from '../model/mask.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdUpdateEvents, updateFd } from './fd.ts';
import { BLOCK, NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { firstTimer, QUEUES, taskQueue, taskUnlinkWq, taskWakeup, threadHasTasks, wqInsert } from './task.ts';

const wakeExpired = procedure(
  'wake_expired_tasks',
  'Looking at timers',
  ['budget'],
  [
    step(
      '1',
      'Take the first timer: wake it, move it to its real date, or stop',
      'N1/1',
      COST.local,
      (x, go) => {
        const m = x.m;
        const task = firstTimer(x);
        const n = x.get(0);
        if (!task || m.ld(task + Task.key) > x.now || n >= N.RUNQUEUE_DEPTH) return RET;
        x.set(0, n + 1);
        const expire = m.ld(task + Task.expire);
        if (!taskUnlinkWq(x, task)) return NEXT;
        if (expire !== 0 && expire <= x.now) {
          x.sink.note(x, EV.TIMER, m.ld(task + Task.context), task);
          taskWakeup(x, task, TASK.WOKEN_TIMER);
        } else if (expire !== 0) wqInsert(x, task);
        return go['1']!;
      },
    ),
  ],
);

/** Locals of process_runnable_tasks. */
const BUDGET = 0;
const TL = 1;
const STATE = 2;

export const processRunnable = procedure(
  'process_runnable_tasks',
  'Running tasks',
  ['budget', 'tl', 'state'],
  [
    step('1', 'Anything to run? Else leave', '2.1', COST.local, (x) => {
      if (!threadHasTasks(x)) return RET;
      x.set(BUDGET, N.RUNQUEUE_DEPTH);
      return NEXT;
    }),
    step('2', 'Move woken tasks from the run queue to the normal class', '2.1', COST.local, (x) => {
      const { m, th } = x;
      for (let n = listFirst(m, th + ThreadCtx.rqueue); n; n = listFirst(m, th + ThreadCtx.rqueue)) {
        listDelete(m, n);
        listAppend(m, th + ThreadCtx.normal, n);
      }
      return NEXT;
    }),
    step('3', 'Take over the tasklets that others pushed', '2.1', COST.atomic, (x) => {
      const { m, th } = x;
      if (m.ald(th + ThreadCtx.sharedTasklets) === th + ThreadCtx.sharedTasklets) return NEXT;
      return mtlSpliceToList(m, th + ThreadCtx.sharedTasklets, th + ThreadCtx.urgent) === RETRY
        ? RETRY_STEP
        : NEXT;
    }),
    step('4', 'An order by hand comes first', '', COST.local, (x, go) => {
      const { m, th } = x;
      if (m.ald(th + ThreadCtx.hand) === th + ThreadCtx.hand) return go.pick!;
      const el = mtlPop(m, th + ThreadCtx.hand);
      if (el === RETRY) return RETRY_STEP;
      if (el === 0) return go.pick!;
      x.set(TL, el - Task.list);
      m.st(th + ThreadCtx.currentQueue, 0);
      return go.call!;
    }),
    step('pick', 'Pick the first of the highest class', '2.1', COST.local, (x, go) => {
      const { m, th } = x;
      if (x.get(BUDGET) <= 0) return RET;
      for (let q = 0; q < QUEUES.length; q++) {
        const n = listFirst(m, th + QUEUES[q]!);
        if (!n) continue;
        listDelete(m, n);
        m.add(th + ThreadCtx.rqTotal, -1);
        x.set(TL, n - Task.list);
        m.st(th + ThreadCtx.currentQueue, q);
        return NEXT;
      }
      if (!threadHasTasks(x)) return RET;
      return go['2']!;
    }),
    step('state', 'Clear what woke it; was it killed?', '2.1', COST.atomic, (x, go) => {
      const m = x.m;
      const at = x.get(TL) + Task.state;
      const state = m.ald(at);
      const run = state & TASK.F_TASKLET ? 0 : TASK.RUNNING;
      if (!m.cas(at, state, (state & TASK.PERSISTENT) | run)) return RETRY_STEP;
      x.set(STATE, state);
      if (state & TASK.KILLED || m.ld(x.get(TL) + Task.process) === -1) return go.free!;
      return NEXT;
    }),
    step('call', 'Call its function', '2.1', COST.local, (x, go) => {
      const m = x.m;
      const tl = x.get(TL);
      m.st(x.th + ThreadCtx.current, tl);
      return x.callId(m.ld(tl + Task.process), go.after!, tl, m.ld(tl + Task.context), x.get(STATE));
    }),
    step('after', 'Back from it: a task that is still alive is queued again', '2.1', COST.atomic, (x, go) => {
      const m = x.m;
      const task = x.ret;
      m.st(x.th + ThreadCtx.current, 0);
      m.st(x.th + ThreadCtx.currentQueue, -1);
      m.st(x.th + ThreadCtx.ret, 0);
      x.set(BUDGET, x.get(BUDGET) - 1);
      const wasTasklet = (x.get(STATE) & TASK.F_TASKLET) !== 0 || task !== x.get(TL);
      if (wasTasklet) return go.next!;
      const state = m.ald(task + Task.state);
      if (state & TASK.KILLED || m.ld(task + Task.process) === -1) return go.free!;
      if (!taskQueue(x, task)) return NEXT;
      m.and(task + Task.state, ~TASK.RUNNING);
      if (state & (TASK.WOKEN_TIMER | TASK.WOKEN_MSG | TASK.WOKEN_OTHER | TASK.WOKEN_IO | TASK.WOKEN_INIT)) {
        taskWakeup(x, task, 0);
      }
      return go.next!;
    }),
    step('free', 'It was killed: free it here, without calling it', '3.3', COST.pool, (x) => {
      const m = x.m;
      const t = x.get(TL);
      const tasklet = (m.ald(t + Task.state) & TASK.F_TASKLET) !== 0;
      if (!tasklet) {
        if (!taskUnlinkWq(x, t)) return NEXT;
        m.add(x.th + ThreadCtx.nbTasks, -1);
      }
      poolFree(m, tasklet ? x.W.pools.tasklet : x.W.pools.task, t);
      m.st(x.th + ThreadCtx.currentQueue, -1);
      return NEXT;
    }),
    step('next', 'Next', '', COST.local, (x, go) => {
      x.set(TL, 0);
      x.set(STATE, 0);
      return go['4']!;
    }),
  ],
);

/** Collects what this thread's epoll has to report. Level triggered; bits of fds that are not readable any more go. */
function epollCollect(x: Exec): boolean {
  const { m, W } = x;
  if (m.xchg(x.th + ThreadCtx.epAny, 0) === 0) return false;
  const bit = maskBit(x.t);
  let any = 0;
  for (let w = 0; w < W.epWords; w++) {
    const at = W.epReady(x.t) + w;
    // Whoever sets a bit stores epAny after it; what is set only now is found next time.
    if (m.ld(at) === 0) {
      if (m.ld(W.epEvents(x.t) + w) !== 0) m.st(W.epEvents(x.t) + w, 0);
      continue;
    }
    let bits = m.ald(at);
    let events = 0;
    while (bits) {
      const low = bits & -bits;
      bits &= ~low;
      const fd = (w << 5) + 31 - Math.clz32(low);
      const live = m.ald(maskWord(W.fd(fd) + Fdtab.pollRecv, x.t)) & bit && m.ald(W.fd(fd) + Fdtab.kqLen) > 0;
      if (live) events |= low;
      else m.and(at, ~low);
    }
    m.st(W.epEvents(x.t) + w, events);
    any |= events;
  }
  if (any) m.ast(x.th + ThreadCtx.epAny, 1);
  return any !== 0;
}

const WAKE = 0;
const I = 1;

export const runPollLoop = procedure(
  'run_poll_loop',
  'Polling',
  ['wake', 'i'],
  [
    step('1', 'Wake the tasks whose timer has run out', 'N1/1', COST.local, (x) => x.call(wakeExpired), {
      verb: 'Looking at timers',
    }),
    step('3', 'Run what is ready', 'N1/3', COST.local, (x) => x.call(processRunnable)),
    step('5a', 'Still something to do? Then poll without sleeping', 'N1/5', COST.local, (x, go) => {
      x.set(WAKE, threadHasTasks(x) ? 1 : 0);
      return x.get(WAKE) ? go['8']! : NEXT;
    }),
    step(
      '5x',
      'Mutation X15: look once more first',
      '0.2',
      COST.atomic,
      (x, go) => (threadHasTasks(x) ? go['5x2']! : go['5b']!),
      { with: 'X15' },
    ),
    step(
      '5x2',
      'Something to do: poll without sleeping',
      '0.2',
      COST.local,
      (x, go) => {
        x.set(WAKE, 1);
        return go['8']!;
      },
      { with: 'X15' },
    ),
    step('5b', 'Going to sleep: set SLEEPING', '0.2', COST.atomic, (x) => {
      x.m.or(x.th + ThreadCtx.flags, TH.SLEEPING);
      return NEXT;
    }),
    step('5c', 'Clear NOTIFIED', '0.2', COST.atomic, (x) => {
      x.m.and(x.th + ThreadCtx.flags, ~TH.NOTIFIED);
      return NEXT;
    }),
    step(
      '5d',
      'Look once more: did something arrive meanwhile?',
      '0.2',
      COST.atomic,
      (x, go) => {
        if (!threadHasTasks(x)) return go['8']!;
        x.set(WAKE, 1);
        return NEXT;
      },
      { unless: 'X15' },
    ),
    step(
      '5e',
      'It did: clear SLEEPING',
      '0.2',
      COST.atomic,
      (x) => {
        x.m.and(x.th + ThreadCtx.flags, ~TH.SLEEPING);
        return NEXT;
      },
      { unless: 'X15' },
    ),
    step('8', 'When does the next timer run out?', 'N1/8', COST.local, (x) => {
      const task = x.get(WAKE) ? 0 : firstTimer(x);
      x.m.st(x.th + ThreadCtx.nextMs, task ? x.m.ld(task + Task.key) + 1 : 0);
      return NEXT;
    }),
    step(
      '9a',
      'Bring the poller up to date',
      'N1/9a',
      COST.local,
      (x, go) => {
        const m = x.m;
        const n = m.ld(x.th + ThreadCtx.updtCount);
        if (n === 0) {
          // From here on another thread may isolate itself.
          m.ast(x.th + ThreadCtx.harmless, 1);
          return NEXT;
        }
        const at = x.W.updt(x.t) + n - 1;
        const fd = m.ld(at);
        m.st(at, 0);
        m.st(x.th + ThreadCtx.updtCount, n - 1);
        return x.callThen(go['9a']!, updateFd, fd);
      },
      { verb: 'Updating the poller' },
    ),
    step(
      '9e',
      'Wait for an event, a byte in the pipe, or the next timer',
      'N1/9e',
      COST.poll,
      (x) => {
        const m = x.m;
        const { th } = x;
        const events = epollCollect(x);
        const until = m.ld(th + ThreadCtx.nextMs);
        const due = until !== 0 && until <= x.now;
        if (!(x.get(WAKE) || events || m.ald(th + ThreadCtx.pipe) || m.ld(th + ThreadCtx.expired) || due)) {
          m.st(th + ThreadCtx.waitMs, until);
          m.st(th + ThreadCtx.waiting, 1);
          return BLOCK;
        }
        if (!events) for (let w = 0; w < x.W.epWords; w++) m.st(x.W.epEvents(x.t) + w, 0);
        m.st(th + ThreadCtx.waiting, 0);
        m.st(th + ThreadCtx.waitMs, 0);
        m.st(th + ThreadCtx.expired, 0);
        m.ast(th + ThreadCtx.pipe, 0);
        return NEXT;
      },
      { verb: 'Polling' },
    ),
    step('9f', 'Awake, unless another thread is isolated: clear SLEEPING', 'N1/9f', COST.atomic, (x) => {
      const { m, th } = x;
      // First harmful, then the look: of two threads at least one sees the other.
      m.ast(th + ThreadCtx.harmless, 0);
      const by = m.ald(x.W.global + Global.isolated);
      if (by !== 0 && by !== x.t + 1) {
        m.ast(th + ThreadCtx.harmless, 1);
        return RETRY_STEP;
      }
      x.m.and(x.th + ThreadCtx.flags, ~TH.SLEEPING);
      x.set(I, 0);
      return NEXT;
    }),
    step('9g', 'Next fd with an event', 'N1/9f', COST.local, (x, go) => {
      const { m, W } = x;
      for (let w = x.get(I); w < W.epWords; w++) {
        const at = W.epEvents(x.t) + w;
        const bits = m.ld(at);
        if (!bits) continue;
        const low = bits & -bits;
        m.st(at, bits & ~low);
        x.set(I, w);
        return x.callThen(go['9g']!, fdUpdateEvents, (w << 5) + 31 - Math.clz32(low));
      }
      return NEXT;
    }),
    step('10', 'Once round', 'N1/10', COST.local, (x, go) => {
      x.m.st(x.th + ThreadCtx.loops, x.m.ld(x.th + ThreadCtx.loops) + 1);
      x.set(WAKE, 0);
      x.m.st(x.th + ThreadCtx.nextMs, 0);
      x.set(I, 0);
      return go['1']!;
    }),
  ],
);

export const runloopProcedures = [runPollLoop, wakeExpired, processRunnable] as const;
