/**
 * GHASH, the universal hash of GCM (NIST SP 800-38D section 6.4), by tables made for one key. Not
 * constant-time.
 *
 * A block is four big-endian words; its product with H is the sum over words w and bytes b of byte * x^(32w +
 * 8b) * H. The table holds v * x^(32w) * H for every word position and byte value, so a block costs 16 look-ups
 * and three shifts by one byte. 16 kB a key.
 */

/** Words in the table of one key: 4 word positions, 256 byte values, 4 words each. */
export const GHASH_TABLE_WORDS = 4 * 256 * 4;

/** What a byte that leaves at the low end adds at the high end: 16 bits, placed at the top of word 0. */
const REDUCE = new Int32Array(256);
for (let v = 0; v < 256; v++) {
  let sum = 0;
  for (let bit = 0; bit < 8; bit++) if (((v >> bit) & 1) !== 0) sum ^= 0xe1000000 >>> (7 - bit);
  REDUCE[v] = sum;
}

/** Fills `table` for the hash key H, given as four big-endian words. */
export function fillGhashTable(table: Int32Array, h0: number, h1: number, h2: number, h3: number): void {
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  for (let base = 0; base < GHASH_TABLE_WORDS; base += 1024) {
    table[base] = table[base + 1] = table[base + 2] = table[base + 3] = 0;
    for (let bit = 0x80; bit !== 0; bit >>= 1) {
      const at = base + 4 * bit;
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = c;
      table[at + 3] = d;
      const carry = -(d & 1) & 0xe1000000;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ carry;
    }
    for (let top = 8; top < 1024; top *= 2) {
      const t0 = table[base + top]!;
      const t1 = table[base + top + 1]!;
      const t2 = table[base + top + 2]!;
      const t3 = table[base + top + 3]!;
      for (let at = 4; at < top; at += 4) {
        const low = base + at;
        table[low + top] = table[low]! ^ t0;
        table[low + top + 1] = table[low + 1]! ^ t1;
        table[low + top + 2] = table[low + 2]! ^ t2;
        table[low + top + 3] = table[low + 3]! ^ t3;
      }
    }
    // The loop over bits has multiplied by x^8; three bytes more make the next word position.
    for (let i = 0; i < 3; i++) {
      const carry = REDUCE[d & 255]!;
      d = (d >>> 8) | (c << 24);
      c = (c >>> 8) | (b << 24);
      b = (b >>> 8) | (a << 24);
      a = (a >>> 8) ^ carry;
    }
  }
}

/**
 * Takes buf[off, +len) into the hash state (four words), the last block filled up with zeros as GCM does for
 * both the additional data and the ciphertext.
 */
export function ghash(state: Int32Array, table: Int32Array, buf: Uint8Array, off: number, len: number): void {
  let z0 = state[0]!;
  let z1 = state[1]!;
  let z2 = state[2]!;
  let z3 = state[3]!;
  const end = off + len;
  let at = off;
  while (at < end) {
    if (end - at >= 16) {
      z0 ^= (buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!;
      z1 ^= (buf[at + 4]! << 24) | (buf[at + 5]! << 16) | (buf[at + 6]! << 8) | buf[at + 7]!;
      z2 ^= (buf[at + 8]! << 24) | (buf[at + 9]! << 16) | (buf[at + 10]! << 8) | buf[at + 11]!;
      z3 ^= (buf[at + 12]! << 24) | (buf[at + 13]! << 16) | (buf[at + 14]! << 8) | buf[at + 15]!;
    } else {
      z0 ^= tailWord(buf, at, end);
      z1 ^= tailWord(buf, at + 4, end);
      z2 ^= tailWord(buf, at + 8, end);
      z3 ^= tailWord(buf, at + 12, end);
    }
    at += 16;

    let p = (z0 & 255) << 2;
    let q = ((z1 & 255) << 2) | 1024;
    let r = ((z2 & 255) << 2) | 2048;
    let s = ((z3 & 255) << 2) | 3072;
    let y0 = table[p]! ^ table[q]! ^ table[r]! ^ table[s]!;
    let y1 = table[p + 1]! ^ table[q + 1]! ^ table[r + 1]! ^ table[s + 1]!;
    let y2 = table[p + 2]! ^ table[q + 2]! ^ table[r + 2]! ^ table[s + 2]!;
    let y3 = table[p + 3]! ^ table[q + 3]! ^ table[r + 3]! ^ table[s + 3]!;
    for (let shift = 6; shift <= 22; shift += 8) {
      p = (z0 >>> shift) & 0x3fc;
      q = ((z1 >>> shift) & 0x3fc) | 1024;
      r = ((z2 >>> shift) & 0x3fc) | 2048;
      s = ((z3 >>> shift) & 0x3fc) | 3072;
      const carry = REDUCE[y3 & 255]!;
      y3 = ((y3 >>> 8) | (y2 << 24)) ^ table[p + 3]! ^ table[q + 3]! ^ table[r + 3]! ^ table[s + 3]!;
      y2 = ((y2 >>> 8) | (y1 << 24)) ^ table[p + 2]! ^ table[q + 2]! ^ table[r + 2]! ^ table[s + 2]!;
      y1 = ((y1 >>> 8) | (y0 << 24)) ^ table[p + 1]! ^ table[q + 1]! ^ table[r + 1]! ^ table[s + 1]!;
      y0 = (y0 >>> 8) ^ carry ^ table[p]! ^ table[q]! ^ table[r]! ^ table[s]!;
    }
    z0 = y0;
    z1 = y1;
    z2 = y2;
    z3 = y3;
  }
  state[0] = z0;
  state[1] = z1;
  state[2] = z2;
  state[3] = z3;
}

/** Takes the two lengths (bytes, below 2^29) as the closing block. */
export function ghashLengths(
  state: Int32Array,
  table: Int32Array,
  scratch: Uint8Array,
  aadLen: number,
  len: number,
): void {
  scratch.fill(0, 0, 16);
  putBits(scratch, 4, aadLen);
  putBits(scratch, 12, len);
  ghash(state, table, scratch, 0, 16);
}

function putBits(scratch: Uint8Array, off: number, bytes: number): void {
  const bits = bytes * 8;
  scratch[off] = bits >>> 24;
  scratch[off + 1] = bits >>> 16;
  scratch[off + 2] = bits >>> 8;
  scratch[off + 3] = bits;
}

function tailWord(buf: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let i = 0; i < 4; i++) word = (word << 8) | (at + i < end ? buf[at + i]! : 0);
  return word;
}
