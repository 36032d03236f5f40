import { listDelete } from '../../memory/list.ts';
import { wrUnlock } from '../../memory/rwlock.ts';
import { insertCid } from '../lib/cid.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { buildPostHandshakeFrames } from '../proc/cids.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, replace } from '../step/patch.ts';

const p = buildPostHandshakeFrames;

export const F2623e0a0b: Fix = {
  id: '2623e0a0b',
  date: '2025-11-10',
  version: '3.3-dev13',
  bug: 'M15',
  title: 'a new CID that is in the tree already is not used',
  sentence:
    'A new CID that another connection has already is forgotten; before, it was announced to the client, and its packets went to the other connection.',
  requires: ['25174d51e'],
  ops: [
    replace(
      p,
      '4',
      p.step(
        '4n',
        'Insert it; is there one like it?',
        { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
        (x, l, at) => {
          l.taken = insertCid(x, l.cid) ? 0 : 1;
          return at.next;
        },
      ),
    ),
    replace(
      p,
      '5',
      p.step(
        '5t',
        'Release the lock',
        { ref: 'N7', cost: COST.atomic, touches: 'shared', to: { more: '2' } },
        (x, l, at) => {
          wrUnlock(x.m, l.lock);
          return l.taken ? at.next : at.more;
        },
      ),
    ),
    after(
      p,
      '5t',
      p.step(
        '5n',
        'It is another’s: forget it',
        { ref: 'N7', cost: COST.pool, touches: 'shared', to: { more: '2' }, down: false },
        (x, l, at) => {
          listDelete(x.m, x.part(l.cid, QuicCid.byQc));
          x.inc(l.qc, QuicConn.nextCidSeq, -1);
          x.free('cid', l.cid);
          l.taken = 0;
          return at.more;
        },
      ),
    ),
  ],
};
