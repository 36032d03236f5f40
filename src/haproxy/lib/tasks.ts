/**
 * Tasks and tasklets as far as only the running thread can see them (semantics 2.1, 3.3, N4): HAProxy's functions that steps
 * call within themselves. What another thread could see is in `proc/task.ts`, in steps.
 */
import {
  linkNext,
  linkPrev,
  listAppend,
  listDelete,
  listEmpty,
  listFirst,
  listInit,
  listInsertFirst,
} from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlDelete, mtlEmpty } from '../../memory/mtlist.ts';
import type { Field, Part, Ptr } from '../../memory/struct.ts';
import { BUG } from '../model/bugs.ts';
import { TASK } from '../model/flags.ts';
import { Global, Task, ThreadCtx, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { HINT_CLASSES } from '../model/world.ts';
import type { Exec } from '../step/exec.ts';
import { inline } from '../step/inline.ts';

type T = Ptr<'task'>;

/** Class list number `q` (0 urgent … 3 heavy). */
export function classList(q: number): Field<'thread_ctx', Part<'list'>> {
  if (q === 0) return ThreadCtx.urgent;
  if (q === 1) return ThreadCtx.normal;
  return q === 2 ? ThreadCtx.bulk : ThreadCtx.heavy;
}

export const CLASSES = 4;

export const isTasklet = (x: Exec, t: T): boolean => (x.rld(t, Task.state) & TASK.F_TASKLET) !== 0;

/** Makes a fresh task or tasklet of slot `t`. */
export function initTask(
  x: Exec,
  t: T,
  tid: number,
  process: number,
  context: number,
  tasklet: boolean,
): void {
  x.ast(t, Task.state, tasklet ? TASK.F_TASKLET : 0);
  x.st(t, Task.tid, tid);
  x.st(t, Task.process, process);
  x.st(t, Task.context, context);
  listInit(x.m, x.part(t, Task.list));
  listInit(x.m, x.part(t, Task.wq));
  if (!tasklet) x.add(x.th, ThreadCtx.nbTasks, 1);
}

/** Where in this thread's hints the class of a timer `ahead` ms from now stands. */
const hintOf = (x: Exec, ahead: number): Ptr<'word'> =>
  x.at(AT.hints, x.t * HINT_CLASSES + Math.min(HINT_CLASSES - 1, ahead <= 0 ? 0 : 32 - Math.clz32(ahead)));

/**
 * Puts a timer's node in this thread's timers, sorted by key, behind equal keys. HAProxy keeps timers in a tree; here they are
 * a list, and a place in it is looked for from its end. With thousands of idle timers in front of the short ones that is far:
 * where the world keeps hints, the search begins at the timer that was last set as far ahead as this one. A hint only says
 * where the search begins; the list comes out the same without.
 */
export function wqInsert(x: Exec, task: T): void {
  const key = x.ld(task, Task.expire);
  x.st(task, Task.key, key);
  const head = x.part(x.th, ThreadCtx.timers);
  const node = x.part(task, Task.wq);
  // Most timers are set further ahead than all others (idle): look from the tail.
  const hint = x.cfg.hints ? x.ld(hintOf(x, key - x.now), Word.v) : 0;
  let after = hint ? lastUpTo(x, head, hint as Ptr<'list'>, key) : before(x, head);
  while (after !== head && x.ld(x.owner(after, Task.wq), Task.key) > key) after = before(x, after);
  listInsertFirst(x.m, after, node);
  if (x.cfg.hints) x.st(hintOf(x, key - x.now), Word.v, node);
}

/** What stands before a node, or last in a head. */
const before = (x: Exec, n: Ptr<'list'>): Ptr<'list'> => linkPrev(x.m, n);

/** From a node of the timers on, the last one in a row whose key is not after `key`; that node itself when its key is. */
function lastUpTo(x: Exec, head: Ptr<'list'>, node: Ptr<'list'>, key: number): Ptr<'list'> {
  let at = node;
  let n = linkNext(x.m, at);
  while (n !== head && x.ld(x.owner(n, Task.wq), Task.key) <= key) {
    at = n;
    n = linkNext(x.m, n);
  }
  return at;
}

/** Takes a task's node out of this thread's timers. */
function wqRemove(x: Exec, task: T): void {
  const node = x.part(task, Task.wq);
  if (x.cfg.hints) leaveHints(x, node);
  listDelete(x.m, node);
}

function leaveHints(x: Exec, node: Ptr<'list'>): void {
  for (let c = 0; c < HINT_CLASSES; c++) {
    const hint = x.at(AT.hints, x.t * HINT_CLASSES + c);
    if (x.ld(hint, Word.v) !== node) continue;
    const was = before(x, node);
    x.st(hint, Word.v, was === x.part(x.th, ThreadCtx.timers) ? 0 : was);
  }
}

/** task_queue: into this thread's timers unless it stands there earlier already. False after a BUG_ON. */
export const taskQueue = inline('task_queue', (x, task: T): boolean => {
  const expire = x.ld(task, Task.expire);
  const tid = x.ld(task, Task.tid);
  // One that is bound to no thread stands in the group's timers: whoever sets its date puts it there.
  if (expire === 0 || tid < 0) return true;
  if (x.bugOn(tid !== x.t, BUG.TASK_QUEUE_TID)) return false;
  const queued = !listEmpty(x.m, x.part(task, Task.wq));
  if (queued && x.ld(task, Task.key) <= expire) return true;
  if (queued) wqRemove(x, task);
  wqInsert(x, task);
  return true;
});

/**
 * Into the group's timers, whose lock the caller holds: a task that is bound to no thread. As task_schedule: never postponed. The
 * model has one such task, so that they need no order.
 */
export function queueInGroup(x: Exec, task: T, when: number): void {
  const old = x.ld(task, Task.expire);
  const inWq = !listEmpty(x.m, x.part(task, Task.wq));
  if (inWq && old !== 0 && old <= when) return;
  setExpire(x, task, when);
  x.st(task, Task.key, when);
  if (!inWq) listAppend(x.m, x.part(x.global, Global.timers), x.part(task, Task.wq));
}

/** First task of the group's timers, or NULL. */
export function firstInGroup(x: Exec): T {
  const n = listFirst(x.m, x.part(x.global, Global.timers));
  return n ? x.owner(n, Task.wq) : NULL;
}

/** Sets when a task expires, in the thread's ms; 0 = never. */
export function setExpire(x: Exec, task: T, when: number): void {
  x.st(task, Task.expire, when);
  x.st(task, Task.armedAt, x.now);
}

/** task_schedule: never postpones; does nothing while the task is in the run queue. False after a BUG_ON. */
export const taskSchedule = inline('task_schedule', (x, task: T, when: number): boolean => {
  if (x.bugOn(x.ld(task, Task.tid) !== x.t, BUG.TASK_SCHEDULE_TID)) return false;
  if (x.rld(task, Task.state) & TASK.QUEUED) return true;
  const old = x.ld(task, Task.expire);
  const inWq = !listEmpty(x.m, x.part(task, Task.wq));
  setExpire(x, task, inWq && old !== 0 && old < when ? old : when);
  return taskQueue(x, task);
});

/** task_wakeup on the running thread: adds the reason, puts it in the run queue unless running or queued. */
export const taskWakeup = inline('task_wakeup', (x, task: T, reason: number): void => {
  const old = x.or(task, Task.state, reason);
  if (old & (TASK.RUNNING | TASK.QUEUED)) return;
  const tid = x.ld(task, Task.tid);
  if (tid >= 0 && tid !== x.t) x.fault('the model has no task woken by another thread');
  x.or(task, Task.state, TASK.QUEUED);
  listAppend(x.m, x.part(x.th, ThreadCtx.rqueue), x.part(task, Task.list));
  x.add(x.th, ThreadCtx.rqTotal, 1);
});

/** task_unlink_wq. False after a BUG_ON. */
export function taskUnlinkWq(x: Exec, task: T): boolean {
  const tid = x.ld(task, Task.tid);
  if (x.bugOn(tid >= 0 && tid !== x.t, BUG.UNLINK_WQ_TID)) return false;
  if (!listEmpty(x.m, x.part(task, Task.wq))) wqRemove(x, task);
  return true;
}

/** Class list of a tasklet woken on the running thread, by its state. */
export const localQueue = inline('tasklet_wakeup_here', (x, state: number): Ptr<'list'> => {
  const cur = x.ld(x.th, ThreadCtx.currentQueue);
  if (state & TASK.HEAVY) return x.part(x.th, ThreadCtx.heavy);
  if (state & TASK.SELF_WAKING) return x.part(x.th, ThreadCtx.bulk);
  return x.part(x.th, cur < 0 ? ThreadCtx.urgent : classList(cur));
});

/** Whether anything waits to be run here; reads the two lists others push to. */
export function threadHasTasks(x: Exec): boolean {
  if (!mtlEmpty(x.m, x.part(x.th, ThreadCtx.sharedTasklets))) return true;
  if (!mtlEmpty(x.m, x.part(x.th, ThreadCtx.hand))) return true;
  if (!listEmpty(x.m, x.part(x.th, ThreadCtx.rqueue))) return true;
  for (let q = 0; q < CLASSES; q++) if (!listEmpty(x.m, x.part(x.th, classList(q)))) return true;
  return false;
}

/** Wakes a sleeping thread: the byte in its poller pipe, at the waker's time. */
export function writePipe(x: Exec, tid: number): void {
  const th = x.thread(tid);
  x.st(th, ThreadCtx.wakeMs, x.ld(x.th, ThreadCtx.clockMs));
  x.st(th, ThreadCtx.wakeNs, x.ld(x.th, ThreadCtx.clockNs));
  x.ast(th, ThreadCtx.pipe, 1);
  x.woken = tid;
  x.resched = true;
}

/** tasklet_wakeup_after(head = NULL): to the front of a local list, with the assertion on its thread. False after a BUG_ON. */
export const taskletWakeupAfter = inline('tasklet_wakeup_after', (x, tl: T): boolean => {
  const state = x.or(tl, Task.state, TASK.IN_LIST);
  if (state & TASK.IN_LIST) return true;
  const tid = x.ld(tl, Task.tid);
  if (x.bugOn(tid >= 0 && tid !== x.t, BUG.WAKEUP_AFTER_TID)) return false;
  listInsertFirst(x.m, localQueue(x, state), x.part(tl, Task.list));
  x.add(x.th, ThreadCtx.rqTotal, 1);
  return true;
});

/**
 * task_destroy on the running thread: freed at once if it is the running one, or neither queued nor said to be running; else its turn
 * frees it, if that comes (M23). False after a BUG_ON.
 */
export const taskDestroy = inline('task_destroy', (x, task: T): boolean => {
  if (!taskUnlinkWq(x, task)) return false;
  if (x.rld(task, Task.state) & (TASK.QUEUED | TASK.RUNNING) && x.ld(x.th, ThreadCtx.current) !== task) {
    x.st(task, Task.process, -1);
    return true;
  }
  x.add(x.th, ThreadCtx.nbTasks, -1);
  x.free('task', task);
  return true;
});

/** tasklet_free: off whatever list it is in, a shared one too, and freed at once. False: another thread is at its links. */
export const taskletFree = inline('tasklet_free', (x, tl: T): boolean => {
  const tid = x.ld(tl, Task.tid);
  const was = mtlDelete(x.m, x.part(tl, Task.list));
  if (was === RETRY) return false;
  if (was) x.add(tid < 0 ? x.th : x.thread(tid), ThreadCtx.rqTotal, -1);
  x.free('tasklet', tl);
  return true;
});

/** First task of this thread's timers, or NULL. */
export function firstTimer(x: Exec): T {
  const n = listFirst(x.m, x.part(x.th, ThreadCtx.timers));
  return n ? x.owner(n, Task.wq) : NULL;
}

/** compute_poll_timeout: until when the poller waits where the next timer stands under `key`, both in the thread's ms. */
export const pollUntil = inline('compute_poll_timeout', (_x, key: number): number => key + 1);
