/** CIDs after the handshake: NEW_CONNECTION_ID and RETIRE_CONNECTION_ID (semantics N7). On the owner. */
import { cidDelete, cidInsert } from '../../memory/cidtree.ts';
import { listAppend, listDelete, listFirst, listNext } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { poolFree } from '../../memory/pool.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { QC } from '../model/flags.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { loadKey, scriptedCid } from './cidkey.ts';
import { cidSetKey } from './conn.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { clearFlags } from './handle.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { TP } from './trace.ts';
import { setConnectionClose } from './tx.ts';

const treeByte = (x: Exec, cid: number): number => x.m.ld(cid + QuicCid.node) >>> 24;

/** new_quic_cid for the connection: allocated, tid stored, next sequence number, in qc.cids. 0 without memory. */
function makeCid(x: Exec, qc: number): number {
  const { m } = x;
  const cid = x.alloc(x.W.pools.cid);
  if (cid <= 0) return cid;
  const seq = m.ld(qc + QuicConn.nextCidSeq);
  cidSetKey(m, cid + QuicCid.node, scriptedCid(x.W, m.ld(qc + QuicConn.capConn), seq, qc));
  m.st(cid + QuicCid.qc, qc);
  m.st(cid + QuicCid.seqNum, seq);
  m.ast(cid + QuicCid.tid, x.t);
  m.st(qc + QuicConn.nextCidSeq, seq + 1);
  listAppend(m, qc + QuicConn.cids, cid + QuicCid.byQc);
  return cid;
}

/** Locals. */
const B = { qc: 0, left: 1, cid: 2, lock: 3, taken: 4 } as const;

export const buildPostHandshakeFrames = procedure(
  'quic_build_post_handshake_frames',
  'Announcing new CIDs',
  ['qc', 'left', 'cid', 'lock', 'taken'],
  [
    step('1', 'How many more CIDs does the client take?', 'N7', COST.local, (x) => {
      const { m, W } = x;
      const qc = x.get(B.qc);
      x.sink.trace(x, TP.postHandshakeEnter, qc);
      const conn = m.ld(qc + QuicConn.capConn);
      const limit = conn >= 0 ? W.consts.conns[conn]!.activeConnectionIdLimit : 2;
      x.set(B.left, W.cfg.withholdPostHandshake ? 0 : Math.min(Math.max(limit - 1, 0), 3));
      return NEXT;
    }),
    step('2', 'Make the next CID; its tid is this thread', 'N7', COST.pool, (x, go) => {
      if (x.get(B.left) <= 0) return go['6']!;
      const cid = makeCid(x, x.get(B.qc));
      if (cid === RETRY) return RETRY_STEP;
      if (cid === 0) return go['6']!;
      x.set(B.cid, cid);
      x.set(B.left, x.get(B.left) - 1);
      return NEXT;
    }),
    step('3', 'Take the write lock of its tree', 'N7', COST.atomic, (x) => lockTree(x, B.cid, B.lock)),
    step('4', 'Insert it; a duplicate is silently ignored (M15)', 'N7', COST.tree, (x) => insert(x, B.cid), {
      until: '2623e0a0b',
    }),
    step(
      '4n',
      'Insert it; is there one like it?',
      'N7',
      COST.tree,
      (x) => {
        const c = x.get(B.cid);
        const there = cidInsert(x.m, x.W.treeRoot(treeByte(x, c)), c + QuicCid.node);
        x.set(B.taken, there === c + QuicCid.node ? 0 : 1);
        return NEXT;
      },
      { since: '2623e0a0b' },
    ),
    step('5', 'Release the lock', 'N7', COST.atomic, (x, go) => {
      wrUnlock(x.m, x.get(B.lock));
      return x.get(B.taken) ? NEXT : go['2']!;
    }),
    step(
      '5n',
      'It is another’s: forget it',
      'N7',
      COST.pool,
      (x, go) => {
        const { m } = x;
        const cid = x.get(B.cid);
        listDelete(m, cid + QuicCid.byQc);
        m.st(x.get(B.qc) + QuicConn.nextCidSeq, m.ld(x.get(B.qc) + QuicConn.nextCidSeq) - 1);
        poolFree(m, x.W.pools.cid, cid);
        x.set(B.taken, 0);
        return go['2']!;
      },
      { since: '2623e0a0b' },
    ),
    step('6', 'The frames are ready', 'N7', COST.local, (x) => {
      clearFlags(x, x.get(B.qc), QC.NEED_POST_HANDSHAKE_FRMS);
      x.sink.trace(x, TP.postHandshakeLeave, x.get(B.qc));
      return RET;
    }),
  ],
);

function lockTree(x: Exec, cid: number, lock: number): number {
  const at = x.W.treeLock(treeByte(x, x.get(cid)));
  if (!wrTry(x.m, at)) return RETRY_STEP;
  x.set(lock, at);
  return NEXT;
}

