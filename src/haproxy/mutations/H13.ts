import { looksFull } from '../lib/mpring-write.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, replace } from '../step/patch.ts';

const p = dgramWrite;

/** Not HAProxy's: what would end H13. */
export const H13: Mutation = {
  id: 'H13',
  title: 'a tail that is past the head: read both again',
  requires: ['9b5f11cd3'],
  forms: [
    {
      ops: [
        replace(
          p,
          'W4',
          p.step(
            'W4c',
            'Against H13: more between tail and head than the ring holds means that the head is old. Else, is there room?',
            { ref: 'B7/W4', cost: COST.local, touches: 'own', to: { again: 'W1', full: 'W4f' } },
            (x, l, at) => {
              if (looksFull(x.cfg.mpring, l.head, l.tail, 0)) return at.again;
              return looksFull(x.cfg.mpring, l.head, l.tail, l.need) ? at.full : at.next;
            },
          ),
          '9b5f11cd3',
        ),
      ],
    },
  ],
};
