import { lookUp } from '../lib/dcid.ts';
import { getCidTid } from '../proc/cid-owner.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

export const F7cab3a3c3: Fix = {
  id: '7cab3a3c3',
  date: '2026-05-22',
  version: '3.4-dev14',
  bug: 'M16',
  title: 'dispatch looks a first flight up by its derived CID',
  sentence:
    'Dispatch looks in the derived CID’s tree for the derived CID; before, it looked there for the client’s original one, and found nothing.',
  requires: ['25174d51e'],
  ops: [
    replace(
      getCidTid,
      '5',
      getCidTid.step(
        '5n',
        'Look up the derived CID',
        { ref: '1.3/2', cost: COST.tree, touches: 'shared' },
        (x, l, at) => {
          x.loadDerived(l.dg, l.saddr);
          l.node = lookUp(x);
          return at.next;
        },
      ),
    ),
  ],
};
