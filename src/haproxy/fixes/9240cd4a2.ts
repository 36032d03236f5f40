import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { taskQueue, taskWakeup } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { TASK, WOKEN } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { processRunnable } from '../proc/run-tasks.ts';
import { MARK, markKilled, taskletKill } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { type Fix, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = processRunnable;
const k = taskletKill;

/** In C its callback has returned NULL: of those that a class list may hold, a session's tasklet frees itself. */
const gone = (x: Exec, tl: Ptr<'task'>): boolean =>
  x.isSlot('mux', tl) ? x.isFree('mux', tl) : x.isFree('tasklet', tl);

export const F9240cd4a2: Fix = {
  id: '9240cd4a2',
  date: '2025-04-25',
  version: '3.2-dev13',
  bug: 'M31',
  title: 'a tasklet says that it is running',
  sentence:
    'A tasklet has RUNNING while its function runs, and a thread that takes one which another still runs waits for it; before, two threads could be in one. A kill asks of a tasklet only whether it is queued.',
  requires: ['25174d51e'],
  ops: [
    replace(
      p,
      'state',
      p.step(
        'stateR',
        'Once nobody else runs it: set RUNNING, clear what woke it; was it killed?',
        {
          ref: '2.1',
          cost: COST.atomic,
          touches: 'shared',
          roles: { taskInHand: { tl: 'tl' } },
          to: { killed: 'free', tasklet: 'call' },
        },
        (x, l, at) => {
          const state = x.rld(l.tl, Task.state);
          if (state & TASK.RUNNING) return at.retry;
          if (!x.cas(l.tl, Task.state, state, (state & TASK.PERSISTENT) | TASK.RUNNING)) return at.retry;
          l.state = state;
          if (!(state & TASK.F_TASKLET)) return at.next;
          return state & TASK.KILLED ? at.killed : at.tasklet;
        },
      ),
    ),
    replace(
      p,
      'after',
      p.step(
        'afterR',
        'Back from it: what is still alive runs no more, and a task is queued again',
        { ref: '2.1', cost: COST.atomic, touches: 'shared', to: { over: 'next', killed: 'free' } },
        (x, l, at) => {
          const task = x.ret as Ptr<'task'>;
          x.st(x.th, ThreadCtx.current, NULL);
          x.st(x.th, ThreadCtx.currentQueue, -1);
          x.st(x.th, ThreadCtx.ret, 0);
          l.budget = l.budget - 1;
          if (l.state & TASK.F_TASKLET) {
            if (!gone(x, l.tl)) x.and(l.tl, Task.state, ~TASK.RUNNING);
            return at.over;
          }
          if (task !== l.tl) return at.over;
          const state = x.rld(task, Task.state);
          if (state & TASK.KILLED || x.ld(task, Task.process) === -1) return at.killed;
          if (!taskQueue(x, task)) return at.next;
          x.and(task, Task.state, ~TASK.RUNNING);
          if (state & WOKEN) taskWakeup(x, task, 0);
          return at.over;
        },
      ),
    ),
    replace(
      k,
      '1',
      k.step(
        '1q',
        MARK,
        { ref: '3.3', cost: COST.atomic, touches: 'shared', to: { busy: RET } },
        (x, l, at) => markKilled(x, l.tl, TASK.IN_LIST, TASK.IN_LIST, BUG.TASKLET_KILLED, at),
      ),
    ),
  ],
};
