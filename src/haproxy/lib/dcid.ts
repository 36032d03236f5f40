/** From a packet's first bytes to its Destination Connection ID, and from that to its tree (semantics 1.2/1, 1.3). */
import { CidNode, cidLookup } from '../../memory/cidtree.ts';
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { QuicCid, RxPacket, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';

type Cid = Ptr<'quic_connection_id'>;

/** quic_get_dgram_dcid: loads the DCID at the head of datagram `dg` as the key; its length, or -1 when it is refused. */
export function dgramDcid(x: Exec, dg: number): number {
  const at = x.dgBegin(dg);
  const len = x.dgLength(dg);
  const own = x.cidLengthOf(dg);
  const b0 = len > 0 ? x.byte(at) : 0;
  if (!(b0 & 0x40) && !x.anyFixedBit) return -1;
  if (b0 & 0x80) {
    if (len < 7) return -1;
    const n = x.byte(at + 5);
    if (n > 20 || len <= 6 + n) return -1;
    x.loadKey(at + 6, n);
    return n;
  }
  if (len < 1 + own + 16) return -1;
  x.loadKey(at + 1, own);
  return own;
}

/** Loads the DCID of packet `pkt` as the key. */
export function loadPacketDcid(x: Exec, pkt: Ptr<'quic_rx_packet'>): void {
  const dg = x.ld(pkt, RxPacket.dgram);
  const at = x.dgBegin(dg) + x.ld(pkt, RxPacket.off);
  if (x.byte(at) & 0x80) x.loadKey(at + 6, x.byte(at + 5));
  else x.loadKey(at + 1, x.cidLengthOf(dg));
}

/** Version-independent look at a long header: is it an Initial or a 0-RTT packet of a version we know? */
export function isInitialOrZeroRtt(x: Exec, dg: number): boolean {
  const at = x.dgBegin(dg);
  const b0 = x.byte(at);
  if (!(b0 & 0x80)) return false;
  const version =
    ((x.byte(at + 1) << 24) | (x.byte(at + 2) << 16) | (x.byte(at + 3) << 8) | x.byte(at + 4)) >>> 0;
  const type = (b0 >> 4) & 3;
  if (version === 0x6b3343cf) return type === 1 || type === 2;
  if (version === 1 || version === 0xff00001d) return type === 0 || type === 1;
  return false;
}

/** First byte of the loaded key: which of the 256 trees. */
export const firstByte = (x: Exec): number => x.k0 >>> 24;

/** Lock and root of the loaded key's tree. */
export const keyLock = (x: Exec): Ptr<'word'> => x.at(AT.treeLock, firstByte(x));
export const keyRoot = (x: Exec): Ptr<'eb_root'> => x.at(AT.treeRoot, firstByte(x));

/** The entry of the loaded key in its tree, or NULL. */
export const lookUp = (x: Exec): Cid => lookUpIn(x, keyRoot(x));

/** The entry of the loaded key in a given tree, or NULL. */
export function lookUpIn(x: Exec, root: Ptr<'eb_root'>): Cid {
  const node = cidLookup(x.m, root, x.k0, x.k1, x.k2, x.k3, x.k4, x.klen) as Ptr<'ebmb_node'>;
  return node ? x.owner(node, QuicCid.node) : NULL;
}

/** First byte of an entry's own CID. */
const byteOf = (x: Exec, cid: Cid): number =>
  x.ld(x.word(x.part(cid, QuicCid.node), CidNode.key, 0), Word.v) >>> 24;

/** Lock and root of the tree that an entry belongs to. */
export const lockOf = (x: Exec, cid: Cid): Ptr<'word'> => x.at(AT.treeLock, byteOf(x, cid));
export const rootOf = (x: Exec, cid: Cid): Ptr<'eb_root'> => x.at(AT.treeRoot, byteOf(x, cid));
