import { TASK } from '../model/flags.ts';
import { Task } from '../model/layouts.ts';
import { processRunnable } from '../proc/run-tasks.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = processRunnable;

export const F45e83e8e8: Fix = {
  id: '45e83e8e8',
  date: '2025-05-02',
  version: '3.2-dev14',
  bug: 'M24',
  title: 'a killed task is counted off',
  sentence:
    'A task is counted off the lists before it is asked whether it was killed; before, one that was killed stayed counted, and with each rebind the thread could run two tasks less in a round.',
  requires: ['b81c9390f'],
  ops: [
    replace(
      p,
      'stateK',
      p.step(
        'stateL',
        'Once nobody else runs it: set RUNNING, clear what woke it; a tasklet that was killed?',
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
      'b81c9390f',
    ),
  ],
};