function insert(x: Exec, cid: number): number {
  const c = x.get(cid);
  cidInsert(x.m, x.W.treeRoot(treeByte(x, c)), c + QuicCid.node);
  return NEXT;
}

/** Locals: connection, sequence number, datagram of the frame. */
const R = { qc: 0, seq: 1, dg: 2, cid: 3, lock: 4, fresh: 5 } as const;

function bySeq(x: Exec, qc: number, seq: number): number {
  const { m } = x;
  for (let n = listFirst(m, qc + QuicConn.cids); n; n = listNext(m, qc + QuicConn.cids, n)) {
    if (m.ld(n - QuicCid.byQc + QuicCid.seqNum) === seq) return n - QuicCid.byQc;
  }
  return 0;
}

/** Whether the packet that carried the frame was sent to `cid`. */
function isDcid(x: Exec, cid: number, dg: number): boolean {
  const { m } = x;
  const s = x.W.consts.datagrams;
  const at = s.offset[dg]!;
  const long = (s.bytes[at]! & 0x80) !== 0;
  loadKey(x, s.bytes, long ? at + 6 : at + 1, long ? s.bytes[at + 5]! : x.W.consts.cidLength);
  return m.ld(cid + QuicCid.node) === x.k0 && m.ld(cid + QuicCid.node + 1) === x.k1;
}

function unlink(x: Exec): number {
  const cid = x.get(R.cid);
  cidDelete(x.m, x.W.treeRoot(treeByte(x, cid)), cid + QuicCid.node);
  return NEXT;
}

export const retireConnectionId = procedure(
  'qc_handle_retire_connection_id_frm',
  'Retiring a CID',
  ['qc', 'seq', 'dg', 'cid', 'lock', 'fresh'],
  [
    step('1', 'Which CID does the client retire?', 'N7', COST.local, (x, go) => {
      const { m, W } = x;
      const qc = x.get(R.qc);
      const seq = x.get(R.seq);
      x.sink.trace(x, TP.retireEnter, qc);
      if (seq >= m.ld(qc + QuicConn.nextCidSeq)) {
        // The recorded client may retire a CID that a world which withholds new CIDs has never announced.
        if (W.cfg.withholdPostHandshake) return RET;
        x.sink.trace(x, TP.retireTooBig, qc);
        return x.callThen(go.out!, setConnectionClose, qc, 0xa);
      }
      const cid = bySeq(x, qc, seq);
      if (cid === 0) {
        x.sink.trace(x, TP.retireAlready, qc);
        return RET;
      }
      if (isDcid(x, cid, x.get(R.dg))) {
        x.sink.trace(x, TP.retireCurrent, qc);
        return x.callThen(go.out!, setConnectionClose, qc, 0xa);
      }
      x.set(R.cid, cid);
      return NEXT;
    }),
    step('2l', 'Take the write lock of its tree', 'N7', COST.atomic, (x) => lockTree(x, R.cid, R.lock), {
      since: 'dd58dff1e',
    }),
    step('2', 'Delete it from the tree (M22: without its lock)', 'N7', COST.tree, unlink, {
      until: 'dd58dff1e',
    }),
    step('2n', 'Delete it from the tree', 'N7', COST.tree, unlink, { since: 'dd58dff1e' }),
    step(
      '2u',
      'Release the lock',
      'N7',
      COST.atomic,
      (x) => {
        wrUnlock(x.m, x.get(R.lock));
        return NEXT;
      },
      { since: 'dd58dff1e' },
    ),
    step('3', 'Free it', 'N7', COST.pool, (x) => {
      const cid = x.get(R.cid);
      listDelete(x.m, cid + QuicCid.byQc);
      poolFree(x.m, x.W.pools.cid, cid);
      return NEXT;
    }),
    step('4', 'Make another in its place', 'N7', COST.pool, (x, go) => {
      const cid = makeCid(x, x.get(R.qc));
      if (cid === RETRY) return RETRY_STEP;
      if (cid === 0) return go.out!;
      x.set(R.fresh, cid);
      return NEXT;
    }),
    step('5', 'Take the write lock of its tree', 'N7', COST.atomic, (x) => lockTree(x, R.fresh, R.lock)),
    step('6', 'Insert it', 'N7', COST.tree, (x) => insert(x, R.fresh)),
    step('7', 'Release the lock', 'N7', COST.atomic, (x) => {
      wrUnlock(x.m, x.get(R.lock));
      return NEXT;
    }),
    step('out', 'Done', 'N7', COST.local, (x) => {
      x.sink.trace(x, TP.retireLeave, x.get(R.qc));
      return RET;
    }),
  ],
);

export const cidProcedures = [buildPostHandshakeFrames, retireConnectionId] as const;
