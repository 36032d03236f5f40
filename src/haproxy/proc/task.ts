/**
 * Tasks and tasklets (semantics 2.1, 3.3, N4): queueing and waking as steps where another thread can see them, as plain
 * helpers where only the running thread can.
 */

import {
  listAppend,
  listDelete,
  listEmpty,
  listFirst,
  listInsertFirst,
  listNext,
} from '../../memory/list.ts';
import type { Mem } from '../../memory/mem.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend, mtlDelete } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { TASK, TH } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';

export const QUEUES = [ThreadCtx.urgent, ThreadCtx.normal, ThreadCtx.bulk, ThreadCtx.heavy] as const;

export const isTasklet = (m: Mem, t: number): boolean => (m.ald(t + Task.state) & TASK.F_TASKLET) !== 0;

/** Puts a timer's node in this thread's timers, sorted by key, behind equal keys. Own list. */
export function wqInsert(x: Exec, task: number): void {
  const m = x.m;
  const key = m.ld(task + Task.expire);
  m.st(task + Task.key, key);
  const head = x.th + ThreadCtx.timers;
  const node = task + Task.wq;
  // Most timers are set further ahead than all others (idle): look from the tail.
  const hint = x.timers ? x.timers.from(key - x.now) : 0;
  let after = hint ? lastUpTo(m, head, hint, key) : m.ld(head + 1);
  while (after !== head && m.ld(after - Task.wq + Task.key) > key) after = m.ld(after + 1);
  listInsertFirst(m, after, node);
  if (x.timers) x.timers.put(key - x.now, node);
}

/** From a node of the timers on, the last one in a row whose key is not after `key`; that node itself when its key is. */
function lastUpTo(m: Mem, head: number, node: number, key: number): number {
  let at = node;
  for (let n = m.ld(at); n !== head && m.ld(n - Task.wq + Task.key) <= key; n = m.ld(n)) at = n;
  return at;
}

/** Takes a task's node out of this thread's timers. */
function wqRemove(x: Exec, task: number): void {
  const node = task + Task.wq;
  if (x.timers) x.timers.leave(x.m, x.th + ThreadCtx.timers, node);
  listDelete(x.m, node);
}

/** task_queue: into this thread's timers unless it stands there earlier already. False after a BUG_ON. */
export function taskQueue(x: Exec, task: number): boolean {
  const m = x.m;
  const expire = m.ld(task + Task.expire);
  if (expire === 0) return true;
  if (x.bugOn(m.ld(task + Task.tid) !== x.t, BUG.TASK_QUEUE_TID)) return false;
  const node = task + Task.wq;
  const queued = !listEmpty(m, node);
  if (queued && m.ld(task + Task.key) <= expire) return true;
  if (queued) wqRemove(x, task);
  wqInsert(x, task);
  return true;
}

/** Sets when a task expires, in the thread's ms; 0 = never. */
export function setExpire(x: Exec, task: number, when: number): void {
  x.m.st(task + Task.expire, when);
  x.m.st(task + Task.armedAt, x.now);
}

/** task_schedule: never postpones; does nothing while the task is in the run queue. False after a BUG_ON. */
export function taskSchedule(x: Exec, task: number, when: number): boolean {
  const m = x.m;
  if (x.bugOn(m.ld(task + Task.tid) !== x.t, BUG.TASK_SCHEDULE_TID)) return false;
  if (m.ald(task + Task.state) & TASK.QUEUED) return true;
  const old = m.ld(task + Task.expire);
  const inWq = !listEmpty(m, task + Task.wq);
  setExpire(x, task, inWq && old !== 0 && old < when ? old : when);
  return taskQueue(x, task);
}

/** task_wakeup on the running thread: adds the reason, puts it in the run queue unless running or queued. */
export function taskWakeup(x: Exec, task: number, reason: number): void {
  const m = x.m;
  const old = m.or(task + Task.state, reason);
  if (old & (TASK.RUNNING | TASK.QUEUED)) return;
  if (m.ld(task + Task.tid) !== x.t) throw new Error('the model has no task woken by another thread');
  m.or(task + Task.state, TASK.QUEUED);
  listAppend(m, x.th + ThreadCtx.rqueue, task + Task.list);
  m.add(x.th + ThreadCtx.rqTotal, 1);
}

