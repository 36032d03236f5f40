/** A datagram on the thread that may own its connection (semantics 1.5 to 1.7): parse, find the connection, or pass it on. */
import { cidInsert, cidLookup } from '../../memory/cidtree.ts';
import { listAppend } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import { poolFree, poolIsFree } from '../../memory/pool.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, N, PKT, QC } from '../model/flags.ts';
import { Dghdlr, Global, QuicCid, QuicConn, QuicDgram, RxPacket, ThreadCtx } from '../model/layouts.ts';
import { derivedCid, firstByte, loadDerived, loadKey } from './cidkey.ts';
import { cidSetKey, listAppendSplit, newConn } from './conn.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { checkClosing, migration, pktHandle } from './handle.ts';
import { ledgerDrop, ledgerHandled, ledgerHop } from './kernel.ts';
import { parseInto } from './pktparse.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { finalizeRebind } from './rebind.ts';
import { release } from './release.ts';
import { taskletWakeup } from './task.ts';
import { TP } from './trace.ts';

/** Loads the DCID of packet `pkt` as a key. */
function loadPacketDcid(x: Exec, pkt: number): void {
  const s = x.W.consts.datagrams;
  const dg = x.m.ld(pkt + RxPacket.dgram);
  const at = s.offset[dg]! + x.m.ld(pkt + RxPacket.off);
  const long = (s.bytes[at]! & 0x80) !== 0;
  loadKey(x, s.bytes, long ? at + 6 : at + 1, long ? s.bytes[at + 5]! : x.W.consts.cidLength);
}

const isFirstFlight = (type: number): boolean => type === PKT.INITIAL || type === PKT.ZERO_RTT;

/** Locals of retrieve_qc_conn_from_cid. Returns the connection, 0 (none), or -1 - tid of another owner. */
const F = { pkt: 0, saddr: 1, lock: 2, node: 3, other: 4 } as const;

export const retrieveFromCid = procedure(
  'retrieve_qc_conn_from_cid',
  'Re-checking the owner',
  ['pkt', 'saddr', 'lock', 'node', 'other'],
  [
    step('1', 'Take the read lock of the CID’s tree', '1.7/1', COST.atomic, (x) => {
      loadPacketDcid(x, x.get(F.pkt));
      const lock = x.W.treeLock(firstByte(x));
      if (!rdTry(x.m, lock)) return RETRY_STEP;
      x.sink.trace(x, TP.fromCidEnter, 0);
      x.set(F.lock, lock);
      return NEXT;
    }),
    step('2', 'Look the CID up', '1.7/1', COST.tree, (x, go) => {
      loadPacketDcid(x, x.get(F.pkt));
      const node = cidLookup(x.m, x.W.treeRoot(firstByte(x)), x.k0, x.k1, x.k2, x.k3, x.k4, x.klen);
      x.set(F.node, node);
      if (node) return go['5']!;
      return isFirstFlight(x.m.ld(x.get(F.pkt) + RxPacket.type)) ? NEXT : go['7']!;
    }),
    step('3', 'Not there: release the lock', '1.7/2', COST.atomic, (x) => {
      rdUnlock(x.m, x.get(F.lock));
      return NEXT;
    }),
    step('4', 'Take the read lock of the derived CID’s tree', '1.7/2', COST.atomic, (x) => {
      loadDerived(x, x.m.ld(x.get(F.pkt) + RxPacket.dgram), x.get(F.saddr));
      const lock = x.W.treeLock(firstByte(x));
      if (!rdTry(x.m, lock)) return RETRY_STEP;
      x.set(F.lock, lock);
      return NEXT;
    }),
    step('4b', 'Look the derived CID up', '1.7/2', COST.tree, (x, go) => {
      loadDerived(x, x.m.ld(x.get(F.pkt) + RxPacket.dgram), x.get(F.saddr));
      const node = cidLookup(x.m, x.W.treeRoot(firstByte(x)), x.k0, x.k1, x.k2, x.k3, x.k4, x.klen);
      x.set(F.node, node);
      return node ? NEXT : go['7']!;
    }),
    step(
      '5',
      'Read the entry’s tid again: is it still this thread?',
      '1.7/4',
      COST.atomic,
      (x, go) => {
        const tid = x.m.ald(x.get(F.node) + QuicCid.tid);
        if (tid === x.t) return NEXT;
        x.set(F.other, -1 - tid);
        return go['7']!;
      },
      { unless: 'X01' },
    ),
    step('6', 'It is: the entry’s connection is ours', '1.7/4', COST.local, (x) => {
      x.set(F.other, x.m.ld(x.get(F.node) + QuicCid.qc));
      return NEXT;
    }),
    step('7', 'Release the lock', '1.7/4', COST.atomic, (x) => {
      rdUnlock(x.m, x.get(F.lock));
      const r = x.get(F.other);
      x.setRet(r);
      x.sink.trace(x, TP.fromCidLeave, r > 0 ? r : 0);
      return RET;
    }),
  ],
);

