/**
 * Packet numbers on the wire are their last 1 to 4 bytes (RFC 9000 17.1, A.2, A.3). Numbers here are doubles,
 * exact to 2^53-1; a connection that sends a million packets a second needs 285 years to pass that.
 */

/**
 * Bytes (1..4) needed so that a peer that may have seen no more than `largestAcked` (-1 for none) can recover
 * `pn`. Throws RangeError when even four bytes are too few. RFC 9000 A.2.
 */
export function packetNumberLength(pn: number, largestAcked: number): number {
  const unacked = pn - largestAcked;
  // Twice the distance must be representable: one bit more than the distance needs.
  for (let bytes = 1; bytes <= 4; bytes++) if (2 * unacked <= 2 ** (8 * bytes)) return bytes;
  throw new RangeError(`packet number ${pn} is too far from ${largestAcked}`);
}

/** The `bytes` (1..4) low bytes of a packet number as an unsigned number. */
export function truncatePacketNumber(pn: number, bytes: number): number {
  return pn % 2 ** (8 * bytes);
}

/**
 * The full packet number nearest to the one expected after `largest` (-1 when none was seen in this space)
 * whose last `bytes` bytes are `truncated`. RFC 9000 A.3.
 */
export function decodePacketNumber(largest: number, truncated: number, bytes: number): number {
  const expected = largest + 1;
  // Whole numbers of 32 bits for as long as they do.
  const window = bytes < 4 ? 1 << (8 * bytes) : 2 ** 32;
  const half = window / 2;
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - half && candidate < 2 ** 53 - window) return candidate + window;
  if (candidate > expected + half && candidate >= window) return candidate - window;
  return candidate;
}
