import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, remove } from '../step/patch.ts';
import { finalizeRebind } from './739de3f11.ts';

const s = sessionAcceptFd;

export const Fa8968701c: Fix = {
  id: 'a8968701c',
  date: '2023-11-20',
  version: '2.9-dev11',
  bug: 'M05',
  title: 'finalize before the session and its rules',
  sentence:
    'Finalize comes first of all when a session starts; before, a tcp-request rule could reject a connection that was still marked as moved.',
  requires: ['d6646dddc'],
  ops: [
    ...remove(s, '3g'),
    after(
      s,
      '1',
      s.step(
        '1f',
        'Rebound and not finished yet? Finish it first',
        { ref: 'N8/9', cost: COST.local, touches: 'conn' },
        (x, l, at) =>
          x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED ? x.call(at.next, finalizeRebind, l.qc) : at.next,
      ),
    ),
  ],
};
