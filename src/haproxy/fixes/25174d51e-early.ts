import { acceptPushQc } from '../proc/accept.ts';
import { treatRxPkts } from '../proc/rxtreat.ts';
import { COST } from '../step/cost.ts';
import { before, type Op } from '../step/patch.ts';

const t = treatRxPkts;

/** What the seed's steps do besides where clients send early data (ha_quic_set_encryption_secrets). At which step of TLS it comes is ours. */
export const SEED_EARLY: readonly Op[] = [
  before(
    t,
    'hello',
    t.step(
      'early',
      'There are keys to read early data with: push it to be accepted',
      { ref: 'N3.3', cost: COST.local, touches: 'own' },
      (x, l, at) => x.call(at.next, acceptPushQc, l.qc),
    ),
  ),
];
