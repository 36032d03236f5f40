import { QuicCid } from '../model/layouts.ts';
import { getCidTid } from '../proc/cid-owner.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = getCidTid;

/** The read of tid behind a lookup, of which there are two. */
const held = {
  ref: '1.3/3',
  cost: COST.atomic,
  touches: 'shared',
  roles: { cidRead: { node: 'node', lock: 'lock' } },
} as const;
const TITLE = 'Read its tid while the lock is held';

export const F72267ff35: Fix = {
  id: '72267ff35',
  date: null,
  version: '3.1-dev2',
  bug: 'M12',
  title: 'dispatch reads tid under the lock',
  sentence:
    'Dispatch reads the thread of a CID’s entry while it holds the lock of the tree; before, it read it after the unlock, when the entry could have been freed.',
  requires: ['25174d51e'],
  ops: [
    after(
      p,
      '2',
      p.step('2b', TITLE, held, (x, l, at) => {
        if (l.node) l.tid = x.rld(l.node, QuicCid.tid);
        return at.next;
      }),
    ),
    after(
      p,
      '5',
      p.step('5b', TITLE, held, (x, l, at) => {
        if (l.node) l.tid = x.rld(l.node, QuicCid.tid);
        return at.next;
      }),
    ),
    replace(
      p,
      '8',
      p.step(
        '8n',
        'That is the owner',
        { ref: '1.3/3', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
        (x, l, at) => {
          x.setRet(l.tid);
          return at.done;
        },
      ),
    ),
  ],
};
