import { NULL } from '../../memory/mem.ts';
import { REFUSED } from '../lib/hand.ts';
import { ON_ITS_WAY } from '../model/flags.ts';
import { QuicConn, Task } from '../model/layouts.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { rebindByHand, refusalOf, refuse } from '../proc/rebind-by-hand.ts';
import { commitRebind } from '../proc/rebind-commit.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, remove, replace } from '../step/patch.ts';

const h = rebindByHand;
const META = { ref: '', cost: COST.local, touches: 'shared', to: { refused: 'H5' } } as const;
const TEXT = 'May it be rebound now? (our gate, not HAProxy’s)';

/** Our gate lets a connection with several CIDs pass. */
const seed = replace(
  h,
  'H1',
  h.step('H1x', TEXT, META, (x, l, at) => {
    l.to = x.ld(l.tl, Task.arg);
    const reason = refusalOf(x, l.qc);
    if (reason && reason !== REFUSED.severalCids) {
      refuse(x, l.qc, l.to, reason);
      return at.refused;
    }
    x.st(l.qc, QuicConn.handTask, NULL);
    return at.next;
  }),
);
const finalized = replace(
  h,
  'H1n',
  h.step('H1x', TEXT, META, (x, l, at) => {
    l.to = x.ld(l.tl, Task.arg);
    const reason = refusalOf(x, l.qc);
    if (reason && reason !== REFUSED.severalCids) {
      refuse(x, l.qc, l.to, reason);
      return at.refused;
    }
    x.st(l.tl, Task.arg, ON_ITS_WAY);
    return at.next;
  }),
  '739de3f11',
);

export const X06: Mutation = {
  id: 'X06',
  title: 'a rebind with several CIDs moves the first alone',
  requires: ['25174d51e'],
  forms: [
    { ops: [...remove(setTidAffinity, 'S13'), seed] },
    { from: '739de3f11', ops: [...remove(setTidAffinity, 'S13'), finalized] },
    { from: '95f624540', ops: [...remove(commitRebind, 'S13'), finalized] },
  ],
};
