/** The scheduler: what is ready is called, one after the other (semantics 2.1, 3.3). */
import { listAppend, listDelete, listEmpty, listFirst } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlEmpty, mtlPop, mtlSpliceToList } from '../../memory/mtlist.ts';
import type { Ptr } from '../../memory/struct.ts';
import {
  CLASSES,
  classList,
  isTasklet,
  taskQueue,
  taskUnlinkWq,
  taskWakeup,
  threadHasTasks,
} from '../lib/tasks.ts';
import { TASK, WOKEN } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';

const run = procedure({
  key: 'process_runnable_tasks',
  verb: 'Running tasks',
  locals: {
    /** What is left to be called. */
    budget: int,
    tl: to('task'),
    state: int,
    /** Class that is run, and what is left of the share of each, urgent to heavy. */
    q: int,
    m0: int,
    m1: int,
    m2: int,
    m3: int,
  },
  args: [],
  roles: ['scheduler'],
  means: true,
});

export const processRunnable = run.body([
  run.step(
    '1',
    'Anything to run? Else leave',
    { ref: '2.1', cost: COST.local, touches: 'shared', to: { nothing: RET } },
    (x, l, at) => {
      if (!threadHasTasks(x)) return at.nothing;
      l.budget = x.cfg.runqueueDepth;
      return at.next;
    },
  ),
  run.step(
    's',
    'Share what is left among the classes that have something: 64, 48, 16, 1',
    { ref: '2.1', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      shareOut(x, l, 64, 48, 16);
      return at.next;
    },
  ),
  run.step(
    '2',
    'Move woken tasks from the run queue to the normal class, as many as its share allows',
    { ref: '2.1', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const queue = x.part(x.th, ThreadCtx.rqueue);
      const most = l.m1 - x.rld(x.th, ThreadCtx.tasksInList);
      let n = 0;
      for (let t = listFirst(x.m, queue); t && n < most; t = listFirst(x.m, queue)) {
        listDelete(x.m, t);
        listAppend(x.m, x.part(x.th, ThreadCtx.normal), t);
        n++;
      }
      if (n) x.add(x.th, ThreadCtx.tasksInList, n);
      return at.next;
    },
  ),
  run.step(
    '3',
    'Take over the tasklets that others pushed',
    { ref: '2.1', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      const pushed = x.part(x.th, ThreadCtx.sharedTasklets);
      if (mtlEmpty(x.m, pushed)) return at.next;
      const moved = mtlSpliceToList(x.m, pushed, x.part(x.th, ThreadCtx.urgent));
      return moved === RETRY ? at.retry : at.next;
    },
  ),
  run.step(
    '4',
    'An order by hand comes first',
    { ref: '', cost: COST.local, touches: 'shared', to: { order: 'call' } },
    (x, l, at) => {
      const orders = x.part(x.th, ThreadCtx.hand);
      if (mtlEmpty(x.m, orders)) return at.next;
      const el = mtlPop(x.m, orders);
      if (el === RETRY) return at.retry;
      if (!el) return at.next;
      l.tl = taskOf(x, el);
      x.st(x.th, ThreadCtx.currentQueue, 0);
      return at.order;
    },
  ),
  run.step(
    'pick',
    'Take the first of the class that is run, or of the next one with something and a share',
    { ref: '2.1', cost: COST.local, touches: 'shared', to: { over: RET, more: 's' } },
    (x, l, at) => {
      for (let q = l.q; q < CLASSES; q++) {
        l.q = q;
        const left = q === 0 ? l.m0 : q === 1 ? l.m1 : q === 2 ? l.m2 : l.m3;
        const n = listFirst(x.m, x.part(x.th, classList(q)));
        const rest = n && left > 0 ? left - 1 : 0;
        if (q === 0) l.m0 = rest;
        else if (q === 1) l.m1 = rest;
        else if (q === 2) l.m2 = rest;
        else l.m3 = rest;
        if (!n || left <= 0) continue;
        listDelete(x.m, n);
        x.add(x.th, ThreadCtx.rqTotal, -1);
        l.tl = x.owner(n, Task.list);
        x.st(x.th, ThreadCtx.currentQueue, q);
        return at.next;
      }
      return l.budget > 0 && threadHasTasks(x) ? at.more : at.over;
    },
  ),
  run.step(
    'state',
    'Clear what woke it; was it killed?',
    {
      ref: '2.1',
      cost: COST.atomic,
      touches: 'shared',
      roles: { taskInHand: { tl: 'tl' } },
      to: { killed: 'free', tasklet: 'call' },
    },
    (x, l, at) => {
      const state = x.rld(l.tl, Task.state);
      const tasklet = (state & TASK.F_TASKLET) !== 0;
      if (!x.cas(l.tl, Task.state, state, (state & TASK.PERSISTENT) | (tasklet ? 0 : TASK.RUNNING)))
        return at.retry;
      l.state = state;
      if (!tasklet) return at.next;
      return state & TASK.KILLED ? at.killed : at.tasklet;
    },
  ),
  run.step(
    'listed',
    'A task: one less in the lists. Was it killed?',
    {
      ref: '2.1',
      cost: COST.atomic,
      touches: 'shared',
      roles: { taskInHand: { tl: 'tl' } },
      to: { killed: 'free' },
    },
    (x, l, at) => {
      x.add(x.th, ThreadCtx.tasksInList, -1);
      return l.state & TASK.KILLED || x.ld(l.tl, Task.process) === -1 ? at.killed : at.next;
    },
  ),
  run.step('call', 'Call its function', { ref: '2.1', cost: COST.local, touches: 'shared' }, (x, l, at) => {
    x.st(x.th, ThreadCtx.current, l.tl);
    return x.callId(at.next, x.ld(l.tl, Task.process), l.tl, x.ld(l.tl, Task.context), l.state);
  }),
  run.step(
    'after',
    'Back from it: a task that is still alive is queued again',
    { ref: '2.1', cost: COST.atomic, touches: 'shared', to: { over: 'next', killed: 'free' } },
    (x, l, at) => {
      const task = x.ret as Ptr<'task'>;
      x.st(x.th, ThreadCtx.current, NULL);
      x.st(x.th, ThreadCtx.currentQueue, -1);
      x.st(x.th, ThreadCtx.ret, 0);
      l.budget = l.budget - 1;
      if (l.state & TASK.F_TASKLET || task !== l.tl) return at.over;
      const state = x.rld(task, Task.state);
      if (state & TASK.KILLED || x.ld(task, Task.process) === -1) return at.killed;
      if (!taskQueue(x, task)) return at.next;
      x.and(task, Task.state, ~TASK.RUNNING);
      if (state & WOKEN) taskWakeup(x, task, 0);
      return at.over;
    },
  ),
  run.step(
    'free',
    'It was killed: free it here, without calling it',
    { ref: '3.3', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      if (isTasklet(x, l.tl)) x.free('tasklet', l.tl);
      else {
        if (!taskUnlinkWq(x, l.tl)) return at.next;
        x.add(x.th, ThreadCtx.nbTasks, -1);
        x.free('task', l.tl);
      }
      x.st(x.th, ThreadCtx.currentQueue, -1);
      return at.next;
    },
  ),
  run.step(
    'next',
    'Next',
    { ref: '2.1', cost: COST.local, touches: 'own', to: { again: '4' }, down: false },
    (_x, l, at) => {
      l.tl = NULL;
      l.state = 0;
      return at.again;
    },
  ),
]);

