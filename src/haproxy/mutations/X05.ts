import type { Ptr } from '../../memory/struct.ts';
import { ledgerHop } from '../lib/kernel.ts';
import { BUG } from '../model/bugs.ts';
import { Dghdlr, QuicDgram } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { dgramParse, passedOn } from '../proc/dgram.ts';
import { dgramDispatch, dispatched } from '../proc/dispatch.ts';
import { listAppendSplit } from '../proc/list-append.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { after, type Mutation, replace } from '../step/patch.ts';
import type { Edge } from '../step/proc.ts';

const d = dgramDispatch;
const p = dgramParse;

/** An inbox is written as a plain list, four writes that anybody may come between. */
function appendPlain(x: Exec, then: Edge, tid: number, dgram: Ptr<'quic_dgram'>): Edge {
  const inbox = x.part(x.at(AT.dghdlr, tid), Dghdlr.dgrams) as number as Ptr<'list'>;
  return x.call(then, listAppendSplit, inbox, x.part(dgram, QuicDgram.handlerList) as number as Ptr<'list'>);
}

export const X05: Mutation = {
  id: 'X05',
  title: 'an inbox is a plain list',
  requires: ['25174d51e'],
  until: '9b5f11cd3',
  forms: [
    {
      ops: [
        replace(
          d,
          '5',
          d.step(
            '5p',
            'Push it to that thread’s inbox',
            { ref: '1.2/5', cost: COST.atomic, touches: 'own' },
            (x, l, at) => {
              dispatched(x, l.dg, l.tid);
              return at.next;
            },
          ),
        ),
        after(
          d,
          '5p',
          d.step(
            '5x',
            'Mutation X05: append to the inbox as to a plain list',
            { ref: '1.2/5', cost: COST.local, touches: 'own' },
            (x, l, at) => appendPlain(x, at.next, l.tid, l.dgram),
          ),
        ),
        replace(
          p,
          '3b',
          p.step(
            '3bx',
            'It has moved: push the whole datagram to its owner’s inbox',
            {
              ref: '1.5/3',
              cost: COST.atomic,
              touches: 'shared',
              roles: {
                redispatch: { dg: 'dg', other: 'other' },
                redispatchPush: { dg: 'dg', other: 'other' },
              },
              verb: 'Redispatching',
            },
            (x, l, at) => {
              if (x.bugOn(l.other >= x.cfg.threads, BUG.FREED_OBJECT)) return at.next;
              ledgerHop(x, l.dg);
              passedOn(x, l.dg, l.other);
              return at.next;
            },
          ),
        ),
        after(
          p,
          '3bx',
          p.step(
            '3x',
            'Mutation X05: append to the inbox as to a plain list',
            {
              ref: '1.5/3',
              cost: COST.local,
              touches: 'own',
              roles: { redispatch: { dg: 'dg', other: 'other' } },
              verb: 'Redispatching',
            },
            (x, l, at) => appendPlain(x, at.next, l.other, l.dgram),
          ),
        ),
      ],
    },
  ],
};
