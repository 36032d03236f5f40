import { readU32 } from './bytes.ts';
import { Reason } from './reason.ts';
import { readVarint, VarintOut } from './varint.ts';
import { type LongType, quicVersion } from './version.ts';

/** Packet types; `Unknown` is a long header of a version of which only RFC 8999 is known. */
export type PacketType = LongType | 'VersionNegotiation' | '1-RTT' | 'Unknown';

/** Longest connection ID of the versions we know (RFC 9000 17.2). */
export const MAX_CID_LENGTH = 20;
/** Length of the Retry integrity tag and of a stateless reset token, bytes. */
export const TAG_LENGTH = 16;

/**
 * The header of one packet as offsets into the datagram; reused from packet to packet. Offsets that do not
 * apply to a type are 0 with length 0. After an error the fields before `errorAt` are valid.
 */
export class PacketHeader {
  form: 'long' | 'short' = 'short';
  type: PacketType = '1-RTT';
  firstByte = 0;
  /** Bit 0x40; may be 0 by RFC 9287, and is 0 in padding behind the last packet. */
  fixedBit = 0;
  version = 0;
  versionKnown = false;
  start = 0;
  dcidOff = 0;
  dcidLen = 0;
  scidOff = 0;
  scidLen = 0;
  /** Token of an Initial or of a Retry. */
  tokenOff = 0;
  tokenLen = 0;
  /** Value of the Length field (packet number and payload), -1 where the type has none. */
  lengthField = -1;
  /** Where the protected packet number begins; 0 for Retry, Version Negotiation and Unknown. */
  pnOff = 0;
  /** End of this packet, exclusive. */
  payloadEnd = 0;
  /** Version Negotiation: where the list begins, and how many versions it has. */
  versionsOff = 0;
  versionsCount = 0;
  /** Retry: where the integrity tag begins. */
  retryTagOff = 0;
  errorAt = 0;
  readonly varint = new VarintOut();
}

/**
 * Reads the header of the packet at buf[off, end) into `out` and returns the bytes the whole packet takes (> 0,
 * coalesced packets follow), or a negative reason with `out.errorAt`. `shortDcidLen` is the length of our
 * connection IDs, which a short header does not carry. RFC 8999, RFC 9000 section 17, RFC 9369.
 */
export function parsePacket(
  buf: Uint8Array,
  off: number,
  end: number,
  shortDcidLen: number,
  out: PacketHeader,
): number {
  clear(out, off);
  if (off >= end) return fail(out, off, Reason.empty);
  const first = buf[off]!;
  out.firstByte = first;
  out.fixedBit = (first >> 6) & 1;
  return (first & 0x80) === 0 ? parseShort(off, end, shortDcidLen, out) : parseLong(buf, off, end, out);
}

function parseShort(off: number, end: number, dcidLen: number, out: PacketHeader): number {
  out.form = 'short';
  out.type = '1-RTT';
  out.dcidOff = off + 1;
  if (off + 1 + dcidLen > end) return fail(out, off + 1, Reason.cidTruncated);
  out.dcidLen = dcidLen;
  out.pnOff = off + 1 + dcidLen;
  out.payloadEnd = end;
  return end - off;
}

function parseLong(buf: Uint8Array, off: number, end: number, out: PacketHeader): number {
  out.form = 'long';
  out.type = 'Unknown';
  if (off + 5 > end) return fail(out, off + 1, Reason.versionTruncated);
  const version = readU32(buf, off + 1);
  const known = quicVersion(version);
  out.version = version;
  out.versionKnown = known !== undefined;
  // Only the versions we know limit a connection ID to 20 bytes; the invariants allow 255.
  const limit = known === undefined ? 255 : MAX_CID_LENGTH;

  let at = off + 5;
  if (at >= end) return fail(out, at, Reason.cidLengthTruncated);
  const dcidLen = buf[at]!;
  if (dcidLen > limit) return fail(out, at, Reason.cidTooLong);
  at++;
  if (at + dcidLen > end) return fail(out, at, Reason.cidTruncated);
  out.dcidOff = at;
  out.dcidLen = dcidLen;
  at += dcidLen;

  if (at >= end) return fail(out, at, Reason.cidLengthTruncated);
  const scidLen = buf[at]!;
  if (scidLen > limit) return fail(out, at, Reason.cidTooLong);
  at++;
  if (at + scidLen > end) return fail(out, at, Reason.cidTruncated);
  out.scidOff = at;
  out.scidLen = scidLen;
  at += scidLen;

  if (version === 0) return parseVersionList(at, end, out);
  if (known === undefined) {
    // The rest of the datagram belongs to a packet whose inside cannot be read.
    out.payloadEnd = end;
    return end - off;
  }
  const type = known.types[((out.firstByte >> 4) & 3) as 0 | 1 | 2 | 3];
  out.type = type;
  if (type === 'Retry') return parseRetry(at, end, out);
  return parseProtected(buf, at, end, out);
}

