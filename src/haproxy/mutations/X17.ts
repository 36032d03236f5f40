import { dgramParse } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, remove, replace } from '../step/patch.ts';

/** In place of leaving, once the owner has been woken. */
const goOn = replace(
  dgramParse,
  '3e',
  dgramParse.step(
    '3z',
    'Mutation X17: go on with the next packet of the datagram',
    {
      ref: '1.5/3',
      cost: COST.local,
      touches: 'own',
      roles: { redispatch: { dg: 'dg', other: 'other' } },
      to: { another: 'next' },
      down: false,
    },
    (_x, _l, at) => at.another,
  ),
);

export const X17: Mutation = {
  id: 'X17',
  title: 'a redispatch goes on with the next packet',
  requires: ['25174d51e'],
  until: '9b5f11cd3',
  forms: [{ ops: [goOn] }, { from: '7fc52357c', ops: [...remove(dgramParse, '3d'), goOn] }],
};
