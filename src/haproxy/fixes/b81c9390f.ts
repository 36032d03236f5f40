import { TASK } from '../model/flags.ts';
import { Task } from '../model/layouts.ts';
import { processRunnable } from '../proc/run-tasks.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = processRunnable;

export const Fb81c9390f: Fix = {
  id: 'b81c9390f',
  date: '2025-04-30',
  version: '3.2-dev13',
  bug: '',
  title: 'killed tasks and tasklets go one way',
  sentence:
    'What was killed is freed before it is counted off the lists, whether it is a task or a tasklet; before, a task was counted off first. Each task that is killed is counted for ever from there on (M24).',
  requires: ['25174d51e', '9240cd4a2'],
  ops: [
    replace(
      p,
      'stateR',
      p.step(
        'stateK',
        'Once nobody else runs it: set RUNNING, clear what woke it; was it killed? Then it is freed as it is (M24)',
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
          if (state & TASK.KILLED || x.ld(l.tl, Task.process) === -1) return at.killed;
          return state & TASK.F_TASKLET ? at.tasklet : at.next;
        },
      ),
      '9240cd4a2',
    ),
  ],
};
