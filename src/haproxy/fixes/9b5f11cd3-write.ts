/** The producer's side of the byte ring: reserve, pad, fill, commit, wake (semantics B7/W1 to B7/W10). */
import { ledgerHop } from '../lib/kernel.ts';
import { offsetIn, PADDING, strideIn } from '../lib/mpring.ts';
import { fillRecord, looksFull, needFrom, recordAt, roomFor } from '../lib/mpring-write.ts';
import { Dghdlr, Mpring, MpringRecord } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { passedOn } from '../proc/dgram.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { dispatched } from '../proc/dispatch.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { newProcedure, type Op } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = dgramWrite;

export const write: readonly Op[] = [
  newProcedure(
    p,
    p.step(
      'W1',
      'How far has the ring been reserved?',
      { ref: 'B7/W1', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        l.head = x.rld(x.at(AT.mpring, l.tid), Mpring.head);
        l.room = roomFor(x, l.tid, x.dgLength(l.dg));
        return at.next;
      },
    ),
    p.step(
      'W3',
      'How far has its thread given it back? A read for itself',
      { ref: 'B7/W2 B7/W3', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        const stride = strideIn(x.cfg, x.dgLength(l.dg));
        l.need = needFrom(x.cfg.mpring, l.head, stride);
        l.at = (offsetIn(x.cfg.mpring, l.head) + l.need - stride) % x.cfg.mpring;
        l.tail = x.rld(x.at(AT.mpring, l.tid), Mpring.tail);
        l.room &= roomFor(x, l.tid, x.dgLength(l.dg));
        return at.next;
      },
    ),
    p.step(
      'W4',
      'Is there room for the record, and for what is left before the ring’s end?',
      { ref: 'B7/W4', cost: COST.local, touches: 'own', to: { full: 'W4f' } },
      (x, l, at) => (looksFull(x.cfg.mpring, l.head, l.tail, l.need) ? at.full : at.next),
    ),
    p.step(
      'W5',
      'Reserve it',
      { ref: 'B7/W5', cost: COST.atomic, touches: 'shared', to: { lost: 'W3', fits: 'W8' } },
      (x, l, at) => {
        const ring = x.at(AT.mpring, l.tid);
        if (x.cas(ring, Mpring.head, l.head, (l.head + l.need) | 0))
          return l.need > strideIn(x.cfg, x.dgLength(l.dg)) ? at.next : at.fits;
        l.head = x.rld(ring, Mpring.head);
        return at.lost;
      },
    ),
    p.step(
      'W6',
      'What is left before the ring’s end is padding; the record begins at its first byte',
      { ref: 'B7/W6', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        x.ast(recordAt(x, l.tid, offsetIn(x.cfg.mpring, l.head)), MpringRecord.header, PADDING);
        return at.next;
      },
    ),
    p.step(
      'W8',
      'Fill the descriptor and copy the bytes',
      { ref: 'B7/W8', cost: COST.local, touches: 'shared' },
      (x, l, at) => {
        fillRecord(x, recordAt(x, l.tid, l.at), l.dg, l.saddr);
        return at.next;
      },
    ),
    p.step(
      'W9',
      'Its length in the header: now it can be read',
      { ref: 'B7/W9', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        // Before the store: after it the thread may be at work on the datagram.
        if (l.again) ledgerHop(x, l.dg);
        x.ast(recordAt(x, l.tid, l.at), MpringRecord.header, x.dgLength(l.dg));
        if (l.again) passedOn(x, l.dg, l.tid);
        else dispatched(x, l.dg, l.tid);
        return at.next;
      },
    ),
    p.step(
      'W10',
      'Wake its datagram handler',
      { ref: 'B7/W10', cost: COST.local, touches: 'shared' },
      (x, l, at) => x.call(at.next, taskletWakeup, x.ld(x.at(AT.dghdlr, l.tid), Dghdlr.task)),
    ),
    p.step(
      'written',
      'Written',
      { ref: 'B7/W10', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
      (x, _l, at) => {
        x.setRet(1);
        return at.done;
      },
    ),
    p.step(
      'W4f',
      'Full: nothing was written',
      {
        ref: 'B7/W4',
        cost: COST.local,
        touches: 'own',
        roles: { mpringFull: { tid: 'tid', room: 'room' } },
        to: { done: RET },
        down: false,
      },
      (x, _l, at) => {
        x.setRet(0);
        return at.done;
      },
    ),
  ),
];
