/** CIDs that the server gives: derived, or as a script has them. */
import type { Mem } from '../../memory/mem.ts';
import type { World } from './world.ts';
import { xxh64 } from './xxh64.ts';

/**
 * quic_derive_cid of the Initial or 0-RTT packet at the head of datagram `dg`, from address `saddr`: the captured server's
 * answer where there is one, else XXH64 over DCID, address and the boot seed (semantics 1.8).
 */
export function derivedCid(W: World, dg: number, saddr: number): Uint8Array {
  const c = W.consts;
  const s = c.datagrams;
  const at = s.offset[dg]!;
  const len = s.bytes[at + 5]!;
  const conn = s.conn[dg]!;
  const script = c.clients.conn(conn);
  const dcid = s.bytes.subarray(at + 6, at + 6 + len);
  if (script && script.saddr === saddr && script.scids[0] && equal(script.odcid, dcid))
    return script.scids[0];
  return deriveCid(W, dcid, saddr);
}

/** quic_derive_cid: XXH64 over a client's first DCID, its address and the boot seed. */
export function deriveCid(W: World, dcid: Uint8Array, saddr: number): Uint8Array {
  const c = W.consts;
  const addr = c.clients.address(saddr)!.bytes;
  const input = new Uint8Array(dcid.length + addr.length + c.bootSeed.length);
  input.set(dcid);
  input.set(addr, dcid.length);
  input.set(c.bootSeed, dcid.length + addr.length);
  return padTo(xxh64(input), c.cidLength);
}

/** First CID of a capture connection: the captured server's, or derived from the client's first DCID. */
export function derivedOrScripted(W: World, conn: number): Uint8Array {
  const script = W.consts.clients.conn(conn)!;
  if (script.scids[0]) return script.scids[0];
  const s = W.consts.datagrams;
  for (let d = 0; d < s.count; d++) if (s.conn[d] === conn) return derivedCid(W, d, s.saddr[d]!);
  return new Uint8Array(0);
}

/** CID of sequence number `seq` of a capture connection: as the captured server announced it, else derived from the seed. */
export function scriptedCid(W: World, conn: number, seq: number, salt: number): Uint8Array {
  const c = W.consts;
  const script = c.clients.conn(conn);
  const known = script?.scids[seq];
  if (known) return known;
  const input = new Uint8Array(c.bootSeed.length + 12);
  input.set(c.bootSeed);
  const v = new DataView(input.buffer);
  v.setInt32(c.bootSeed.length, conn);
  v.setInt32(c.bootSeed.length + 4, seq);
  v.setInt32(c.bootSeed.length + 8, salt);
  return padTo(xxh64(input), c.cidLength);
}

function padTo(eight: Uint8Array, len: number): Uint8Array {
  if (len === 8) return eight;
  const out = new Uint8Array(len);
  for (let i = 0; i < len; i++) out[i] = eight[i & 7]! ^ (i >> 3);
  return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Writes a CID as five words and a length at `at` (six words). */
export function storeCid(m: Mem, at: number, cid: Uint8Array): void {
  const w = [0, 0, 0, 0, 0];
  for (let i = 0; i < cid.length && i < 20; i++) w[i >> 2]! |= cid[i]! << (24 - 8 * (i & 3));
  for (let i = 0; i < 5; i++) m.st(at + i, w[i]!);
  m.st(at + 5, cid.length);
}
