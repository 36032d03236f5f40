import { highMask, lowMask } from '../lib/accept.ts';
import { pairOfHalves } from '../lib/choice.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = listenerAccept;

export const F9d360604b: Fix = {
  id: '9d360604b',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: '',
  title: 'the thread choice goes over all groups of a shard',
  sentence:
    'A cursor names a receiver and a thread, and the second is moved away where it names the very thread of the first; before, two cursors that had met stayed together, and the thread was taken without a comparison. There is one receiver here.',
  requires: ['1acbbca17'],
  ops: [
    replace(
      p,
      '4p',
      p.step(
        '4ps',
        'Which two threads do they name?',
        { ref: '9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.pair = pairOfHalves(lowMask(x), highMask(x), l.idx);
          return at.next;
        },
      ),
      '1acbbca17',
    ),
  ],
};
