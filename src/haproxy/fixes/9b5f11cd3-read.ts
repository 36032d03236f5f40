/** The consumer's side of the byte ring: the handler takes a record, parses it in place, and gives it back (semantics B7/Q1 to B7/Q4). */
import { NULL } from '../../memory/mem.ts';
import { offsetIn, PADDING } from '../lib/mpring.ts';
import { clearRecord, recordAt } from '../lib/mpring-write.ts';
import { Mpring, MpringRecord, QuicDgram, ThreadCtx } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { lstnrDghdlr } from '../proc/dispatch.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { after, type Op, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const h = lstnrDghdlr;

export const read: readonly Op[] = [
  replace(
    h,
    '1',
    h.step(
      'Q1',
      'Is the next record of this thread’s byte ring written?',
      { ref: 'B7/Q1', cost: COST.atomic, touches: 'shared', to: { empty: RET, padding: 'Q1p' } },
      (x, l, at) => {
        const ring = x.at(AT.mpring, x.t);
        const record = recordAt(x, x.t, offsetIn(x.cfg.mpring, x.rld(ring, Mpring.tail)));
        const header = x.rld(record, MpringRecord.header);
        if (header === 0) {
          x.trace(TP.dghdlrLeaveEmpty, NULL);
          return at.empty;
        }
        if (header === PADDING) return at.padding;
        l.dgram = x.part(record, MpringRecord.dgram);
        x.st(ring, Mpring.begun, 1);
        const dg = x.rld(l.dgram, QuicDgram.buf);
        x.st(x.th, ThreadCtx.handDgram, dg);
        x.note(EV.POP, NULL, dg - 1);
        return at.next;
      },
    ),
  ),
  after(
    h,
    '7',
    h.step(
      'Q1p',
      'Padding: give it back, and on from the ring’s first byte',
      { ref: 'B7/Q1', cost: COST.atomic, touches: 'shared', to: { again: 'Q1' }, down: false },
      (x, _l, at) => {
        const ring = x.at(AT.mpring, x.t);
        const tail = x.rld(ring, Mpring.tail);
        const offset = offsetIn(x.cfg.mpring, tail);
        x.ast(recordAt(x, x.t, offset), MpringRecord.header, 0);
        x.ast(ring, Mpring.tail, (tail + x.cfg.mpring - offset) | 0);
        return at.again;
      },
    ),
  ),
  replace(
    h,
    '3',
    h.step(
      'Q3',
      'Whatever came of it: zero the record and give it back',
      { ref: 'B7/Q2 B7/Q3', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        x.st(x.th, ThreadCtx.handDgram, 0);
        const ring = x.at(AT.mpring, x.t);
        const stride = clearRecord(x, l.dgram);
        x.st(ring, Mpring.begun, 0);
        x.ast(ring, Mpring.tail, (x.rld(ring, Mpring.tail) + stride) | 0);
        l.dgram = NULL;
        return at.next;
      },
    ),
  ),
  ...remove(h, '5'),
];