/** task_unlink_wq. False after a BUG_ON. */
export function taskUnlinkWq(x: Exec, task: number): boolean {
  const m = x.m;
  const tid = m.ld(task + Task.tid);
  if (x.bugOn(tid >= 0 && tid !== x.t, BUG.UNLINK_WQ_TID)) return false;
  if (!listEmpty(m, task + Task.wq)) wqRemove(x, task);
  return true;
}

/** Class list of a tasklet woken on the running thread. */
export function localQueue(x: Exec, state: number): number {
  const cur = x.m.ld(x.th + ThreadCtx.currentQueue);
  if (state & TASK.HEAVY) return x.th + ThreadCtx.heavy;
  if (state & TASK.SELF_WAKING) return x.th + ThreadCtx.bulk;
  return x.th + (cur < 0 ? ThreadCtx.urgent : QUEUES[cur]!);
}

/** Whether anything waits to be run here; reads the two lists others push to. */
export function threadHasTasks(x: Exec): boolean {
  const { m, th } = x;
  if (m.ald(th + ThreadCtx.sharedTasklets) !== th + ThreadCtx.sharedTasklets) return true;
  if (m.ald(th + ThreadCtx.hand) !== th + ThreadCtx.hand) return true;
  if (!listEmpty(m, th + ThreadCtx.rqueue)) return true;
  for (const q of QUEUES) if (!listEmpty(m, th + q)) return true;
  return false;
}

/** Wakes a sleeping thread: the byte in its poller pipe, at the waker's time. */
export function writePipe(x: Exec, tid: number): void {
  const { m, W } = x;
  const th = W.th(tid);
  m.st(th + ThreadCtx.wakeMs, m.ld(x.th + ThreadCtx.clockMs));
  m.st(th + ThreadCtx.wakeNs, m.ld(x.th + ThreadCtx.clockNs));
  m.ast(th + ThreadCtx.pipe, 1);
  x.woken = tid;
  x.resched = true;
}

