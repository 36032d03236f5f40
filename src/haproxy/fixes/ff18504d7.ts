import { cursorsOf, highMask, lowMask, threadOf } from '../lib/accept.ts';
import { firstAfter, lessLoaded, secondAfter } from '../lib/choice.ts';
import { pairOfCounted, withCounter } from '../lib/choice-apart.ts';
import { Listener } from '../model/layouts.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

const p = listenerAccept;

export const Fff18504d7: Fix = {
  id: 'ff18504d7',
  date: '2023-04-21',
  version: '2.8-dev8',
  bug: '',
  title: 'the cursor word counts its changes',
  sentence:
    'Who moves the cursors counts it in their word, so that cursors which came round are told from cursors that nobody moved; of the 40 bits of that counter there are 8 here.',
  requires: ['77e33509c'],
  ops: [
    replace(
      p,
      '4ps',
      p.step(
        '4pc',
        'Which two threads do they name?',
        { ref: '9', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.pair = pairOfCounted(x.cfg.receivers, lowMask(x), highMask(x), l.idx);
          return at.next;
        },
      ),
      '9d360604b',
    ),
    replace(
      p,
      '4e',
      p.step(
        '4ec',
        'Take the less loaded, move the cursors, count the change',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { moved: '4' } },
        (x, l, at) => {
          const n = x.cfg.receivers;
          l.tid = threadOf(x, lessLoaded(l.pair, l.q1, l.q2));
          const idx = withCounter(
            firstAfter(n, l.pair, l.q1, l.q2),
            secondAfter(n, l.pair, l.q1, l.q2),
            l.idx,
          );
          return x.cas(cursorsOf(x), Listener.thrIdx, l.idx, idx) ? at.next : at.moved;
        },
      ),
      '1acbbca17',
    ),
  ],
};
