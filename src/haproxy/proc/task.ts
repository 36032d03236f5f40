/** Waking and killing tasks and tasklets where another thread can see it (semantics 0.2, 2.1, 3.3). */
import { listAppend } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import type { Ptr } from '../../memory/struct.ts';
import { localQueue, writePipe } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { TASK, TH } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { type Edge, int, procedure, RET, to } from '../step/proc.ts';

const wakeup = procedure({
  key: 'tasklet_wakeup',
  verb: 'Waking a tasklet',
  locals: { tl: to('task'), tid: int },
  args: ['tl'],
  means: true,
});

/** tasklet_wakeup: a tasklet with no thread goes to the caller's list, any other to its thread's shared list. */
export const taskletWakeup = wakeup.body([
  wakeup.step(
    '1',
    'Mark the tasklet as queued, or leave: it is queued already',
    { ref: '2.1', cost: COST.atomic, touches: 'shared', to: { done: RET } },
    (x, l, at) => {
      const state = x.or(l.tl, Task.state, TASK.IN_LIST);
      if (state & TASK.IN_LIST) return at.done;
      const tid = x.ld(l.tl, Task.tid);
      l.tid = tid;
      if (tid >= 0) return at.next;
      listAppend(x.m, localQueue(x, state), x.part(l.tl, Task.list));
      x.add(x.th, ThreadCtx.rqTotal, 1);
      return at.done;
    },
  ),
  wakeup.step(
    '2',
    'Push it to the shared list of its thread',
    { ref: '2.1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const th = x.thread(l.tid);
      if (mtlAppend(x.m, x.part(th, ThreadCtx.sharedTasklets), x.part(l.tl, Task.list)) === RETRY)
        return at.retry;
      x.add(th, ThreadCtx.rqTotal, 1);
      return at.next;
    },
  ),
  wakeup.step(
    '3',
    'Tell the thread: set NOTIFIED',
    { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { awake: RET } },
    (x, l, at) => (notify(x, l.tid) ? at.next : at.awake),
  ),
  wakeup.step(
    '4',
    'It sleeps: write a byte in its poller pipe',
    { ref: '0.2', cost: COST.pipe, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      writePipe(x, l.tid);
      return at.done;
    },
  ),
]);

/** Sets NOTIFIED; true when the thread sleeps and nobody has told it yet. */
export function notify(x: Exec, tid: number): boolean {
  const old = x.or(x.thread(tid), ThreadCtx.flags, TH.NOTIFIED);
  return (old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING;
}

/** First step of both kills. `bit`: what says that it is queued; `left`: what says that its scheduler will come to it. */
export function markKilled(
  x: Exec,
  t: Ptr<'task'>,
  bit: number,
  left: number,
  bug: number,
  at: { next: Edge; retry: Edge; busy: Edge },
): Edge {
  const state = x.rld(t, Task.state);
  if (x.bugOn((state & TASK.KILLED) !== 0, bug)) return at.next;
  if (state & left) return x.cas(t, Task.state, state, state | TASK.KILLED) ? at.busy : at.retry;
  return x.cas(t, Task.state, state, state | TASK.KILLED | bit) ? at.next : at.retry;
}

/** Second step of both kills: to the shared list of `home`. */
function pushKilled(x: Exec, t: Ptr<'task'>, home: number): boolean {
  const th = x.thread(home);
  if (mtlAppend(x.m, x.part(th, ThreadCtx.sharedTasklets), x.part(t, Task.list)) === RETRY) return false;
  x.add(th, ThreadCtx.rqTotal, 1);
  return true;
}

/** The thread that a task or tasklet is bound to; the running one where it is bound to none. */
function homeOf(x: Exec, t: Ptr<'task'>): number {
  const tid = x.ld(t, Task.tid);
  return tid < 0 ? x.t : tid;
}

export const MARK = 'Set KILLED; if it is queued or running its scheduler frees it later';
const PUSH = 'Push it to the shared list of its home thread, to be freed there';
const TELL = 'Tell the thread: set NOTIFIED';
const PIPE = 'It sleeps: write a byte in its poller pipe';

const kill = procedure({
  key: 'task_kill',
  verb: 'Killing a task',
  locals: { t: to('task'), home: int },
  args: ['t'],
  means: true,
});

export const taskKill = kill.body([
  kill.step('1', MARK, { ref: '3.3', cost: COST.atomic, touches: 'shared', to: { busy: RET } }, (x, l, at) =>
    markKilled(x, l.t, TASK.QUEUED, TASK.QUEUED | TASK.RUNNING, BUG.TASK_KILLED, at),
  ),
  kill.step('2', PUSH, { ref: '3.3', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    l.home = homeOf(x, l.t);
    if (!pushKilled(x, l.t, l.home)) return at.retry;
    x.add(x.thread(l.home), ThreadCtx.tasksInList, 1);
    return at.next;
  }),
  kill.step(
    '3',
    TELL,
    { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { awake: RET } },
    (x, l, at) => (notify(x, l.home) ? at.next : at.awake),
  ),
  kill.step(
    '4',
    PIPE,
    { ref: '0.2', cost: COST.pipe, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      writePipe(x, l.home);
      return at.done;
    },
  ),
]);

const killTasklet = procedure({
  key: 'tasklet_kill',
  verb: 'Killing a tasklet',
  locals: { tl: to('task'), home: int },
  args: ['tl'],
  means: true,
});

export const taskletKill = killTasklet.body([
  killTasklet.step(
    '1',
    MARK,
    { ref: '3.3', cost: COST.atomic, touches: 'shared', to: { busy: RET } },
    (x, l, at) => markKilled(x, l.tl, TASK.IN_LIST, TASK.IN_LIST | TASK.RUNNING, BUG.TASKLET_KILLED, at),
  ),
  killTasklet.step('2', PUSH, { ref: '3.3', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    l.home = homeOf(x, l.tl);
    return pushKilled(x, l.tl, l.home) ? at.next : at.retry;
  }),
  killTasklet.step(
    '3',
    TELL,
    { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { awake: RET } },
    (x, l, at) => (notify(x, l.home) ? at.next : at.awake),
  ),
  killTasklet.step(
    '4',
    PIPE,
    { ref: '0.2', cost: COST.pipe, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      writePipe(x, l.home);
      return at.done;
    },
  ),
]);
