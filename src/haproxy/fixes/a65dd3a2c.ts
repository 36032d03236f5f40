import { QuicDgram } from '../model/layouts.ts';
import { dgramParse, leaveNoMemory } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = dgramParse;

export const Fa65dd3a2c: Fix = {
  id: 'a65dd3a2c',
  date: null,
  version: '2.8-dev8',
  bug: 'M18',
  title: 'a datagram is marked as consumed without memory too',
  sentence:
    'A datagram for which no packet can be allocated is marked as consumed; before, it stayed unconsumed, and what had been received after it stayed in its receive buffer for ever.',
  requires: ['25174d51e'],
  ops: [
    before(
      p,
      'nomem1',
      p.step(
        'nomem',
        'Mark it as consumed all the same',
        { ref: '1.5/1', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          x.ast(l.dgram, QuicDgram.buf, 0);
          return at.next;
        },
      ),
    ),
    replace(
      p,
      'nomem1',
      p.step(
        'nomem1n',
        'No memory: leave with an error',
        { ref: '1.5/1', cost: COST.local, touches: 'shared', to: { failed: RET }, down: false },
        (x, l, at) => {
          leaveNoMemory(x, l.dg);
          return at.failed;
        },
      ),
    ),
  ],
};
