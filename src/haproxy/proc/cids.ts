/** CIDs after the handshake: NEW_CONNECTION_ID and RETIRE_CONNECTION_ID (semantics N7). On the owner. */
import { listDelete, listFirst, listNext } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { cidOfSeq, deleteCid, insertCid, isDcid, makeCid } from '../lib/cid.ts';
import { clearFlags } from '../lib/conn.ts';
import { lockOf } from '../lib/dcid.ts';
import { QC } from '../model/flags.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { SCRIPT } from '../step/packets.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { setConnectionClose } from './tx.ts';

const build = procedure({
  key: 'quic_build_post_handshake_frames',
  verb: 'Announcing new CIDs',
  locals: {
    qc: to('quic_conn'),
    left: int,
    cid: to('quic_connection_id'),
    lock: to('word'),
    /** Since 2623e0a0b: there is one like it already. */
    taken: int,
  },
  args: ['qc'],
  worksOnConn: true,
});

export const buildPostHandshakeFrames = build.body([
  build.step(
    '1',
    'How many more CIDs does the client take?',
    { ref: 'N7', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.postHandshakeEnter, l.qc);
      const conn = x.ld(l.qc, QuicConn.capConn);
      const limit = conn >= 0 ? x.script(SCRIPT.activeConnectionIdLimit, conn) : 2;
      l.left = x.cfg.withholdPostHandshake ? 0 : Math.min(Math.max(limit - 1, 0), 3);
      return at.next;
    },
  ),
  build.step(
    '2',
    'Make the next CID; its tid is this thread',
    { ref: 'N7', cost: COST.pool, touches: 'shared', to: { enough: '6', none: 'e1' } },
    (x, l, at) => {
      if (l.left <= 0) return at.enough;
      const cid = makeCid(x, l.qc);
      if (cid === RETRY) return at.retry;
      if (cid === NULL) return at.none;
      l.cid = cid;
      l.left = l.left - 1;
      return at.next;
    },
  ),
  build.step(
    '3',
    'Take the write lock of its tree',
    { ref: 'N7', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const lock = lockOf(x, l.cid);
      if (!wrTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  build.step(
    '4',
    'Insert it; a duplicate is silently ignored (M15)',
    { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
    (x, l, at) => {
      insertCid(x, l.cid);
      return at.next;
    },
  ),
  build.step(
    '5',
    'Release the lock',
    { ref: 'N7', cost: COST.atomic, touches: 'shared', to: { more: '2' }, down: false },
    (x, l, at) => {
      wrUnlock(x.m, l.lock);
      return at.more;
    },
  ),
  build.step(
    '6',
    'The frames are ready',
    { ref: 'N7', cost: COST.local, touches: 'conn', to: { done: RET }, down: false },
    (x, l, at) => {
      clearFlags(x, l.qc, QC.NEED_POST_HANDSHAKE_FRMS);
      x.trace(TP.postHandshakeLeave, l.qc);
      return at.done;
    },
  ),
  build.step(
    'e1',
    'No memory: no frames. Next CID behind the first: take the write lock of its tree',
    { ref: 'N7', cost: COST.atomic, touches: 'shared', to: { none: 'e5' } },
    (x, l, at) => {
      const head = x.part(l.qc, QuicConn.cids);
      const first = listFirst(x.m, head);
      const n = first ? listNext(x.m, head, first) : NULL;
      if (!n) return at.none;
      const cid = x.owner(n, QuicCid.byQc);
      const lock = lockOf(x, cid);
      if (!wrTry(x.m, lock)) return at.retry;
      l.cid = cid;
      l.lock = lock;
      return at.next;
    },
  ),
  build.step(
    'e2',
    'Delete it from the tree',
    { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
    (x, l, at) => {
      deleteCid(x, l.cid);
      return at.next;
    },
  ),
  build.step('e3', 'Release the lock', { ref: 'N7', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    wrUnlock(x.m, l.lock);
    return at.next;
  }),
  build.step(
    'e4',
    'Free it',
    { ref: 'N7', cost: COST.pool, touches: 'shared', to: { more: 'e1' }, down: false },
    (x, l, at) => {
      listDelete(x.m, x.part(l.cid, QuicCid.byQc));
      x.free('cid', l.cid);
      return at.more;
    },
  ),
  build.step(
    'e5',
    'The frames are due still',
    { ref: 'N7', cost: COST.local, touches: 'conn', to: { failed: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.postHandshakeLeave, l.qc);
      return at.failed;
    },
  ),
]);

const retire = procedure({
  key: 'qc_handle_retire_connection_id_frm',
  verb: 'Retiring a CID',
  locals: {
    qc: to('quic_conn'),
    seq: int,
    /** Datagram that brought the frame. */
    dg: int,
    cid: to('quic_connection_id'),
    lock: to('word'),
    fresh: to('quic_connection_id'),
    /** Since 2623e0a0b: how many have been tried, and whether there is one like the last. */
    tries: int,
    taken: int,
  },
  args: ['qc', 'seq', 'dg'],
});

/** Error codes (RFC 9000 20.1). */
const PROTOCOL_VIOLATION = 0xa;
export const INTERNAL_ERROR = 0x1;

export const retireConnectionId = retire.body([
  retire.step(
    '1',
    'Which CID does the client retire?',
    { ref: 'N7', cost: COST.local, touches: 'shared', to: { refused: 'out', nothing: RET } },
    (x, l, at) => {
      x.trace(TP.retireEnter, l.qc);
      if (l.seq >= x.ld(l.qc, QuicConn.nextCidSeq)) {
        // The recorded client may retire a CID that a world which withholds new CIDs has never announced.
        if (x.cfg.withholdPostHandshake) return at.nothing;
        x.trace(TP.retireTooBig, l.qc);
        return x.call(at.refused, setConnectionClose, l.qc, PROTOCOL_VIOLATION);
      }
      const cid = cidOfSeq(x, l.qc, l.seq);
      if (cid === NULL) {
        x.trace(TP.retireAlready, l.qc);
        return at.nothing;
      }
      if (isDcid(x, cid, l.dg)) {
        x.trace(TP.retireCurrent, l.qc);
        return x.call(at.refused, setConnectionClose, l.qc, PROTOCOL_VIOLATION);
      }
      l.cid = cid;
      return at.next;
    },
  ),
  retire.step(
    '2',
    'Delete it from the tree (M22: without its lock)',
    { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
    (x, l, at) => {
      deleteCid(x, l.cid);
      return at.next;
    },
  ),
  retire.step('3', 'Free it', { ref: 'N7', cost: COST.pool, touches: 'shared' }, (x, l, at) => {
    listDelete(x.m, x.part(l.cid, QuicCid.byQc));
    x.free('cid', l.cid);
    return at.next;
  }),
  retire.step(
    '4',
    'Make another in its place',
    { ref: 'N7', cost: COST.pool, touches: 'shared', to: { none: 'out' } },
    (x, l, at) => {
      const cid = makeCid(x, l.qc);
      if (cid === RETRY) return at.retry;
      if (cid === NULL) return at.none;
      l.fresh = cid;
      return at.next;
    },
  ),
  retire.step(
    '5',
    'Take the write lock of its tree',
    { ref: 'N7', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const lock = lockOf(x, l.fresh);
      if (!wrTry(x.m, lock)) return at.retry;
      l.lock = lock;
      return at.next;
    },
  ),
  retire.step(
    '6',
    'Insert it',
    { ref: 'N7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'fresh' } } },
    (x, l, at) => {
      insertCid(x, l.fresh);
      return at.next;
    },
  ),
  retire.step('7', 'Release the lock', { ref: 'N7', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    wrUnlock(x.m, l.lock);
    return at.next;
  }),
  retire.step(
    'out',
    'Done',
    { ref: 'N7', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, l, at) => {
      x.trace(TP.retireLeave, l.qc);
      return at.done;
    },
  ),
]);
