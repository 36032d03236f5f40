import { processRunnable, shareOut } from '../proc/run-tasks.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = processRunnable;

export const Fed6a4bc80: Fix = {
  id: 'ed6a4bc80',
  date: '2026-03-23',
  version: '3.4-dev8',
  bug: '',
  title: 'other weights of the classes',
  sentence:
    'NORMAL has a weight of 60 and BULK one of 4 beside the 64 of URGENT; before, 48 and 16. The real-time class has none here.',
  requires: ['25174d51e'],
  ops: [
    replace(
      p,
      's',
      p.step(
        'sW',
        'Share what is left among the classes that have something: 64, 60, 4, 1',
        { ref: '2.1', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          shareOut(x, l, 64, 60, 4);
          return at.next;
        },
      ),
    ),
  ],
};
