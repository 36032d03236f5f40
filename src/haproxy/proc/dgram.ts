/** A datagram, packet by packet, on the thread whose inbox it was in (semantics 1.5). */
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import type { Ptr } from '../../memory/struct.ts';
import { checkClosing, migration } from '../lib/close.ts';
import { ledgerDrop, ledgerHandled, ledgerHop, ledgerHopBack } from '../lib/kernel.ts';
import { parseInto } from '../lib/parse.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON } from '../model/flags.ts';
import { Dghdlr, QuicConn, QuicDgram, RxPacket, ThreadCtx, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { pktHandle } from './handle.ts';
import { pktRetrieveConn } from './retrieve.ts';
import { taskletWakeup } from './task.ts';

const parse = procedure({
  key: 'quic_dgram_parse',
  verb: 'Parsing',
  locals: {
    dgram: to('quic_dgram'),
    from: to('quic_conn'),
    li: to('listener'),
    qc: to('quic_conn'),
    pos: int,
    pkt: to('quic_rx_packet'),
    other: int,
    ordinal: int,
    dg: int,
    reason: int,
  },
  args: ['dgram', 'from', 'li'],
  roles: ['parse'],
});

/** Without memory the datagram ends here. */
export function leaveNoMemory(x: Exec, dg: number): void {
  ledgerDrop(x, dg, DROP_REASON.noMemory);
  x.trace(TP.dgramParseLeaveErr, NULL);
  x.setRet(-1);
}

/** Datagram `dg` is in the inbox of thread `tid`, or about to be. */
export function passedOn(x: Exec, dg: number, tid: number): void {
  x.st(x.th, ThreadCtx.handDgram, 0);
  x.inc(x.th, ThreadCtx.redispatched, 1);
  x.note(EV.REDISPATCH, NULL, dg, tid);
}

/** The rest of the datagram is skipped with this packet. */
const skipRest = (x: Exec, pkt: Ptr<'quic_rx_packet'>, dg: number, pos: number): void =>
  x.st(pkt, RxPacket.len, x.dgLength(dg) - pos);

/**
 * Counts and settles datagram `dg` for `qc`, or drops it with `reason` where it was for none. False where HAProxy stops because byte
 * `pos`, which its packets led to, is not its end.
 */
export function parsed(x: Exec, qc: Ptr<'quic_conn'>, dg: number, pos: number, reason: number): boolean {
  if (qc) {
    x.inc(qc, QuicConn.rxBytes, x.dgLength(dg));
    x.inc(qc, QuicConn.datagrams, 1);
  }
  if (x.bugOn(pos !== x.dgLength(dg), BUG.DGRAM_END)) return false;
  if (qc) ledgerHandled(x, dg, qc);
  else ledgerDrop(x, dg, reason || DROP_REASON.badHeader);
  x.st(x.at(AT.ownersThen, dg), Word.v, 0);
  return true;
}

/** Returns 0, or -1 on an error. */
export const dgramParse = parse.body([
  parse.step(
    '0',
    'Begin at its first byte',
    { ref: '1.5', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.trace(TP.dgramParseEnter, NULL);
      const buf = x.rld(l.dgram, QuicDgram.buf);
      if (x.bugOn(buf <= 0, BUG.CONSUMED_DGRAM)) return at.next;
      l.dg = buf - 1;
      return at.next;
    },
  ),
  parse.step(
    '1',
    'Allocate a packet',
    { ref: '1.5/1', cost: COST.pool, touches: 'shared', to: { end: 'end', noMemory: 'nomem1' } },
    (x, l, at) => {
      if (l.pos >= x.dgLength(l.dg)) return at.end;
      const pkt = x.alloc('rxPacket');
      if (pkt === RETRY) return at.retry;
      if (!pkt) {
        x.trace(TP.dgramParseNoMem, NULL);
        return at.noMemory;
      }
      l.pkt = pkt;
      x.st(pkt, RxPacket.refcnt, 1);
      return at.next;
    },
  ),
  parse.step(
    '2',
    'Parse its header',
    { ref: '1.5/2 1.6', cost: COST.parse, touches: 'shared', to: { known: '5', refused: 'next' } },
    (x, l, at) => {
      x.trace(TP.pktParseEnter, NULL);
      const reason = parseInto(x, l.pkt, l.dg, l.pos, l.ordinal);
      l.ordinal = l.ordinal + 1;
      if (reason === 0) {
        x.trace(TP.pktParsed, NULL, l.pkt);
        x.trace(TP.pktParseLeave, NULL);
        x.note(EV.PARSE, l.qc, l.dg, x.ld(l.pkt, RxPacket.type));
        return l.qc ? at.known : at.next;
      }
      x.trace(TP.pktParseFailed, NULL, l.pkt);
      x.trace(TP.pktParseLeaveErr, NULL);
      if (reason > 0 && !l.reason) l.reason = reason;
      return at.refused;
    },
  ),
  parse.step(
    '3',
    'Which connection is it for?',
    {
      ref: '1.5/3',
      cost: COST.local,
      touches: 'own',
      roles: { redispatch: { dg: 'dg', other: 'other' } },
      to: { known: '4' },
    },
    (x, l, at) => {
      if (!l.from) return x.call(at.next, pktRetrieveConn, l.pkt, l.dgram);
      l.qc = l.from;
      return at.known;
    },
  ),
  parse.step(
    '3a',
    'Ours, unknown, or another thread’s?',
    {
      ref: '1.5/3',
      cost: COST.local,
      touches: 'conn',
      roles: { redispatch: { dg: 'dg', other: 'other' } },
      to: { ours: '4', unknown: 'next' },
    },
    (x, l, at) => {
      const r = x.ret;
      if (r > 0) {
        l.qc = r as Ptr<'quic_conn'>;
        return at.ours;
      }
      if (r === 0) {
        skipRest(x, l.pkt, l.dg, l.pos);
        return at.unknown;
      }
      l.other = -1 - r;
      return at.next;
    },
  ),
  parse.step(
    '3b',
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
      const inbox = x.part(x.at(AT.dghdlr, l.other), Dghdlr.dgrams);
      // Before the push: after it the new owner may be at work on the datagram.
      const was = ledgerHop(x, l.dg);
      if (mtlAppend(x.m, inbox, x.part(l.dgram, QuicDgram.handlerList)) === RETRY) {
        ledgerHopBack(x, l.dg, was);
        return at.retry;
      }
      passedOn(x, l.dg, l.other);
      return at.next;
    },
  ),
  parse.step(
    '3c',
    'Wake the owner',
    {
      ref: '1.5/3',
      cost: COST.local,
      touches: 'shared',
      roles: { redispatch: { dg: 'dg', other: 'other' } },
      verb: 'Redispatching',
    },
    (x, l, at) => x.call(at.next, taskletWakeup, x.ld(x.at(AT.dghdlr, l.other), Dghdlr.task)),
  ),
  parse.step(
    '3e',
    'Passed on; nothing of it was touched here',
    {
      ref: '1.5/3',
      cost: COST.local,
      touches: 'own',
      roles: { redispatch: { dg: 'dg', other: 'other' } },
      verb: 'Redispatching',
      to: { done: RET },
      down: false,
    },
    (x, _l, at) => {
      x.trace(TP.dgramParseLeave, NULL);
      x.setRet(0);
      return at.done;
    },
  ),
  parse.step(
    '4',
    'Remember the connection',
    { ref: '1.5/3', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.st(l.dgram, QuicDgram.qc, l.qc);
      return at.next;
    },
  ),
  parse.step(
    '4c',
    'Is it closing?',
    { ref: '1.5/5 N6.4', cost: COST.local, touches: 'shared', to: { closing: 'next' } },
    (x, l, at) => {
      if (!checkClosing(x, l.qc)) return at.next;
      ledgerDrop(x, l.dg, DROP_REASON.closingConnection);
      skipRest(x, l.pkt, l.dg, l.pos);
      return at.closing;
    },
  ),
  parse.step(
    '5',
    'Does it come from the peer’s address?',
    { ref: '1.5/6 N9', cost: COST.local, touches: 'shared', to: { refused: 'next' } },
    (x, l, at) => {
      if (!migration(x, l.qc, x.ld(l.dgram, QuicDgram.saddr))) return at.next;
      x.trace(TP.dgramParseMigration, l.qc);
      ledgerDrop(x, l.dg, DROP_REASON.migrationRefused);
      skipRest(x, l.pkt, l.dg, l.pos);
      return at.refused;
    },
  ),
  parse.step(
    '6',
    'Hand the packet to the connection',
    { ref: '1.5/6', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, pktHandle, l.qc, l.pkt),
  ),
  parse.step(
    'next',
    'Next packet',
    { ref: '1.5/7', cost: COST.pool, touches: 'shared', to: { more: '1' }, down: false },
    (x, l, at) => {
      l.pos = l.pos + x.ld(l.pkt, RxPacket.len);
      const ref = x.ld(l.pkt, RxPacket.refcnt) - 1;
      if (ref === 0) x.free('rxPacket', l.pkt);
      else x.st(l.pkt, RxPacket.refcnt, ref);
      l.pkt = NULL;
      return at.more;
    },
  ),
  parse.step(
    'end',
    'Parsed to the end: the datagram is consumed',
    {
      ref: '1.5',
      cost: COST.atomic,
      touches: 'shared',
      roles: { dgramEnd: { dg: 'dg', qc: 'qc' } },
      to: { done: RET },
    },
    (x, l, at) => {
      if (!parsed(x, l.qc, l.dg, l.pos, l.reason)) return at.next;
      x.ast(l.dgram, QuicDgram.buf, 0);
      x.trace(TP.dgramParseLeave, NULL);
      x.setRet(0);
      return at.done;
    },
  ),
  parse.step(
    'nomem1',
    'No memory: leave with an error (M18: it stays unconsumed)',
    { ref: '1.5/1', cost: COST.local, touches: 'shared', to: { failed: RET }, down: false },
    (x, l, at) => {
      leaveNoMemory(x, l.dg);
      return at.failed;
    },
  ),
]);
