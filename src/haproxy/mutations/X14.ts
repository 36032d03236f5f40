import { finalizeRebind } from '../fixes/739de3f11.ts';
import { clearFlags } from '../lib/conn.ts';
import { QC } from '../model/flags.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, replace } from '../step/patch.ts';
import { TP } from '../step/trace.ts';

const f = finalizeRebind;
const s = sessionAcceptFd;

/** Finalize asks for no mark. */
const unmarked = replace(
  f,
  'F0',
  f.step(
    'F0x',
    'It must be marked as rebound; clear the mark',
    { ref: 'N10', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.finalizeEnter, l.qc);
      clearFlags(x, l.qc, QC.AFFINITY_CHANGED);
      return at.next;
    },
  ),
  'd6646dddc',
);

/** The session does not look whether it is due. */
const asked = { ref: 'N8/9', cost: COST.local, touches: 'own' } as const;

export const X14: Mutation = {
  id: 'X14',
  title: 'finalize whether or not it has been done',
  requires: ['d6646dddc'],
  forms: [
    {
      ops: [
        unmarked,
        replace(
          s,
          '3g',
          s.step('3gx', 'Rebound and not finished yet? Finish it', asked, (x, l, at) =>
            x.call(at.next, finalizeRebind, l.qc),
          ),
          'd6646dddc',
        ),
      ],
    },
    {
      from: 'a8968701c',
      ops: [
        unmarked,
        replace(
          s,
          '1f',
          s.step('1fx', 'Rebound and not finished yet? Finish it first', asked, (x, l, at) =>
            x.call(at.next, finalizeRebind, l.qc),
          ),
          'a8968701c',
        ),
      ],
    },
  ],
};
