/** From a packet to its connection: the CID again, on the thread that may own it, and a new client's first CID (semantics 1.7). */
import { cidInsert, cidLookup } from '../../memory/cidtree.ts';
import { listAppend } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { poolFree, poolIsFree } from '../../memory/pool.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { dropReason, N, PKT } from '../model/flags.ts';
import { Global, QuicCid, QuicConn, QuicDgram, RxPacket } from '../model/layouts.ts';
import { derivedCid, firstByte, loadDerived, loadKey } from './cidkey.ts';
import { cidSetKey, newConn } from './conn.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { ledgerDrop } from './kernel.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { release } from './release.ts';
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
      // A captured server's Retry may have given a shorter one: replayed like one of 8.
      if (s.bytes[at + 5]! >= 8 || (hasToken && x.W.consts.forceRetry)) return go['2c']!;
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
