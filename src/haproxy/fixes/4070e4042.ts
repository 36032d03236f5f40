import { idleTimerTask } from '../proc/timers.ts';
import { edge, type Fix } from '../step/patch.ts';

export const F4070e4042: Fix = {
  id: '4070e4042',
  date: '2023-10-17',
  version: '2.9-dev8',
  bug: 'M23',
  title: 'the idle task does not say that it is gone while it lives',
  sentence:
    'The idle task of a connection that a mux holds stays a task that can be killed; before, it answered that it was gone, and nothing could free it any more.',
  requires: ['25174d51e'],
  ops: [edge(idleTimerTask, '4', 'held', 'stay')],
};
