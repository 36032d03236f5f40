import { NULL } from '../../memory/mem.ts';
import { taskDestroy } from '../lib/tasks.ts';
import { QuicConn } from '../model/layouts.ts';
import { idleTimerTask } from '../proc/timers.ts';
import { COST } from '../step/cost.ts';
import { after, edge, type Fix } from '../step/patch.ts';
import { errors } from './7ecf4b34b-errors.ts';

const i = idleTimerTask;

/**
 * Not in it, but in the model from here on: calls on sockets that fail, which HAProxy meets at the seed too, and qc_kill_conn. The order
 * beside 3df6a6011 and bb28215d9, of the same day, is ours.
 */
export const F7ecf4b34b: Fix = {
  id: '7ecf4b34b',
  date: '2023-11-09',
  version: '2.9-dev10',
  bug: 'M39',
  title: 'an idle task that a mux outlives ends itself',
  sentence:
    'The idle task of a connection that a mux still holds when it has run out frees itself; before, it went back to the timers with a date that had passed, and ran again in each round of the loop until the mux went. A kill that comes after that still asks it to run (M33).',
  requires: ['4070e4042', '9f7cfb0a5'],
  ops: [
    ...errors,
    edge(i, '4', 'held', 'own', '4070e4042'),
    after(
      i,
      'end',
      i.step(
        'own',
        'Something is on it still: whoever ends that releases it, and this task is over',
        { ref: 'N4', cost: COST.pool, touches: 'shared', to: { over: '4h' }, down: false },
        (x, l, at) => {
          x.st(l.qc, QuicConn.idleTask, NULL);
          taskDestroy(x, l.task);
          return at.over;
        },
      ),
    ),
  ],
};
