import { rdUnlock } from '../../memory/rwlock.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { aside, edge, type Fix } from '../step/patch.ts';

const p = rcvBuf;

export const F192abc6f8: Fix = {
  id: '192abc6f8',
  date: '2024-07-01',
  version: '3.1-dev3',
  bug: 'M13b',
  title: 'and releases the lock when it is its own',
  sentence:
    'A connection that reads its own socket releases the lock of the tree whichever connection the entry points to; before, it kept the lock when that was itself.',
  requires: ['05f59a51a'],
  ops: [
    aside(
      p,
      '4',
      p.step(
        '3g',
        'It is this one: release the lock',
        { ref: '1.10', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          rdUnlock(x.m, l.lock);
          return at.next;
        },
      ),
    ),
    edge(p, '3e', 'mine', '3g', '05f59a51a'),
  ],
};
