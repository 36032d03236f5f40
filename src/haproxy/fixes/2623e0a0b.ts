import { NULL, RETRY } from '../../memory/mem.ts';
import { wrUnlock } from '../../memory/rwlock.ts';
import { freshCid, insertCid, numberCid } from '../lib/cid.ts';
import { buildPostHandshakeFrames, INTERNAL_ERROR, retireConnectionId } from '../proc/cids.ts';
import { setConnectionClose } from '../proc/tx.ts';
import { COST } from '../step/cost.ts';
import { after, aside, type Fix, replace } from '../step/patch.ts';

const p = buildPostHandshakeFrames;
const r = retireConnectionId;

/** How often another is drawn in the place of a retired one. */
const TRIES = 3;

export const F2623e0a0b: Fix = {
  id: '2623e0a0b',
  date: '2025-11-10',
  version: '3.3-dev13',
  bug: 'M15',
  title: 'a new CID that is in the tree already is not used',
  sentence:
    'A new CID goes into its tree before it gets its number, and one that another connection has already is forgotten; before, it was announced to the client, and its packets went to the other connection.',
  requires: ['25174d51e'],
  ops: [
    replace(
      p,
      '2',
      p.step(
        '2f',
        'Make the next CID, without a number yet; its tid is this thread',
        { ref: 'N7', cost: COST.pool, touches: 'shared', to: { enough: '6', none: 'e1' } },
        (x, l, at) => {
          if (l.left <= 0) return at.enough;
          const cid = freshCid(x, l.qc);
          if (cid === RETRY) return at.retry;
          if (cid === NULL) return at.none;
          l.cid = cid;
          l.left = l.left - 1;
          return at.next;
        },
      ),
    ),
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
        { ref: 'N7', cost: COST.atomic, touches: 'shared', to: { taken: '5n' } },
        (x, l, at) => {
          wrUnlock(x.m, l.lock);
          return l.taken ? at.taken : at.next;
        },
      ),
    ),
    after(
      p,
      '5t',
      p.step(
        '5g',
        'It is in: now it gets its number',
        { ref: 'N7', cost: COST.local, touches: 'conn', to: { more: '2f' }, down: false },
        (x, l, at) => {
          numberCid(x, l.qc, l.cid);
          return at.more;
        },
      ),
      p.step(
        '5n',
        'It is another’s: forget it',
        { ref: 'N7', cost: COST.pool, touches: 'shared', to: { more: '2f' }, down: false },
        (x, l, at) => {
          x.free('cid', l.cid);
          l.taken = 0;
          return at.more;
        },
      ),
    ),
    replace(
      r,
      '4',
      r.step(
        '4f',
        'Make another in its place, without a number yet: up to three times',
        { ref: 'N7', cost: COST.pool, touches: 'shared', to: { none: '8' } },
        (x, l, at) => {
          if (l.tries >= TRIES) return at.none;
          const cid = freshCid(x, l.qc);
          if (cid === RETRY) return at.retry;
          if (cid === NULL) return at.none;
          l.tries = l.tries + 1;
          l.fresh = cid;
          return at.next;
        },
      ),
    ),
    replace(
      r,
      '6',
      r.step(
        '6n',
        'Insert it; is there one like it?',
        { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'fresh' } } },
        (x, l, at) => {
          l.taken = insertCid(x, l.fresh) ? 0 : 1;
          return at.next;
        },
      ),
    ),
    replace(
      r,
      '7',
      r.step(
        '7t',
        'Release the lock',
        { ref: 'N7', cost: COST.atomic, touches: 'shared', to: { taken: '7n' } },
        (x, l, at) => {
          wrUnlock(x.m, l.lock);
          return l.taken ? at.taken : at.next;
        },
      ),
    ),
    after(
      r,
      '7t',
      r.step(
        '7g',
        'It is in: now it gets its number',
        { ref: 'N7', cost: COST.local, touches: 'conn', to: { done: 'out' }, down: false },
        (x, l, at) => {
          numberCid(x, l.qc, l.fresh);
          return at.done;
        },
      ),
      r.step(
        '7n',
        'It is another’s: forget it, and try again',
        { ref: 'N7', cost: COST.pool, touches: 'shared', to: { again: '4f' }, down: false },
        (x, l, at) => {
          x.free('cid', l.fresh);
          l.taken = 0;
          return at.again;
        },
      ),
    ),
    aside(
      r,
      'out',
      r.step(
        '8',
        'None can be had: close the connection',
        { ref: 'N7', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, setConnectionClose, l.qc, INTERNAL_ERROR),
      ),
    ),
  ],
};
