/** Flags of Google QUIC's public header, up to Q043: a version follows, and a connection ID of 8 bytes before it. */
const VERSION = 0x01;
const RESERVED = 0xc0;
const CID_8 = 0x08;

/** The version (as a number) in the public header of a client's Google QUIC packet up to Q043; undefined if it is none. */
export function googleVersion(buf: Uint8Array, off: number, end: number): number | undefined {
  const flags = buf[off]!;
  if ((flags & (VERSION | RESERVED)) !== VERSION) return undefined;
  const at = off + 1 + ((flags & CID_8) !== 0 ? 8 : 0);
  if (at + 4 > end || buf[at] !== 0x51 || buf[at + 1] !== 0x30) return undefined;
  const digit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
  if (!digit(buf[at + 2]!) || !digit(buf[at + 3]!)) return undefined;
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}
