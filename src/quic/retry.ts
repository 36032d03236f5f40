import { AEAD_TAG } from './aead.ts';
import { AesGcm } from './aes-gcm.ts';
import { readU32, writeU32 } from './bytes.ts';
import type { PacketHeader } from './header.ts';
import { type QuicVersion, quicVersion } from './version.ts';
import type { Workspace } from './workspace.ts';

/**
 * The integrity tag (16 bytes) of the Retry packet whose bytes before the tag are buf[off, end), as an answer
 * to an Initial with the Destination Connection ID `odcid` (0 to 20 bytes). RFC 9001 5.8.
 */
export function retryIntegrityTag(
  version: QuicVersion,
  odcid: Uint8Array,
  buf: Uint8Array,
  off: number,
  end: number,
  ws: Workspace,
): Uint8Array {
  const pseudo = new Uint8Array(1 + odcid.length + end - off);
  pseudo[0] = odcid.length;
  pseudo.set(odcid, 1);
  pseudo.set(buf.subarray(off, end), 1 + odcid.length);
  const tag = new Uint8Array(AEAD_TAG);
  const nonce = version.retryNonce;
  const aead = new AesGcm(version.retryKey);
  aead.seal(ws, readU32(nonce, 0), readU32(nonce, 4), readU32(nonce, 8), pseudo, 0, pseudo.length, tag, 0, 0);
  return tag;
}

/**
 * Whether the tag of a parsed Retry packet is right for `odcid`. False for anything that is not a Retry of a
 * known version.
 */
export function retryTagMatches(
  buf: Uint8Array,
  header: PacketHeader,
  odcid: Uint8Array,
  ws: Workspace,
): boolean {
  const version = quicVersion(header.version);
  if (version === undefined || header.type !== 'Retry') return false;
  const tag = retryIntegrityTag(version, odcid, buf, header.start, header.retryTagOff, ws);
  let difference = 0;
  for (let i = 0; i < AEAD_TAG; i++) difference |= tag[i]! ^ buf[header.retryTagOff + i]!;
  return difference === 0;
}

/**
 * Writes a Retry packet with its tag at buf[off..) and returns its end: `dcid` is the client's Source
 * Connection ID, `scid` the server's new one, `odcid` the Destination Connection ID of the Initial that is
 * answered. RFC 9000 17.2.5.
 */
export function writeRetry(
  buf: Uint8Array,
  off: number,
  version: QuicVersion,
  dcid: Uint8Array,
  scid: Uint8Array,
  token: Uint8Array,
  odcid: Uint8Array,
  ws: Workspace,
): number {
  buf[off] = 0xc0 | (version.types.indexOf('Retry') << 4);
  writeU32(buf, off + 1, version.number);
  let at = off + 5;
  buf[at++] = dcid.length;
  buf.set(dcid, at);
  at += dcid.length;
  buf[at++] = scid.length;
  buf.set(scid, at);
  at += scid.length;
  buf.set(token, at);
  at += token.length;
  buf.set(retryIntegrityTag(version, odcid, buf, off, at, ws), at);
  return at + AEAD_TAG;
}
