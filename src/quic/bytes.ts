/** Small byte helpers shared by the folder: hexadecimal, comparison, big-endian words. */

/** Lower-case hexadecimal of bytes [off, end). */
export function toHex(buf: Uint8Array, off = 0, end = buf.length): string {
  let text = '';
  for (let i = off; i < end; i++) text += (buf[i]! + 0x100).toString(16).slice(1);
  return text;
}

/**
 * Bytes of a hexadecimal text; white space is ignored. Throws RangeError on anything else: for constants and
 * tests.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) throw new RangeError('not hexadecimal');
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** True when a[aOff, aOff+len) equals b[bOff, bOff+len); false when either range leaves its array. */
export function equalRange(a: Uint8Array, aOff: number, b: Uint8Array, bOff: number, len: number): boolean {
  if (len < 0 || aOff + len > a.length || bOff + len > b.length) return false;
  for (let i = 0; i < len; i++) if (a[aOff + i] !== b[bOff + i]) return false;
  return true;
}

/** True when two arrays hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && equalRange(a, 0, b, 0, a.length);
}

/** The arrays one after another in a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let off = 0;
  for (const part of parts) {
    all.set(part, off);
    off += part.length;
  }
  return all;
}

/** Unsigned 16-bit big-endian word at off; the caller has checked off+2. */
export function readU16(buf: Uint8Array, off: number): number {
  return (buf[off]! << 8) | buf[off + 1]!;
}

/** Unsigned 24-bit big-endian word at off; the caller has checked off+3. */
export function readU24(buf: Uint8Array, off: number): number {
  return (buf[off]! << 16) | (buf[off + 1]! << 8) | buf[off + 2]!;
}

/** Unsigned 32-bit big-endian word at off; the caller has checked off+4. */
export function readU32(buf: Uint8Array, off: number): number {
  return ((buf[off]! << 24) | (buf[off + 1]! << 16) | (buf[off + 2]! << 8) | buf[off + 3]!) >>> 0;
}

/** Stores an unsigned 32-bit big-endian word at off. */
export function writeU32(buf: Uint8Array, off: number, value: number): void {
  buf[off] = value >>> 24;
  buf[off + 1] = value >>> 16;
  buf[off + 2] = value >>> 8;
  buf[off + 3] = value;
}
