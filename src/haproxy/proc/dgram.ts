import { RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, QC } from '../model/flags.ts';
import { Dghdlr, QuicConn, QuicDgram, RxPacket, ThreadCtx } from '../model/layouts.ts';
import { listAppendSplit } from './conn.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { finalizeRebind } from './finalize.ts';
import { checkClosing, migration, pktHandle } from './handle.ts';
import { ledgerDrop, ledgerHandled, ledgerHop } from './kernel.ts';
import { parseInto } from './pktparse.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { pktRetrieveConn } from './retrieve.ts';
import { taskletWakeup } from './task.ts';
import { TP } from './trace.ts';

/** Mutation X05: an inbox is written as a plain list, four writes that anybody may come between. */
export function appendPlain(x: Exec, tid: number, dgram: number): number {
  return x.call(listAppendSplit, x.W.dghdlr(tid) + Dghdlr.dgrams, dgram + QuicDgram.handlerList);
}

/** Locals of quic_dgram_parse; returns 0, or -1 on an error. */
const P = {
  dgram: 0,
  from: 1,
  li: 2,
  qc: 3,
  pos: 4,
  pkt: 5,
  other: 6,
  ordinal: 7,
  dg: 8,
  reason: 9,
} as const;

const storeLen = (x: Exec): number => x.W.consts.datagrams.length[x.get(P.dg)]!;

function leaveNoMemory(x: Exec): number {
  ledgerDrop(x, x.get(P.dg), dropReason('no memory'));
  x.sink.trace(x, TP.dgramParseLeaveErr, 0);
  x.setRet(-1);
  return RET;
}

