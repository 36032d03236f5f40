/** From a packet to its connection: the CID again, on the thread that may own it, and a new client's first CID (semantics 1.7). */
import { cidInsert } from '../../memory/cidtree.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from '../../memory/rwlock.ts';
import type { Ptr } from '../../memory/struct.ts';
import { setNodeKey } from '../lib/cid.ts';
import { keyLock, loadPacketDcid, lockOf, lookUp, rootOf } from '../lib/dcid.ts';
import { countOwner, ledgerDrop } from '../lib/kernel.ts';
import { RXF } from '../lib/parse.ts';
import { DROP_REASON, N, PKT } from '../model/flags.ts';
import { Global, QuicCid, QuicDgram, RxPacket } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { either, int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { newConn } from './conn.ts';

const f = procedure({
  key: 'retrieve_qc_conn_from_cid',
  verb: 'Re-checking the owner',
  locals: {
    pkt: to('quic_rx_packet'),
    saddr: int,
    lock: to('word'),
    node: to('quic_connection_id'),
    other: either,
  },
  args: ['pkt', 'saddr'],
  roles: ['retrieve'],
  means: true,
});

/** Returns the connection, 0 (none), or -1 - tid of another owner. */
export const retrieveFromCid = f.body([
  f.step(
    '1',
    'Take the read lock of the CID’s tree',
    { ref: '1.7/1', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      loadPacketDcid(x, l.pkt);
      const lock = keyLock(x);
      if (!rdTry(x.m, lock)) return at.retry;
      x.trace(TP.fromCidEnter, NULL);
      l.lock = lock;
      return at.next;
    },
  ),
  f.step(
    '2',
    'Look the CID up',
    { ref: '1.7/1', cost: COST.tree, touches: 'shared', to: { found: '5', unknown: '7' } },
    (x, l, at) => {
      loadPacketDcid(x, l.pkt);
      l.node = lookUp(x);
      if (l.node) return at.found;
      const type = x.ld(l.pkt, RxPacket.type);
      return type === PKT.INITIAL || type === PKT.ZERO_RTT ? at.next : at.unknown;
    },
  ),
  f.step(
    '3',
    'Not there: release the lock',
    { ref: '1.7/2', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      rdUnlock(x.m, l.lock);
      return at.next;
    },
  ),
  f.step(
    '4',
    'Take the read lock of the derived CID’s tree',
    { ref: '1.7/2 1.8', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.loadDerived(x.ld(l.pkt, RxPacket.dgram), l.saddr);
      const lock = keyLock(x);
      if (!rdTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  f.step(
    '4b',
    'Look the derived CID up',
    { ref: '1.7/2', cost: COST.tree, touches: 'shared', to: { unknown: '7' } },
    (x, l, at) => {
      x.loadDerived(x.ld(l.pkt, RxPacket.dgram), l.saddr);
      l.node = lookUp(x);
      return l.node ? at.next : at.unknown;
    },
  ),
  f.step(
    '5',
    'Read the entry’s tid again: is it still this thread?',
    {
      ref: '1.7/4',
      cost: COST.atomic,
      touches: 'shared',
      roles: { cidRead: { node: 'node', lock: 'lock' } },
      to: { another: '7' },
    },
    (x, l, at) => {
      const tid = x.rld(l.node, QuicCid.tid);
      if (tid === x.t) return at.next;
      l.other = -1 - tid;
      return at.another;
    },
  ),
  f.step(
    '6',
    'It is: the entry’s connection is ours',
    {
      ref: '1.7/4',
      cost: COST.local,
      touches: 'shared',
      roles: { cidRead: { node: 'node', lock: 'lock' } },
    },
    (x, l, at) => {
      l.other = x.ld(l.node, QuicCid.qc);
      return at.next;
    },
  ),
  f.step(
    '7',
    'Release the lock',
    { ref: '1.7/4', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      rdUnlock(x.m, l.lock);
      const r = l.other;
      x.setRet(r);
      x.trace(TP.fromCidLeave, r > 0 ? (r as Ptr<'quic_conn'>) : NULL);
      return at.done;
    },
  ),
]);

const p = procedure({
  key: 'quic_rx_pkt_retrieve_conn',
  verb: 'Finding the connection',
  locals: {
    pkt: to('quic_rx_packet'),
    dgram: to('quic_dgram'),
    lock: to('word'),
    cid: to('quic_connection_id'),
    other: either,
    qc: to('quic_conn'),
  },
  args: ['pkt', 'dgram'],
});

/** The datagram ends here, for `reason` (DROP_REASON). */
export function retrieveFails(x: Exec, pkt: Ptr<'quic_rx_packet'>, reason: number): void {
  ledgerDrop(x, x.ld(pkt, RxPacket.dgram), reason);
  x.trace(TP.retrieveLeaveErr, NULL);
  x.setRet(0);
}

/** The first CID of the client that has sent `pkt`: derived from the one that it has chosen, and this thread's. */
export function fillFirstCid(
  x: Exec,
  cid: Ptr<'quic_connection_id'>,
  pkt: Ptr<'quic_rx_packet'>,
  dgram: Ptr<'quic_dgram'>,
): void {
  x.loadDerived(x.ld(pkt, RxPacket.dgram), x.ld(dgram, QuicDgram.saddr));
  setNodeKey(x, cid);
  x.ast(cid, QuicCid.tid, x.t);
}

/** Returns as retrieve_qc_conn_from_cid. */
export const pktRetrieveConn = p.body([
  p.step(
    '1',
    'Look for the connection by its CID',
    { ref: '1.7/1', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.trace(TP.retrieveEnter, NULL);
      return x.call(at.next, retrieveFromCid, l.pkt, x.ld(l.dgram, QuicDgram.saddr));
    },
  ),
  p.step(
    '2',
    'Found here, or on another thread?',
    { ref: '1.7/1', cost: COST.local, touches: 'conn', to: { found: RET, unknown: 'unknown' } },
    (x, l, at) => {
      const r = x.ret;
      if (r !== 0) {
        x.trace(TP.retrieveLeave, r > 0 ? (r as Ptr<'quic_conn'>) : NULL);
        return at.found;
      }
      return x.ld(l.pkt, RxPacket.type) === PKT.INITIAL ? at.next : at.unknown;
    },
  ),
  p.step(
    '2a',
    'Too many half-open connections? Then a Retry',
    {
      ref: '1.7/2a 1.7/2b',
      cost: COST.atomic,
      touches: 'shared',
      to: { refused: RET, welcome: '2c' },
      down: false,
    },
    (x, l, at) => {
      const hasToken = (x.ld(l.pkt, RxPacket.flags) & RXF.HAS_TOKEN) !== 0;
      if (!hasToken && x.rld(x.global, Global.halfOpen) >= N.RETRY_THRESHOLD) {
        x.trace(TP.retrieveRetry, NULL);
        retrieveFails(x, l.pkt, DROP_REASON.retryAnswered);
        return at.refused;
      }
      // A captured server's Retry may have given a shorter one: replayed like one of 8.
      const length = x.byte(x.dgBegin(x.ld(l.pkt, RxPacket.dgram)) + 5);
      if (length >= 8 || (hasToken && x.forceRetry)) return at.welcome;
      x.trace(TP.retrieveShortDcid, NULL);
      retrieveFails(x, l.pkt, DROP_REASON.badHeader);
      return at.refused;
    },
  ),
  p.step(
    '2c',
    'A new client: make its first CID',
    { ref: '1.7/2c 1.8', cost: COST.pool, touches: 'shared', to: { none: RET } },
    (x, l, at) => {
      const cid = x.alloc('cid');
      if (cid === RETRY) return at.retry;
      x.trace(TP.newCidEnter, NULL);
      if (cid === NULL) {
        x.trace(TP.newCidFailed, NULL);
        retrieveFails(x, l.pkt, DROP_REASON.noMemory);
        return at.none;
      }
      fillFirstCid(x, cid, l.pkt, l.dgram);
      x.trace(TP.newCidLeave, NULL);
      l.cid = cid;
      return at.next;
    },
  ),
  p.step(
    '2d',
    'Take the write lock of its tree',
    { ref: '1.7/2d', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const lock = lockOf(x, l.cid);
      if (!wrTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  p.step(
    '2d.1',
    'Insert it: the first thread to come wins',
    {
      ref: '1.7/2d',
      cost: COST.tree,
      touches: 'shared',
      roles: { treeWrite: { cid: 'cid' } },
      to: { won: '2d.3' },
    },
    (x, l, at) => {
      const node = x.part(l.cid, QuicCid.node);
      const there = cidInsert(x.m, rootOf(x, l.cid), node);
      if (there === node) {
        countOwner(x, x.dgConn(x.ld(l.pkt, RxPacket.dgram)));
        return at.won;
      }
      l.other = x.owner(there as Ptr<'ebmb_node'>, QuicCid.node);
      return at.next;
    },
  ),
  p.step(
    '2d.2',
    'Another thread was first: read its tid',
    { ref: '1.7/2d', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      l.other = -1 - x.rld(l.other as Ptr<'quic_connection_id'>, QuicCid.tid);
      return at.next;
    },
  ),
  p.step(
    '2d.3',
    'Release the lock',
    { ref: '1.7/2d', cost: COST.atomic, touches: 'shared', to: { won: '2f' } },
    (x, l, at) => {
      wrUnlock(x.m, l.lock);
      return l.other ? at.next : at.won;
    },
  ),
  p.step(
    '2e',
    'Free the CID made in vain',
    { ref: '1.7/2e', cost: COST.pool, touches: 'shared', to: { lost: RET }, down: false },
    (x, l, at) => {
      if (!x.isFree('cid', l.cid)) x.free('cid', l.cid);
      x.setRet(l.other);
      x.trace(TP.retrieveLeave, NULL);
      return at.lost;
    },
  ),
  p.step('2f', 'Create the connection', { ref: '1.7/2f', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, newConn, l.cid, l.dgram, l.pkt),
  ),
  p.step(
    '2g',
    'Count it as half open; without memory its CID stays behind (M10)',
    { ref: '1.7/2f', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      if (x.ret === 0) {
        retrieveFails(x, l.pkt, DROP_REASON.noMemory);
        return at.done;
      }
      x.add(x.global, Global.halfOpen, 1);
      x.trace(TP.retrieveLeave, x.ret as Ptr<'quic_conn'>);
      return at.done;
    },
  ),
  p.step(
    'unknown',
    'No connection: answer with a stateless reset',
    { ref: '1.7/3', cost: COST.syscall, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.retrieveUnknown, NULL);
      const long = x.dgLength(x.ld(l.pkt, RxPacket.dgram)) >= 22 + 8;
      retrieveFails(x, l.pkt, long ? DROP_REASON.statelessResetAnswered : DROP_REASON.unknownCid);
      return at.done;
    },
  ),
]);
