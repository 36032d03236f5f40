import { idleTimerTask, processTimer } from '../proc/timers.ts';
import { edge, type Fix, remove } from '../step/patch.ts';

export const F4070e4042: Fix = {
  id: '4070e4042',
  date: '2023-10-17',
  version: '2.9-dev8',
  bug: 'M23',
  title: 'a task does not say that it is gone while it lives',
  sentence:
    'The idle task of a connection that a mux holds, and the loss timer of one that drains or is to be killed, stay tasks that can be killed; before, they answered that they were gone, and nothing could free them any more.',
  requires: ['25174d51e', 'd21c628ff'],
  ops: [
    edge(idleTimerTask, '4', 'held', 'stay'),
    ...remove(processTimer, '0n'),
    edge(processTimer, '0d', 'dead', '6', 'd21c628ff'),
  ],
};