/** tasklet_wakeup: a tasklet with no thread goes to the caller's list, any other to its thread's shared list. */
export const taskletWakeup = procedure(
  'tasklet_wakeup',
  'Waking a tasklet',
  ['tl', 'tid'],
  [
    step('1', 'Mark the tasklet as queued, or leave: it is queued already', '2.1', COST.atomic, (x) => {
      const m = x.m;
      const tl = x.get(0);
      const state = m.or(tl + Task.state, TASK.IN_LIST);
      if (state & TASK.IN_LIST) return RET;
      const tid = m.ld(tl + Task.tid);
      x.set(1, tid);
      if (tid >= 0) return NEXT;
      listAppend(m, localQueue(x, state), tl + Task.list);
      m.add(x.th + ThreadCtx.rqTotal, 1);
      return RET;
    }),
    step('2', 'Push it to the shared list of its thread', '2.1', COST.atomic, (x) => {
      const th = x.W.th(x.get(1));
      if (mtlAppend(x.m, th + ThreadCtx.sharedTasklets, x.get(0) + Task.list) === RETRY) return RETRY_STEP;
      x.m.add(th + ThreadCtx.rqTotal, 1);
      return NEXT;
    }),
    step('3', 'Tell the thread: set NOTIFIED', '0.2', COST.atomic, (x) => {
      const old = x.m.or(x.W.th(x.get(1)) + ThreadCtx.flags, TH.NOTIFIED);
      return (old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING ? NEXT : RET;
    }),
    step('4', 'It sleeps: write a byte in its poller pipe', '0.2', COST.pipe, (x) => {
      writePipe(x, x.get(1));
      return RET;
    }),
  ],
);

/** tasklet_wakeup_after(head = NULL): to the front of a local list, with the assertion on its thread. False after a BUG_ON. */
export function taskletWakeupAfter(x: Exec, tl: number): boolean {
  const m = x.m;
  const state = m.or(tl + Task.state, TASK.IN_LIST);
  if (state & TASK.IN_LIST) return true;
  const tid = m.ld(tl + Task.tid);
  if (x.bugOn(tid >= 0 && tid !== x.t, BUG.WAKEUP_AFTER_TID)) return false;
  listInsertFirst(m, localQueue(x, state), tl + Task.list);
  m.add(x.th + ThreadCtx.rqTotal, 1);
  return true;
}

const killSteps = (bit: number, bug: number, ref: string) => [
  step('1', 'Set KILLED; if it is queued or running its scheduler frees it later', ref, COST.atomic, (x) => {
    const m = x.m;
    const t = x.get(0);
    const busy = bit | TASK.RUNNING;
    const state = m.ald(t + Task.state);
    if (x.bugOn((state & TASK.KILLED) !== 0, bug)) return NEXT;
    if (state & busy) return m.cas(t + Task.state, state, state | TASK.KILLED) ? RET : RETRY_STEP;
    return m.cas(t + Task.state, state, state | TASK.KILLED | bit) ? NEXT : RETRY_STEP;
  }),
  step('2', 'Push it to the shared list of its home thread, to be freed there', ref, COST.atomic, (x) => {
    const m = x.m;
    const tid = m.ld(x.get(0) + Task.tid);
    const home = tid < 0 ? x.t : tid;
    x.set(1, home);
    if (mtlAppend(m, x.W.th(home) + ThreadCtx.sharedTasklets, x.get(0) + Task.list) === RETRY)
      return RETRY_STEP;
    m.add(x.W.th(home) + ThreadCtx.rqTotal, 1);
    return NEXT;
  }),
  step('3', 'Tell the thread: set NOTIFIED', '0.2', COST.atomic, (x) => {
    const old = x.m.or(x.W.th(x.get(1)) + ThreadCtx.flags, TH.NOTIFIED);
    return (old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING ? NEXT : RET;
  }),
  step('4', 'It sleeps: write a byte in its poller pipe', '0.2', COST.pipe, (x) => {
    writePipe(x, x.get(1));
    return RET;
  }),
];

export const taskKill = procedure(
  'task_kill',
  'Killing a task',
  ['t', 'home'],
  killSteps(TASK.QUEUED, BUG.TASK_KILLED, '3.3'),
);
export const taskletKill = procedure(
  'tasklet_kill',
  'Killing a tasklet',
  ['tl', 'home'],
  killSteps(TASK.IN_LIST, BUG.TASKLET_KILLED, '3.3'),
);

/** task_destroy on the running thread: freed at once if it is the running one or not queued; else its turn frees it. False after a BUG_ON. */
export function taskDestroy(x: Exec, task: number): boolean {
  const m = x.m;
  if (!taskUnlinkWq(x, task)) return false;
  if (m.ald(task + Task.state) & TASK.QUEUED && m.ld(x.th + ThreadCtx.current) !== task) {
    m.st(task + Task.process, -1);
    return true;
  }
  m.add(x.th + ThreadCtx.nbTasks, -1);
  poolFree(m, x.W.pools.task, task);
  return true;
}

/** tasklet_free: off whatever list it is in, a shared one too, and freed at once. False: another thread is at its links. */
export function taskletFree(x: Exec, tl: number): boolean {
  const m = x.m;
  const was = mtlDelete(m, tl + Task.list);
  if (was === RETRY) return false;
  if (was) m.add(x.th + ThreadCtx.rqTotal, -1);
  poolFree(m, x.W.pools.tasklet, tl);
  return true;
}

/** First task of this thread's timers, or 0. */
export function firstTimer(x: Exec): number {
  const n = listFirst(x.m, x.th + ThreadCtx.timers);
  return n ? n - Task.wq : 0;
}

export { listFirst, listNext };
