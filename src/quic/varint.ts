import { Reason } from './reason.ts';

/** Largest value of a variable-length integer, 2^62-1, as a bigint (RFC 9000 section 16). */
export const VARINT_MAX = 0x3fff_ffff_ffff_ffffn;

/**
 * Where a read puts its value. `value` is exact up to 2^53-1; above that `exact` is false, `value` is the
 * nearest double and `hi`/`lo` hold the two 32-bit halves (`varintBig` joins them).
 */
export class VarintOut {
  value = 0;
  exact = true;
  hi = 0;
  lo = 0;
}

/**
 * Reads a variable-length integer from buf[off, end) into `out`; returns the bytes consumed (1, 2, 4, 8) or
 * `Reason.varintTruncated`. RFC 9000 section 16 and A.1.
 */
export function readVarint(buf: Uint8Array, off: number, end: number, out: VarintOut): number {
  if (off >= end) return Reason.varintTruncated;
  const first = buf[off]!;
  const length = 1 << (first >> 6);
  if (off + length > end) return Reason.varintTruncated;
  let lo: number;
  let hi = 0;
  if (length === 1) {
    lo = first & 0x3f;
  } else if (length === 2) {
    lo = ((first & 0x3f) << 8) | buf[off + 1]!;
  } else {
    const head = ((first & 0x3f) << 24) | (buf[off + 1]! << 16) | (buf[off + 2]! << 8) | buf[off + 3]!;
    if (length === 4) {
      lo = head;
    } else {
      hi = head;
      lo = ((buf[off + 4]! << 24) | (buf[off + 5]! << 16) | (buf[off + 6]! << 8) | buf[off + 7]!) >>> 0;
    }
  }
  out.hi = hi;
  out.lo = lo;
  out.exact = hi < 0x200000;
  out.value = hi * 0x1_0000_0000 + lo;
  return length;
}

/** The exact value of the last read, whatever its size. */
export function varintBig(out: VarintOut): bigint {
  return (BigInt(out.hi) << 32n) | BigInt(out.lo);
}

/** Bytes a value takes (1, 2, 4 or 8). Throws RangeError when it is negative, fractional or above 2^53-1. */
export function varintSize(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a varint value: ${value}`);
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x4000_0000) return 4;
  return 8;
}

/**
 * Writes `value` (0 .. 2^53-1) at off in the fewest bytes, or in `size` bytes (1, 2, 4, 8) when given, and
 * returns the bytes written. Throws RangeError when it does not fit: writers are called with our own values.
 */
export function writeVarint(buf: Uint8Array, off: number, value: number, size = varintSize(value)): number {
  if (size < varintSize(value) || off + size > buf.length)
    throw new RangeError(`varint ${value} has no room`);
  if (size === 8) {
    writeWord(buf, off, Math.floor(value / 0x1_0000_0000) | 0xc000_0000);
    writeWord(buf, off + 4, value >>> 0);
  } else if (size === 4) {
    writeWord(buf, off, value | 0x8000_0000);
  } else if (size === 2) {
    buf[off] = (value >> 8) | 0x40;
    buf[off + 1] = value;
  } else {
    buf[off] = value;
  }
  return size;
}

/** Writes any value up to 2^62-1 in eight bytes; returns 8. Throws RangeError outside that range. */
export function writeVarintBig(buf: Uint8Array, off: number, value: bigint): number {
  if (value < 0n || value > VARINT_MAX || off + 8 > buf.length) throw new RangeError('varint has no room');
  writeWord(buf, off, Number(value >> 32n) | 0xc000_0000);
  writeWord(buf, off + 4, Number(value & 0xffff_ffffn));
  return 8;
}

function writeWord(buf: Uint8Array, off: number, word: number): void {
  buf[off] = word >>> 24;
  buf[off + 1] = word >>> 16;
  buf[off + 2] = word >>> 8;
  buf[off + 3] = word;
}