function parseVersionList(at: number, end: number, out: PacketHeader): number {
  out.type = 'VersionNegotiation';
  out.versionsOff = at;
  if (at === end) return fail(out, at, Reason.versionListEmpty);
  if ((end - at) % 4 !== 0) return fail(out, end - ((end - at) % 4), Reason.versionListPartial);
  out.versionsCount = (end - at) / 4;
  out.payloadEnd = end;
  return end - out.start;
}

function parseRetry(at: number, end: number, out: PacketHeader): number {
  if (at + TAG_LENGTH > end) return fail(out, at, Reason.retryTooShort);
  out.tokenOff = at;
  out.tokenLen = end - TAG_LENGTH - at;
  out.retryTagOff = end - TAG_LENGTH;
  out.payloadEnd = end;
  return end - out.start;
}

function parseProtected(buf: Uint8Array, from: number, end: number, out: PacketHeader): number {
  let at = from;
  const varint = out.varint;
  if (out.type === 'Initial') {
    const size = readVarint(buf, at, end, varint);
    if (size < 0) return fail(out, at, size);
    if (varint.value > end - at - size) return fail(out, at, Reason.tokenTruncated);
    at += size;
    out.tokenOff = at;
    out.tokenLen = varint.value;
    at += varint.value;
  }
  const size = readVarint(buf, at, end, varint);
  if (size < 0) return fail(out, at, size);
  out.lengthField = varint.value;
  out.pnOff = at + size;
  if (varint.value > end - at - size) return fail(out, at, Reason.lengthExceedsDatagram);
  out.payloadEnd = out.pnOff + varint.value;
  return out.payloadEnd - out.start;
}

/** The i-th version of a Version Negotiation packet, 0 <= i < `versionsCount`. */
export function supportedVersion(buf: Uint8Array, header: PacketHeader, i: number): number {
  return readU32(buf, header.versionsOff + 4 * i);
}

/** Where `datagramDcid` puts what it found. */
export class CidRange {
  off = 0;
  len = 0;
  errorAt = 0;
}

/**
 * Finds the Destination Connection ID of the first packet of a datagram and nothing else, as a dispatcher does:
 * `out.off` and `out.len`; returns the length (0 .. 255) or a negative reason. RFC 8999 section 5.
 */
export function datagramDcid(
  buf: Uint8Array,
  off: number,
  end: number,
  shortDcidLen: number,
  out: CidRange,
): number {
  if (off >= end) {
    out.errorAt = off;
    return Reason.empty;
  }
  let at = off + 1;
  let length = shortDcidLen;
  if ((buf[off]! & 0x80) !== 0) {
    if (off + 6 > end) {
      out.errorAt = off + 1;
      return off + 5 > end ? Reason.versionTruncated : Reason.cidLengthTruncated;
    }
    length = buf[off + 5]!;
    at = off + 6;
  }
  if (at + length > end) {
    out.errorAt = at;
    return Reason.cidTruncated;
  }
  out.off = at;
  out.len = length;
  return length;
}

function clear(out: PacketHeader, off: number): void {
  out.start = off;
  out.version = 0;
  out.versionKnown = false;
  out.dcidOff = out.dcidLen = out.scidOff = out.scidLen = out.tokenOff = out.tokenLen = 0;
  out.lengthField = -1;
  out.pnOff = out.payloadEnd = out.versionsOff = out.versionsCount = out.retryTagOff = 0;
  out.errorAt = off;
}

function fail(out: PacketHeader, at: number, reason: number): number {
  out.errorAt = at;
  return reason;
}
