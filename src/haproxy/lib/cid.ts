/** CIDs of a connection: their keys, their making, and which of them a packet was sent to (semantics N7). */
import { CidNode, cidDelete, cidInsert } from '../../memory/cidtree.ts';
import { listAppend, listFirst, listNext } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import type { Field, Part, Ptr } from '../../memory/struct.ts';
import { QuicCid, QuicConn, Word } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { TP } from '../step/trace.ts';
import { rootOf } from './dcid.ts';

type Qc = Ptr<'quic_conn'>;
type Cid = Ptr<'quic_connection_id'>;

/** Word `i` of a CID's key; the sixth is its length in bytes. */
const keyWord = (x: Exec, cid: Cid, i: number): number =>
  x.ld(x.word(x.part(cid, QuicCid.node), CidNode.key, i), Word.v);

/** Puts a CID in its tree unless there is one like it. Says whether it is in. The caller holds the tree's write lock. */
export function insertCid(x: Exec, cid: Cid): boolean {
  const node = x.part(cid, QuicCid.node);
  return cidInsert(x.m, rootOf(x, cid), node) === node;
}

/** Takes a CID out of its tree. The caller is to hold the tree's write lock. */
export function deleteCid(x: Exec, cid: Cid): void {
  cidDelete(x.m, rootOf(x, cid), x.part(cid, QuicCid.node));
}

/** Stores the loaded key, 1 to 20 bytes, as that of a CID. */
export function setNodeKey(x: Exec, cid: Cid): void {
  if (x.klen < 1 || x.klen > 20) x.fault('a CID in a tree has 1 to 20 bytes');
  const node = x.part(cid, QuicCid.node);
  x.st(x.word(node, CidNode.key, 0), Word.v, x.k0);
  x.st(x.word(node, CidNode.key, 1), Word.v, x.k1);
  x.st(x.word(node, CidNode.key, 2), Word.v, x.k2);
  x.st(x.word(node, CidNode.key, 3), Word.v, x.k3);
  x.st(x.word(node, CidNode.key, 4), Word.v, x.k4);
  x.st(node, CidNode.keyLen, x.klen);
}

/** Stores the loaded key, 0 to 20 bytes, in a connection's field for one: five words and the length. */
export function storeKey(x: Exec, qc: Qc, field: Field<'quic_conn', Part<'words'>>): void {
  x.st(x.word(qc, field, 0), Word.v, x.k0);
  x.st(x.word(qc, field, 1), Word.v, x.k1);
  x.st(x.word(qc, field, 2), Word.v, x.k2);
  x.st(x.word(qc, field, 3), Word.v, x.k3);
  x.st(x.word(qc, field, 4), Word.v, x.k4);
  x.st(x.word(qc, field, 5), Word.v, x.klen);
}

/** Copies a CID's key to a connection's field for one. */
export function copyKey(x: Exec, qc: Qc, field: Field<'quic_conn', Part<'words'>>, cid: Cid): void {
  for (let i = 0; i < 6; i++) x.st(x.word(qc, field, i), Word.v, keyWord(x, cid, i));
}

/** A CID for the connection, that of its next sequence number; tid stored. In no list yet. NULL without memory, or RETRY. */
export function freshCid(x: Exec, qc: Qc): Cid {
  const cid = x.alloc('cid');
  if (cid <= 0) return cid;
  x.loadScripted(x.ld(qc, QuicConn.capConn), x.ld(qc, QuicConn.nextCidSeq), qc);
  setNodeKey(x, cid);
  x.st(cid, QuicCid.qc, qc);
  x.ast(cid, QuicCid.tid, x.t);
  return cid;
}

/** Gives it the next sequence number, and puts it in qc.cids. */
export function numberCid(x: Exec, qc: Qc, cid: Cid): void {
  x.trace(TP.newCidEnter, qc);
  const seq = x.ld(qc, QuicConn.nextCidSeq);
  x.st(cid, QuicCid.seqNum, seq);
  x.st(qc, QuicConn.nextCidSeq, seq + 1);
  listAppend(x.m, x.part(qc, QuicConn.cids), x.part(cid, QuicCid.byQc));
  x.trace(TP.newCidLeave, qc);
}

/** new_quic_cid for the connection: with its number, in qc.cids. NULL without memory, or RETRY. */
export function makeCid(x: Exec, qc: Qc): Cid {
  const cid = freshCid(x, qc);
  if (cid > 0) numberCid(x, qc, cid);
  else if (cid === NULL) {
    x.trace(TP.newCidEnter, qc);
    x.trace(TP.newCidFailed, qc);
  }
  return cid;
}

/** The connection's CID of sequence number `seq`, or NULL. */
export function cidOfSeq(x: Exec, qc: Qc, seq: number): Cid {
  const head = x.part(qc, QuicConn.cids);
  for (let n = listFirst(x.m, head); n; n = listNext(x.m, head, n)) {
    const cid = x.owner(n, QuicCid.byQc);
    if (x.ld(cid, QuicCid.seqNum) === seq) return cid;
  }
  return NULL;
}

/** Whether datagram `dg` was sent to `cid`. */
export function isDcid(x: Exec, cid: Cid, dg: number): boolean {
  const at = x.dgBegin(dg);
  if (x.byte(at) & 0x80) x.loadKey(at + 6, x.byte(at + 5));
  else x.loadKey(at + 1, x.cidLengthOf(dg));
  return keyWord(x, cid, 0) === x.k0 && keyWord(x, cid, 1) === x.k1;
}
