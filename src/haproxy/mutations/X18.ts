import { dgramDcid, isInitialOrZeroRtt, keyLock } from '../lib/dcid.ts';
import { getCidTid } from '../proc/cid-owner.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, type Op, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = getCidTid;

/** Each step that takes or releases a lock does what else it does, and leaves the lock alone. `found`: where the first unlock leads. */
const unlocked = (found: string): Op[] => [
  replace(
    p,
    '1',
    p.step(
      '1x',
      'Take the read lock of the CID’s tree',
      { ref: '1.3/1', cost: COST.atomic, touches: 'own' },
      (x, l, at) => {
        dgramDcid(x, l.dg);
        l.lock = keyLock(x);
        return at.next;
      },
    ),
  ),
  replace(
    p,
    '3',
    p.step(
      '3x',
      'Release the lock',
      { ref: '1.3/1', cost: COST.atomic, touches: 'own', to: { found, unknown: RET } },
      (x, l, at) => {
        if (l.node) return at.found;
        if (isInitialOrZeroRtt(x, l.dg)) return at.next;
        x.setRet(-1);
        return at.unknown;
      },
    ),
  ),
  replace(
    p,
    '4',
    p.step(
      '4x',
      'Unknown, an Initial or 0-RTT: derive the first CID, lock its tree',
      { ref: '1.3/2', cost: COST.atomic, touches: 'own' },
      (x, l, at) => {
        x.loadDerived(l.dg, l.saddr);
        l.lock = keyLock(x);
        return at.next;
      },
    ),
  ),
  replace(
    p,
    '6',
    p.step(
      '6x',
      'Release the lock',
      { ref: '1.3/2', cost: COST.atomic, touches: 'own', to: { unknown: RET } },
      (x, l, at) => {
        if (l.node) return at.next;
        x.setRet(-1);
        return at.unknown;
      },
    ),
  ),
];

export const X18: Mutation = {
  id: 'X18',
  title: 'dispatch looks a CID up without its tree’s lock',
  requires: ['25174d51e'],
  forms: [{ ops: unlocked('8') }, { from: '72267ff35', ops: unlocked('8n') }],
};
