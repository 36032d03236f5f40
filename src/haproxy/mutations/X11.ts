import { Dghdlr } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { dgramParse } from '../proc/dgram.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, remove, replace } from '../step/patch.ts';

const p = dgramWrite;

export const X11: Mutation = {
  id: 'X11',
  title: 'a redispatch does not wake the owner',
  requires: ['25174d51e'],
  forms: [
    { ops: [...remove(dgramParse, '3c')] },
    {
      from: '9b5f11cd3',
      ops: [
        replace(
          p,
          'W10',
          p.step(
            'W10x',
            'Mutation X11: wake its datagram handler, but not for what is passed on',
            { ref: 'B7/W10', cost: COST.local, touches: 'shared' },
            (x, l, at) =>
              l.again ? at.next : x.call(at.next, taskletWakeup, x.ld(x.at(AT.dghdlr, l.tid), Dghdlr.task)),
          ),
          '9b5f11cd3',
        ),
      ],
    },
  ],
};