/** Locals of quic_rx_pkt_retrieve_conn; returns as retrieve_qc_conn_from_cid. */
const R = { pkt: 0, dgram: 1, lock: 2, cid: 3, other: 4, qc: 5 } as const;

const dgOf = (x: Exec): number => x.m.ld(x.get(R.pkt) + RxPacket.dgram);

export const pktRetrieveConn = procedure(
  'quic_rx_pkt_retrieve_conn',
  'Finding the connection',
  ['pkt', 'dgram', 'lock', 'cid', 'other', 'qc'],
  [
    step('1', 'Look for the connection by its CID', '1.7/1', COST.local, (x) => {
      x.sink.trace(x, TP.retrieveEnter, 0);
      return x.call(retrieveFromCid, x.get(R.pkt), x.m.ld(x.get(R.dgram) + QuicDgram.saddr));
    }),
    step('2', 'Found here, or on another thread?', '1.7/1', COST.local, (x, go) => {
      const r = x.ret;
      if (r !== 0) {
        x.sink.trace(x, TP.retrieveLeave, r > 0 ? r : 0);
        return RET;
      }
      return x.m.ld(x.get(R.pkt) + RxPacket.type) === PKT.INITIAL ? NEXT : go.unknown!;
    }),
    step('2a', 'Too many half-open connections? Then a Retry', '1.7/2a', COST.atomic, (x, go) => {
      const s = x.W.consts.datagrams;
      const dg = dgOf(x);
      const at = s.offset[dg]!;
      const hasToken = (x.m.ld(x.get(R.pkt) + RxPacket.flags) & 2) !== 0;
      if (!hasToken && x.m.ald(x.W.global + Global.halfOpen) >= N.RETRY_THRESHOLD) {
        x.sink.trace(x, TP.retrieveRetry, 0);
        return fail(x, 'retry answered');
      }
      if (s.bytes[at + 5]! >= 8) return go['2c']!;
      x.sink.trace(x, TP.retrieveShortDcid, 0);
      return fail(x, 'bad header');
    }),
    step('2c', 'A new client: make its first CID', '1.7/2c', COST.pool, (x) => {
      const cid = x.alloc(x.W.pools.cid);
      if (cid === RETRY) return RETRY_STEP;
      if (cid === 0) {
        x.sink.trace(x, TP.newCidFailed, 0);
        return fail(x, 'no memory');
      }
      const k = derivedCid(x.W, dgOf(x), x.m.ld(x.get(R.dgram) + QuicDgram.saddr));
      cidSetKey(x.m, cid + QuicCid.node, k);
      x.m.ast(cid + QuicCid.tid, x.t);
      x.set(R.cid, cid);
      return NEXT;
    }),
    step(
      '2cf',
      'Create the connection, before anybody can find it',
      '1.7/2f',
      COST.local,
      (x) => x.call(newConn, x.get(R.cid), x.get(R.dgram), x.get(R.pkt)),
      { since: '4ae29be18' },
    ),
    step(
      '2cg',
      'Without memory nothing stays behind',
      '1.7/2f',
      COST.pool,
      (x) => {
        x.set(R.qc, x.ret);
        if (x.ret !== 0) return NEXT;
        // Before 123181096 the CID had joined the connection by then, unless that was what could not be made.
        const { m, W } = x;
        const cid = x.get(R.cid);
        if (!poolIsFree(m, W.pools.cid, cid)) poolFree(m, W.pools.cid, cid);
        return fail(x, 'no memory');
      },
      { since: '4ae29be18' },
    ),
    step('2d', 'Take the write lock of its tree', '1.7/2d', COST.atomic, (x) => {
      const lock = x.W.treeLock(firstByteOf(x, x.get(R.cid)));
      if (!wrTry(x.m, lock)) return RETRY_STEP;
      x.set(R.lock, lock);
      return NEXT;
    }),
    step('2d.1', 'Insert it: the first thread to come wins', '1.7/2d', COST.tree, (x, go) => {
      const cid = x.get(R.cid);
      const there = cidInsert(x.m, x.W.treeRoot(firstByteOf(x, cid)), cid + QuicCid.node);
      if (there === cid + QuicCid.node) return go.won!;
      x.set(R.other, there - QuicCid.node);
      return NEXT;
    }),
    step('2d.2', 'Another thread was first: read its tid', '1.7/2d', COST.atomic, (x) => {
      x.set(R.other, -1 - x.m.ald(x.get(R.other) + QuicCid.tid));
      return NEXT;
    }),
    step(
      '2d.r',
      'Release the connection made in vain, with the lock held',
      'M17',
      COST.local,
      (x) => x.call(release, x.get(R.qc)),
      { since: '4ae29be18' },
    ),
    step(
      'won',
      'It has won: now the CID joins the connection',
      '4/25',
      COST.local,
      (x) => {
        const { m } = x;
        if (x.get(R.other)) return NEXT;
        listAppend(m, x.get(R.qc) + QuicConn.cids, x.get(R.cid) + QuicCid.byQc);
        return NEXT;
      },
      { since: '123181096' },
    ),
    step('2d.3', 'Release the lock', '1.7/2d', COST.atomic, (x, go) => {
      wrUnlock(x.m, x.get(R.lock));
      return x.get(R.other) ? NEXT : go['2f']!;
    }),
    step('2e', 'Free the CID made in vain', '1.7/2e', COST.pool, (x) => {
      const { m, W } = x;
      const cid = x.get(R.cid);
      if (!poolIsFree(m, W.pools.cid, cid)) poolFree(m, W.pools.cid, cid);
      x.setRet(x.get(R.other));
      x.sink.trace(x, TP.retrieveLeave, 0);
      return RET;
    }),
    step(
      '2f',
      'Create the connection',
      '1.7/2f',
      COST.local,
      (x) => {
        return x.call(newConn, x.get(R.cid), x.get(R.dgram), x.get(R.pkt));
      },
      { until: '4ae29be18' },
    ),
    step(
      '2g',
      'Count it as half open; without memory its CID stays behind (M10)',
      '1.7/2f',
      COST.atomic,
      (x) => {
        if (x.ret === 0) return fail(x, 'no memory');
        x.m.add(x.W.global + Global.halfOpen, 1);
        x.sink.trace(x, TP.retrieveLeave, x.ret);
        return RET;
      },
      { until: '4ae29be18' },
    ),
    step(
      '2g2',
      'Count it as half open',
      '1.7/2f',
      COST.atomic,
      (x) => {
        x.m.add(x.W.global + Global.halfOpen, 1);
        x.setRet(x.get(R.qc));
        x.sink.trace(x, TP.retrieveLeave, x.get(R.qc));
        return RET;
      },
      { since: '4ae29be18' },
    ),
    step('unknown', 'No connection: answer with a stateless reset', '1.7/3', COST.syscall, (x) => {
      x.sink.trace(x, TP.retrieveUnknown, 0);
      const len = x.W.consts.datagrams.length[dgOf(x)]!;
      return fail(x, len >= 22 + 8 ? 'stateless reset answered' : 'unknown CID');
    }),
  ],
);

function fail(x: Exec, reason: Parameters<typeof dropReason>[0]): number {
  ledgerDrop(x, dgOf(x), dropReason(reason));
  x.sink.trace(x, TP.retrieveLeaveErr, 0);
  x.setRet(0);
  return RET;
}

const firstByteOf = (x: Exec, cid: number): number => x.m.ld(cid + QuicCid.node) >>> 24;

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
      const from = x.get(P.from);
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
        if (!plain && mtlAppend(m, W.dghdlr(x.get(P.other)) + Dghdlr.dgrams, el) === RETRY) return RETRY_STEP;
        ledgerHop(x, x.get(P.dg));
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
    step('nomem1', 'No memory: leave with an error (M18: it stays unconsumed)', '1.5/1', COST.local, (x) => {
      ledgerDrop(x, x.get(P.dg), dropReason('no memory'));
      x.sink.trace(x, TP.dgramParseLeaveErr, 0);
      x.setRet(-1);
      return RET;
    }),
  ],
);

export const dgramProcedures = [retrieveFromCid, pktRetrieveConn, dgramParse] as const;
