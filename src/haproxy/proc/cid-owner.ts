/** From a datagram's first bytes to the thread that its CID names (semantics 1.2/1, 1.3). */
import { rdTry, rdUnlock } from '../../memory/rwlock.ts';
import { dgramDcid, isInitialOrZeroRtt, keyLock, keyRoot, lookUp, lookUpIn } from '../lib/dcid.ts';
import { QuicCid } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { int, procedure, RET, to } from '../step/proc.ts';

const owner = procedure({
  key: 'quic_get_cid_tid',
  verb: 'Looking up the owner',
  locals: { dg: int, saddr: int, node: to('quic_connection_id'), lock: to('word'), tid: int },
  args: ['dg', 'saddr'],
});

/** Returns the tid of the CID at the head of datagram `dg`, -1 when there is none. */
export const getCidTid = owner.body([
  owner.step(
    '1',
    'Take the read lock of the CID’s tree',
    { ref: '1.3/1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      dgramDcid(x, l.dg);
      const lock = keyLock(x);
      if (!rdTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  owner.step('2', 'Look the CID up', { ref: '1.3/1', cost: COST.tree, touches: 'shared' }, (x, l, at) => {
    dgramDcid(x, l.dg);
    l.node = lookUp(x);
    return at.next;
  }),
  owner.step(
    '3',
    'Release the lock',
    { ref: '1.3/1', cost: COST.atomic, touches: 'shared', to: { found: '8', unknown: RET } },
    (x, l, at) => {
      rdUnlock(x.m, l.lock);
      if (l.node) return at.found;
      if (isInitialOrZeroRtt(x, l.dg)) return at.next;
      x.setRet(-1);
      return at.unknown;
    },
  ),
  owner.step(
    '4',
    'Unknown, an Initial or 0-RTT: derive the first CID, lock its tree',
    { ref: '1.3/2 1.8', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.loadDerived(l.dg, l.saddr);
      const lock = keyLock(x);
      if (!rdTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  owner.step(
    '5',
    'Look up the original CID in the derived CID’s tree (M16: the wrong key)',
    { ref: '1.3/2', cost: COST.tree, touches: 'shared' },
    (x, l, at) => {
      x.loadDerived(l.dg, l.saddr);
      const root = keyRoot(x);
      dgramDcid(x, l.dg);
      l.node = lookUpIn(x, root);
      return at.next;
    },
  ),
  owner.step(
    '6',
    'Release the lock',
    { ref: '1.3/2', cost: COST.atomic, touches: 'shared', to: { unknown: RET } },
    (x, l, at) => {
      rdUnlock(x.m, l.lock);
      if (l.node) return at.next;
      x.setRet(-1);
      return at.unknown;
    },
  ),
  owner.step(
    '8',
    'Read the entry’s tid, after the lock is released (M12)',
    {
      ref: '1.3/3',
      cost: COST.atomic,
      touches: 'shared',
      roles: { cidRead: { node: 'node', lock: 'lock' } },
      to: { done: RET },
      down: false,
    },
    (x, l, at) => {
      x.setRet(x.rld(l.node, QuicCid.tid));
      return at.done;
    },
  ),
]);
