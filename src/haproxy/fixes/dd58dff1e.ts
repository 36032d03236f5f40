import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { deleteCid } from '../lib/cid.ts';
import { lockOf } from '../lib/dcid.ts';
import { retireConnectionId } from '../proc/cids.ts';
import { COST } from '../step/cost.ts';
import { after, before, type Fix, replace } from '../step/patch.ts';

const p = retireConnectionId;

export const Fdd58dff1e: Fix = {
  id: 'dd58dff1e',
  date: null,
  version: '3.0-dev1',
  bug: 'M22',
  title: 'a retired CID leaves the tree under its lock',
  sentence:
    'A CID that the client retires leaves its tree with the tree’s lock held; before, without it, while other threads might look a CID up there.',
  requires: ['25174d51e'],
  ops: [
    before(
      p,
      '2',
      p.step(
        '2l',
        'Take the write lock of its tree',
        { ref: 'N7', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          const lock = lockOf(x, l.cid);
          if (!wrTry(x.m, lock)) return at.retry;
          l.lock = lock;
          return at.next;
        },
      ),
    ),
    replace(
      p,
      '2',
      p.step(
        '2n',
        'Delete it from the tree',
        { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
        (x, l, at) => {
          deleteCid(x, l.cid);
          return at.next;
        },
      ),
    ),
    after(
      p,
      '2n',
      p.step('2u', 'Release the lock', { ref: 'N7', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
        wrUnlock(x.m, l.lock);
        return at.next;
      }),
    ),
  ],
};