export const dgramParse = procedure(
  'quic_dgram_parse',
  'Parsing',
  ['dgram', 'from', 'li', 'qc', 'pos', 'pkt', 'other', 'ordinal', 'dg', 'reason'],
  [
    step('0', 'Begin at its first byte', '1.5', COST.local, (x) => {
      x.sink.trace(x, TP.dgramParseEnter, 0);
      const buf = x.m.ald(x.get(P.dgram) + QuicDgram.buf);
      if (x.bugOn(buf <= 0, BUG.CONSUMED_DGRAM)) return NEXT;
      x.set(P.dg, buf - 1);
      return NEXT;
    }),
    step('1', 'Allocate a packet', '1.5/1', COST.pool, (x, go) => {
      if (x.get(P.pos) >= storeLen(x)) return go.end!;
      const pkt = x.alloc(x.W.pools.rxPacket);
      if (pkt === RETRY) return RETRY_STEP;
      if (pkt === 0) {
        x.sink.trace(x, TP.dgramParseNoMem, 0);
        return go.nomem!;
      }
      x.set(P.pkt, pkt);
      x.m.st(pkt + RxPacket.refcnt, 1);
      return NEXT;
    }),
    step('2', 'Parse its header', '1.5/2', COST.parse, (x, go) => {
      const { m } = x;
      x.sink.trace(x, TP.pktParseEnter, 0);
      const pkt = x.get(P.pkt);
      const ordinal = x.get(P.ordinal);
      const reason = parseInto(x, pkt, x.get(P.dg), x.get(P.pos), ordinal);
      x.set(P.ordinal, ordinal + 1);
      if (reason === 0) {
        x.sink.trace(x, TP.pktParsed, 0, pkt);
        x.sink.trace(x, TP.pktParseLeave, 0);
        x.sink.note(x, EV.PARSE, x.get(P.qc), x.get(P.dg), m.ld(pkt + RxPacket.type));
        return x.get(P.qc) ? go['5']! : NEXT;
      }
      x.sink.trace(x, TP.pktParseFailed, 0, pkt);
      x.sink.trace(x, TP.pktParseLeaveErr, 0);
      if (reason > 0 && !x.get(P.reason)) x.set(P.reason, reason);
      return go.next!;
    }),
    step('3', 'Which connection is it for?', '1.5/3', COST.local, (x, go) => {
      const noted = x.P.mutations.has('X20') ? x.m.ld(x.get(P.dgram) + QuicDgram.qc) : 0;
      const from = x.get(P.from) || noted;
      if (from) {
        x.set(P.qc, from);
        return go['4']!;
      }
      return x.call(pktRetrieveConn, x.get(P.pkt), x.get(P.dgram));
    }),
    step('3a', 'Ours, unknown, or another thread’s?', '1.5/3', COST.local, (x, go) => {
      const r = x.ret;
      if (r > 0) {
        x.set(P.qc, r);
        return go['4']!;
      }
      if (r === 0) {
        x.m.st(x.get(P.pkt) + RxPacket.len, storeLen(x) - x.get(P.pos));
        return go.next!;
      }
      x.set(P.other, -1 - r);
      return NEXT;
    }),
    step(
      '3b',
      'It has moved: push the whole datagram to its owner’s inbox',
      '1.5/3',
      COST.atomic,
      (x) => {
        const { m, W } = x;
        const el = x.get(P.dgram) + QuicDgram.handlerList;
        if (x.bugOn(x.get(P.other) >= W.cfg.threads, BUG.FREED_OBJECT)) return NEXT;
        const plain = x.P.mutations.has('X05');
        // Before the push: after it the new owner may be at work on the datagram.
        ledgerHop(x, x.get(P.dg), 1);
        if (!plain && mtlAppend(m, W.dghdlr(x.get(P.other)) + Dghdlr.dgrams, el) === RETRY) {
          ledgerHop(x, x.get(P.dg), -1);
          return RETRY_STEP;
        }
        m.st(x.th + ThreadCtx.handDgram, 0);
        m.st(x.th + ThreadCtx.redispatched, m.ld(x.th + ThreadCtx.redispatched) + 1);
        x.sink.note(x, EV.REDISPATCH, 0, x.get(P.dg), x.get(P.other));
        return NEXT;
      },
      { verb: 'Redispatching' },
    ),
    step(
      '3x',
      'Mutation X05: append to the inbox as to a plain list',
      '1.5/3',
      COST.local,
      (x) => appendPlain(x, x.get(P.other), x.get(P.dgram)),
      { with: 'X05', verb: 'Redispatching' },
    ),
    step(
      '3c',
      'Wake the owner',
      '1.5/3',
      COST.local,
      (x) => {
        return x.call(taskletWakeup, x.m.ld(x.W.dghdlr(x.get(P.other)) + Dghdlr.task));
      },
      { verb: 'Redispatching', unless: 'X11' },
    ),
    step(
      '3y',
      'Mutation X16: mark it as consumed here',
      '1.5/3',
      COST.atomic,
      (x) => {
        x.m.ast(x.get(P.dgram) + QuicDgram.buf, 0);
        return NEXT;
      },
      { with: 'X16' },
    ),
    step(
      '3z',
      'Mutation X17: go on with the next packet of the datagram',
      '1.5/3',
      COST.local,
      (_x, go) => go.next!,
      { with: 'X17' },
    ),
    step(
      '3d',
      'Free the packet',
      '1.5/3',
      COST.pool,
      (x) => {
        poolFree(x.m, x.W.pools.rxPacket, x.get(P.pkt));
        return NEXT;
      },
      { since: '7fc52357c' },
    ),
    step(
      '3e',
      'Passed on; nothing of it was touched here',
      '1.5/3',
      COST.local,
      (x) => {
        x.sink.trace(x, TP.dgramParseLeave, 0);
        x.setRet(0);
        return RET;
      },
      { verb: 'Redispatching' },
    ),
    step('4', 'Remember the connection', '1.5/3', COST.local, (x) => {
      x.m.st(x.get(P.dgram) + QuicDgram.qc, x.get(P.qc));
      return NEXT;
    }),
    step(
      '4f',
      'Rebound and not finished yet? Finish it first',
      '1.5/4',
      COST.local,
      (x, go) => {
        if (!(x.m.ld(x.get(P.qc) + QuicConn.flags) & QC.AFFINITY_CHANGED)) return go['4c']!;
        return x.call(finalizeRebind, x.get(P.qc));
      },
      { since: 'd6646dddc' },
    ),
    step('4c', 'Is it closing?', '1.5/5', COST.local, (x, go) => {
      if (!checkClosing(x, x.get(P.qc))) return NEXT;
      ledgerDrop(x, x.get(P.dg), dropReason('closing connection'));
      x.m.st(x.get(P.pkt) + RxPacket.len, storeLen(x) - x.get(P.pos));
      return go.next!;
    }),
    step('5', 'Does it come from the peer’s address?', '1.5/6', COST.local, (x, go) => {
      if (!migration(x, x.get(P.qc), x.m.ld(x.get(P.dgram) + QuicDgram.saddr))) return NEXT;
      x.sink.trace(x, TP.dgramParseMigration, x.get(P.qc));
      ledgerDrop(x, x.get(P.dg), dropReason('migration refused'));
      x.m.st(x.get(P.pkt) + RxPacket.len, storeLen(x) - x.get(P.pos));
      return go.next!;
    }),
    step('6', 'Hand the packet to the connection', '1.5/6', COST.local, (x) => {
      return x.call(pktHandle, x.get(P.qc), x.get(P.pkt));
    }),
    step('next', 'Next packet', '1.5/7', COST.pool, (x, go) => {
      const { m } = x;
      const pkt = x.get(P.pkt);
      x.set(P.pos, x.get(P.pos) + m.ld(pkt + RxPacket.len));
      const ref = m.ld(pkt + RxPacket.refcnt) - 1;
      if (ref === 0) poolFree(m, x.W.pools.rxPacket, pkt);
      else m.st(pkt + RxPacket.refcnt, ref);
      x.set(P.pkt, 0);
      return go['1']!;
    }),
    step('end', 'Parsed to the end: the datagram is consumed', '1.5', COST.atomic, (x) => {
      const { m } = x;
      const qc = x.get(P.qc);
      const dg = x.get(P.dg);
      if (x.bugOn(x.get(P.pos) !== storeLen(x), BUG.DGRAM_END)) return NEXT;
      if (qc) {
        m.st(qc + QuicConn.rxBytes, m.ld(qc + QuicConn.rxBytes) + storeLen(x));
        m.st(qc + QuicConn.datagrams, m.ld(qc + QuicConn.datagrams) + 1);
        ledgerHandled(x, dg, qc);
      } else ledgerDrop(x, dg, x.get(P.reason) || dropReason('bad header'));
      m.ast(x.get(P.dgram) + QuicDgram.buf, 0);
      x.sink.trace(x, TP.dgramParseLeave, 0);
      x.setRet(0);
      return RET;
    }),
    step(
      'nomem',
      'Mark it as consumed all the same',
      '1.5/1',
      COST.atomic,
      (x) => {
        x.m.ast(x.get(P.dgram) + QuicDgram.buf, 0);
        return NEXT;
      },
      { since: 'a65dd3a2c' },
    ),
    step(
      'nomem1',
      'No memory: leave with an error (M18: it stays unconsumed)',
      '1.5/1',
      COST.local,
      leaveNoMemory,
      {
        until: 'a65dd3a2c',
      },
    ),
    step('nomem1n', 'No memory: leave with an error', '1.5/1', COST.local, leaveNoMemory, {
      since: 'a65dd3a2c',
    }),
  ],
);
