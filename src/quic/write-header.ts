import { writeU32 } from './bytes.ts';
import { truncatePacketNumber } from './packet-number.ts';
import { writeVarint } from './varint.ts';
import type { LongType, QuicVersion } from './version.ts';

/** A long header to write; all but `token` is needed. */
export interface LongHeaderFields {
  readonly version: QuicVersion;
  readonly type: Exclude<LongType, 'Retry'>;
  readonly dcid: Uint8Array;
  readonly scid: Uint8Array;
  /** Initial only. */
  readonly token?: Uint8Array;
  readonly pn: number;
  /** Bytes of the packet number, 1 to 4. */
  readonly pnLen: number;
  /** Bytes of frames that will follow, without the tag. */
  readonly payloadLen: number;
}

/**
 * Writes an unprotected long header with its packet number at buf[off..) and returns the offset of the packet
 * number; frames go to that plus `pnLen`. The Length field has always two bytes. RFC 9000 17.2.
 */
export function writeLongHeader(buf: Uint8Array, off: number, fields: LongHeaderFields): number {
  const { version, type, dcid, scid, pnLen } = fields;
  buf[off] = 0xc0 | (version.types.indexOf(type) << 4) | (pnLen - 1);
  writeU32(buf, off + 1, version.number);
  let at = off + 5;
  buf[at++] = dcid.length;
  buf.set(dcid, at);
  at += dcid.length;
  buf[at++] = scid.length;
  buf.set(scid, at);
  at += scid.length;
  if (type === 'Initial') {
    const token = fields.token ?? new Uint8Array(0);
    at += writeVarint(buf, at, token.length);
    buf.set(token, at);
    at += token.length;
  }
  at += writeVarint(buf, at, pnLen + fields.payloadLen + 16, 2);
  writePacketNumber(buf, at, fields.pn, pnLen);
  return at;
}

/**
 * Writes an unprotected short header with its packet number at buf[off..) and returns the offset of the packet
 * number. RFC 9000 17.3.1.
 */
export function writeShortHeader(
  buf: Uint8Array,
  off: number,
  dcid: Uint8Array,
  pn: number,
  pnLen: number,
  keyPhase: 0 | 1,
  spin: 0 | 1 = 0,
): number {
  buf[off] = 0x40 | (spin << 5) | (keyPhase << 2) | (pnLen - 1);
  buf.set(dcid, off + 1);
  const at = off + 1 + dcid.length;
  writePacketNumber(buf, at, pn, pnLen);
  return at;
}

/** Writes a Version Negotiation packet (RFC 9000 17.2.1) and returns its end. */
export function writeVersionNegotiation(
  buf: Uint8Array,
  off: number,
  dcid: Uint8Array,
  scid: Uint8Array,
  versions: readonly number[],
): number {
  buf[off] = 0xc0;
  writeU32(buf, off + 1, 0);
  let at = off + 5;
  buf[at++] = dcid.length;
  buf.set(dcid, at);
  at += dcid.length;
  buf[at++] = scid.length;
  buf.set(scid, at);
  at += scid.length;
  for (const version of versions) {
    writeU32(buf, at, version);
    at += 4;
  }
  return at;
}

function writePacketNumber(buf: Uint8Array, off: number, pn: number, pnLen: number): void {
  let rest = truncatePacketNumber(pn, pnLen);
  for (let i = off + pnLen - 1; i >= off; i--) {
    buf[i] = rest;
    rest = Math.floor(rest / 256);
  }
}
