import { QuicDgram } from '../model/layouts.ts';
import { dgramParse } from '../proc/dgram.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation } from '../step/patch.ts';

export const X16: Mutation = {
  id: 'X16',
  title: 'a redispatched datagram is marked as consumed',
  requires: ['25174d51e'],
  until: '9b5f11cd3',
  forms: [
    {
      ops: [
        after(
          dgramParse,
          '3c',
          dgramParse.step(
            '3y',
            'Mutation X16: mark it as consumed here',
            {
              ref: '1.5/3',
              cost: COST.atomic,
              touches: 'shared',
              roles: { redispatch: { dg: 'dg', other: 'other' } },
            },
            (x, l, at) => {
              x.ast(l.dgram, QuicDgram.buf, 0);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
