import { AcceptRing } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { commitRebind } from '../proc/rebind-commit.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation, remove, replace } from '../step/patch.ts';

const p = listenerAccept;

/** Pushed and woken first; what rebinds it comes only then. */
const pushed = [
  ...remove(p, '6', '6b'),
  replace(
    p,
    '8',
    p.step(
      '8x',
      'Wake that thread’s ring tasklet',
      { ref: 'N8/6', cost: COST.local, touches: 'shared' },
      (x, l, at) => x.call(at.next, taskletWakeup, x.ld(x.at(AT.acceptRing, l.tid), AcceptRing.tasklet)),
    ),
    '1acbbca17',
  ),
];

const rebind = p.step(
  '8y',
  'Mutation X21: rebind it only now',
  { ref: 'N8/5', cost: COST.local, touches: 'own' },
  (x, l, at) => x.call(at.next, setTidAffinity, l.qc, l.tid),
);

const HAND_OVER = 'Mutation X21: and hand it over';
const META = { ref: '4.1/2', cost: COST.local, touches: 'own', to: { again: '1' }, down: false } as const;

export const X21: Mutation = {
  id: 'X21',
  title: 'the connection is pushed to the ring before it is rebound',
  requires: ['1acbbca17'],
  forms: [
    {
      ops: [
        ...pushed,
        after(
          p,
          '8x',
          rebind,
          p.step('8z', HAND_OVER, META, (_x, _l, at) => at.again),
        ),
      ],
    },
    {
      from: '95f624540',
      ops: [
        ...pushed,
        ...remove(p, '7a'),
        after(
          p,
          '8x',
          rebind,
          p.step('8z', HAND_OVER, META, (x, l, at) => x.call(at.again, commitRebind, l.qc, l.tid)),
        ),
      ],
    },
  ],
};
