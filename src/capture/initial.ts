/**
 * Does this datagram look like a client's first QUIC packet? The one question that decides whether a file holds QUIC and
 * which side is the server, so it is asked of every datagram and must be cheap: the long header of RFC 9000 section 17.2
 * is checked, nothing is opened.
 */

const VERSION_2 = 0x6b3343cf;
/** A client pads its first datagram to this size (RFC 9000 section 14.1). */
const MIN_CLIENT_DATAGRAM = 1200;

/** True for versions this project reads: v1, v2 and the drafts close to v1. */
export function versionKnown(version: number): boolean {
  return version === 1 || version === VERSION_2 || (version >= 0xff00001d && version <= 0xff000022);
}

/**
 * True if [off, end) begins with what can only be an Initial packet with a Destination Connection ID as a client would
 * choose it; `wireLen` is the size the datagram had before any cut.
 */
export function looksLikeInitial(bytes: Uint8Array, off: number, end: number, wireLen: number): boolean {
  if (off + 7 > end) return false;
  const first = bytes[off]!;
  if ((first & 0x80) === 0) return false;
  const version = u32(bytes, off + 1);
  if (version === 0) return false;
  const known = versionKnown(version);
  if (!known && ((first & 0x40) === 0 || wireLen < MIN_CLIENT_DATAGRAM)) return false;
  if ((first & 0x30) >> 4 !== (version === VERSION_2 ? 1 : 0)) return false;
  const dcidLen = bytes[off + 5]!;
  if (dcidLen < 8 || dcidLen > 20) return false;
  const scidAt = off + 6 + dcidLen;
  if (scidAt >= end) return false;
  const scidLen = bytes[scidAt]!;
  if (scidLen > 20) return false;
  // An unknown version promises nothing beyond the connection IDs (RFC 8999 section 5.1).
  if (!known) return true;
  let at = scidAt + 1 + scidLen;
  for (const field of ['token', 'packet'] as const) {
    if (at >= end) return false;
    const size = 1 << (bytes[at]! >> 6);
    if (at + size > end) return false;
    let value = bytes[at]! & 0x3f;
    for (let i = 1; i < size; i++) value = value * 256 + bytes[at + i]!;
    at += size;
    if (field === 'token') at += value;
    else return value >= 20 && at + value <= off + wireLen;
  }
  return false;
}

/** True if [off, end) begins with a long header of a known version, or of Version Negotiation. */
export function looksLikeLongHeader(bytes: Uint8Array, off: number, end: number): boolean {
  if (off + 7 > end || (bytes[off]! & 0x80) === 0) return false;
  const version = u32(bytes, off + 1);
  if (version !== 0 && !versionKnown(version)) return false;
  const dcidLen = bytes[off + 5]!;
  if (dcidLen > 20 || off + 6 + dcidLen >= end) return false;
  return bytes[off + 6 + dcidLen]! <= 20;
}

function u32(bytes: Uint8Array, off: number): number {
  return ((bytes[off]! << 24) | (bytes[off + 1]! << 16) | (bytes[off + 2]! << 8) | bytes[off + 3]!) >>> 0;
}