/** The task or tasklet whose run queue node stands in an MT_LIST: it aliases its place in a plain list. */
const taskOf = (x: Exec, el: Ptr<'mt_list'>): Ptr<'task'> => x.owner(el as number as Ptr<'list'>, Task.list);

/** Whether class `q` of this thread has something. */
const hasClass = (x: Exec, q: number): boolean => !listEmpty(x.m, x.part(x.th, classList(q)));

/** What is left is shared by the weights of URGENT, NORMAL and BULK, of those that have something; HEAVY's is 1, and its share cut. */
export function shareOut(
  x: Exec,
  l: { budget: number; q: number; m0: number; m1: number; m2: number; m3: number },
  urgent: number,
  normal: number,
  bulk: number,
): void {
  const total = x.rld(x.th, ThreadCtx.rqTotal);
  const n = total > l.budget && total <= 2 * l.budget ? total >> 1 : l.budget;
  const pushed = !mtlEmpty(x.m, x.part(x.th, ThreadCtx.sharedTasklets));
  const w0 = hasClass(x, 0) || pushed ? urgent : 0;
  const w1 = hasClass(x, 1) || !listEmpty(x.m, x.part(x.th, ThreadCtx.rqueue)) ? normal : 0;
  const w2 = hasClass(x, 2) ? bulk : 0;
  const w3 = hasClass(x, 3) ? 1 : 0;
  const sum = w0 + w1 + w2 + w3;
  l.m0 = shareOf(n, w0, sum);
  l.m1 = shareOf(n, w1, sum);
  l.m2 = shareOf(n, w2, sum);
  l.m3 = Math.min(shareOf(n, w3, sum), 1 + (sum > w3 ? total >> 10 : total >> 7));
  l.q = 0;
}

/** Of `n` what weight `w` gets where the weights are `sum` together: rounded up. */
const shareOf = (n: number, w: number, sum: number): number =>
  w === 0 ? 0 : Math.floor((n * w + sum - 1) / sum);
