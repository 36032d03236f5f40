import { ledgerDrop } from '../lib/kernel.ts';
import { DROP_REASON } from '../model/flags.ts';
import { dgramParse } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, replace } from '../step/patch.ts';

/** Not HAProxy's: what would end H12. */
export const H12: Mutation = {
  id: 'H12',
  title: 'a redispatch that finds no room is counted',
  requires: ['9b5f11cd3'],
  forms: [
    {
      ops: [
        replace(
          dgramParse,
          '3r',
          dgramParse.step(
            '3rc',
            'Against H12: look at the answer, and count it in rxbuf_full',
            {
              ref: 'B7/refused',
              cost: COST.atomic,
              touches: 'shared',
              roles: { redispatch: { dg: 'dg', other: 'other' } },
              verb: 'Redispatching',
            },
            (x, l, at) => {
              if (x.ret !== 1) ledgerDrop(x, l.dg, DROP_REASON.rxbufFull);
              return at.next;
            },
          ),
          '9b5f11cd3',
        ),
      ],
    },
  ],
};
