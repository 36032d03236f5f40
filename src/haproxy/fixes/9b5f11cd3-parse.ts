/** A datagram that is passed on is copied into the owner's byte ring; nobody looks whether there was room (semantics B7, H12). */
import { NULL } from '../../memory/mem.ts';
import { ledgerDrop } from '../lib/kernel.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON } from '../model/flags.ts';
import { QuicDgram } from '../model/layouts.ts';
import { dgramParse, parsed } from '../proc/dgram.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { COST } from '../step/cost.ts';
import { type Op, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = dgramParse;

export const parse: readonly Op[] = [
  replace(
    p,
    '3b',
    p.step(
      '3w',
      'It has moved: write the whole datagram into its owner’s byte ring',
      {
        ref: '1.5/3 B7',
        cost: COST.local,
        touches: 'shared',
        roles: {
          redispatch: { dg: 'dg', other: 'other' },
          redispatchPush: { dg: 'dg', other: 'other' },
        },
        verb: 'Redispatching',
      },
      (x, l, at) => {
        if (x.bugOn(l.other >= x.cfg.threads, BUG.FREED_OBJECT)) return at.next;
        x.trace(TP.requeue, NULL);
        return x.call(at.next, dgramWrite, l.dg, x.ld(l.dgram, QuicDgram.saddr), l.other, 1);
      },
    ),
  ),
  replace(
    p,
    '3c',
    p.step(
      '3r',
      'Nobody looks at the answer: where the ring was full it is lost, and nothing counts it (H12)',
      {
        ref: 'B7/refused',
        cost: COST.local,
        touches: 'shared',
        roles: { redispatch: { dg: 'dg', other: 'other' } },
        verb: 'Redispatching',
      },
      (x, l, at) => {
        if (x.ret !== 1) ledgerDrop(x, l.dg, DROP_REASON.inboxFullWhenPassedOn);
        return at.next;
      },
    ),
  ),
  replace(
    p,
    'end',
    p.step(
      'endw',
      'Parsed to the end',
      {
        ref: '1.5 B7',
        cost: COST.local,
        touches: 'shared',
        roles: { dgramEnd: { dg: 'dg', qc: 'qc' } },
        to: { done: RET },
      },
      (x, l, at) => {
        if (!parsed(x, l.qc, l.dg, l.pos, l.reason)) return at.next;
        x.trace(TP.dgramParseLeave, NULL);
        x.setRet(0);
        return at.done;
      },
    ),
  ),
  ...remove(p, 'nomem'),
];
