import { equalRange } from './bytes.ts';
import { TAG_LENGTH } from './header.ts';

/**
 * Fewest bytes of a stateless reset: 5 that look like a short header, and the token (RFC 9000 section 10.3).
 */
export const MIN_STATELESS_RESET = 21;

/**
 * Whether the datagram buf[off, end) can be a stateless reset at all: it must look like a short header packet
 * and have 21 bytes. Only a datagram whose last packet could not be opened should be asked (RFC 9000 10.3.1).
 */
export function maybeStatelessReset(buf: Uint8Array, off: number, end: number): boolean {
  return end - off >= MIN_STATELESS_RESET && (buf[off]! & 0xc0) === 0x40;
}

/**
 * The index in `tokens` (16 bytes each) of the stateless reset token with which the datagram ends, or -1. RFC
 * 9000 10.3.1.
 */
export function statelessResetToken(
  buf: Uint8Array,
  off: number,
  end: number,
  tokens: readonly Uint8Array[],
): number {
  if (!maybeStatelessReset(buf, off, end)) return -1;
  return tokens.findIndex(
    (token) => token.length === TAG_LENGTH && equalRange(buf, end - TAG_LENGTH, token, 0, TAG_LENGTH),
  );
}

/**
 * Writes a stateless reset of `size` bytes (21 or more) at buf[off..): `noise` gives the bytes that should look
 * random, `token` the last sixteen. Returns its end.
 */
export function writeStatelessReset(
  buf: Uint8Array,
  off: number,
  size: number,
  token: Uint8Array,
  noise: () => number,
): number {
  if (size < MIN_STATELESS_RESET) throw new RangeError(`a stateless reset of ${size} bytes`);
  for (let i = 0; i < size - TAG_LENGTH; i++) buf[off + i] = noise();
  buf[off] = 0x40 | (buf[off]! & 0x3f);
  buf.set(token, off + size - TAG_LENGTH);
  return off + size;
}
