/** ChaCha20 with a 12-byte nonce (RFC 8439 section 2.4). */

/** The eight little-endian words of a 32-byte key; any other length throws RangeError. */
export function chachaKey(key: Uint8Array): Int32Array {
  if (key.length !== 32) throw new RangeError(`ChaCha20 key of ${key.length} bytes`);
  const words = new Int32Array(8);
  for (let i = 0; i < 8; i++) words[i] = leWord(key, 4 * i);
  return words;
}

/** Little-endian word at off. */
export function leWord(buf: Uint8Array, off: number): number {
  return buf[off]! | (buf[off + 1]! << 8) | (buf[off + 2]! << 16) | (buf[off + 3]! << 24);
}

/**
 * The key stream block for (key, counter, nonce as little-endian words), as 16 words to `out`. RFC 8439 section
 * 2.3.
 */
export function chachaBlock(
  key: Int32Array,
  counter: number,
  n0: number,
  n1: number,
  n2: number,
  out: Int32Array,
): void {
  const k0 = key[0]!;
  const k1 = key[1]!;
  const k2 = key[2]!;
  const k3 = key[3]!;
  const k4 = key[4]!;
  const k5 = key[5]!;
  const k6 = key[6]!;
  const k7 = key[7]!;
  let a0 = 0x61707865;
  let a1 = 0x3320646e;
  let a2 = 0x79622d32;
  let a3 = 0x6b206574;
  let b0 = k0;
  let b1 = k1;
  let b2 = k2;
  let b3 = k3;
  let c0 = k4;
  let c1 = k5;
  let c2 = k6;
  let c3 = k7;
  let d0 = counter;
  let d1 = n0;
  let d2 = n1;
  let d3 = n2;
  // biome-ignore format: one line for one step of a quarter round
  for (let round = 0; round < 20; round += 2) {
    // Four columns, then four diagonals. Each quarter round is written out: a call would put the words in memory.
    a0 = (a0 + b0) | 0; d0 ^= a0; d0 = (d0 << 16) | (d0 >>> 16);
    a1 = (a1 + b1) | 0; d1 ^= a1; d1 = (d1 << 16) | (d1 >>> 16);
    a2 = (a2 + b2) | 0; d2 ^= a2; d2 = (d2 << 16) | (d2 >>> 16);
    a3 = (a3 + b3) | 0; d3 ^= a3; d3 = (d3 << 16) | (d3 >>> 16);
    c0 = (c0 + d0) | 0; b0 ^= c0; b0 = (b0 << 12) | (b0 >>> 20);
    c1 = (c1 + d1) | 0; b1 ^= c1; b1 = (b1 << 12) | (b1 >>> 20);
    c2 = (c2 + d2) | 0; b2 ^= c2; b2 = (b2 << 12) | (b2 >>> 20);
    c3 = (c3 + d3) | 0; b3 ^= c3; b3 = (b3 << 12) | (b3 >>> 20);
    a0 = (a0 + b0) | 0; d0 ^= a0; d0 = (d0 << 8) | (d0 >>> 24);
    a1 = (a1 + b1) | 0; d1 ^= a1; d1 = (d1 << 8) | (d1 >>> 24);
    a2 = (a2 + b2) | 0; d2 ^= a2; d2 = (d2 << 8) | (d2 >>> 24);
    a3 = (a3 + b3) | 0; d3 ^= a3; d3 = (d3 << 8) | (d3 >>> 24);
    c0 = (c0 + d0) | 0; b0 ^= c0; b0 = (b0 << 7) | (b0 >>> 25);
    c1 = (c1 + d1) | 0; b1 ^= c1; b1 = (b1 << 7) | (b1 >>> 25);
    c2 = (c2 + d2) | 0; b2 ^= c2; b2 = (b2 << 7) | (b2 >>> 25);
    c3 = (c3 + d3) | 0; b3 ^= c3; b3 = (b3 << 7) | (b3 >>> 25);

    a0 = (a0 + b1) | 0; d3 ^= a0; d3 = (d3 << 16) | (d3 >>> 16);
    a1 = (a1 + b2) | 0; d0 ^= a1; d0 = (d0 << 16) | (d0 >>> 16);
    a2 = (a2 + b3) | 0; d1 ^= a2; d1 = (d1 << 16) | (d1 >>> 16);
    a3 = (a3 + b0) | 0; d2 ^= a3; d2 = (d2 << 16) | (d2 >>> 16);
    c2 = (c2 + d3) | 0; b1 ^= c2; b1 = (b1 << 12) | (b1 >>> 20);
    c3 = (c3 + d0) | 0; b2 ^= c3; b2 = (b2 << 12) | (b2 >>> 20);
    c0 = (c0 + d1) | 0; b3 ^= c0; b3 = (b3 << 12) | (b3 >>> 20);
    c1 = (c1 + d2) | 0; b0 ^= c1; b0 = (b0 << 12) | (b0 >>> 20);
    a0 = (a0 + b1) | 0; d3 ^= a0; d3 = (d3 << 8) | (d3 >>> 24);
    a1 = (a1 + b2) | 0; d0 ^= a1; d0 = (d0 << 8) | (d0 >>> 24);
    a2 = (a2 + b3) | 0; d1 ^= a2; d1 = (d1 << 8) | (d1 >>> 24);
    a3 = (a3 + b0) | 0; d2 ^= a3; d2 = (d2 << 8) | (d2 >>> 24);
    c2 = (c2 + d3) | 0; b1 ^= c2; b1 = (b1 << 7) | (b1 >>> 25);
    c3 = (c3 + d0) | 0; b2 ^= c3; b2 = (b2 << 7) | (b2 >>> 25);
    c0 = (c0 + d1) | 0; b3 ^= c0; b3 = (b3 << 7) | (b3 >>> 25);
    c1 = (c1 + d2) | 0; b0 ^= c1; b0 = (b0 << 7) | (b0 >>> 25);
  }
  out[0] = a0 + 0x61707865;
  out[1] = a1 + 0x3320646e;
  out[2] = a2 + 0x79622d32;
  out[3] = a3 + 0x6b206574;
  out[4] = b0 + k0;
  out[5] = b1 + k1;
  out[6] = b2 + k2;
  out[7] = b3 + k3;
  out[8] = c0 + k4;
  out[9] = c1 + k5;
  out[10] = c2 + k6;
  out[11] = c3 + k7;
  out[12] = d0 + counter;
  out[13] = d1 + n0;
  out[14] = d2 + n1;
  out[15] = d3 + n2;
}

/**
 * XORs src[srcOff, +len) with the key stream from block `counter` on into dst[dstOff, +len); `block` is
 * scratch.
 */
export function chachaXor(
  key: Int32Array,
  counter: number,
  n0: number,
  n1: number,
  n2: number,
  src: Uint8Array,
  srcOff: number,
  len: number,
  dst: Uint8Array,
  dstOff: number,
  block: Int32Array,
): void {
  let number = counter;
  for (let done = 0; done < len; done += 64) {
    chachaBlock(key, number++, n0, n1, n2, block);
    const size = Math.min(64, len - done);
    const from = srcOff + done;
    const to = dstOff + done;
    const whole = size >> 2;
    for (let i = 0; i < whole; i++) {
      const word = block[i]!;
      const at = from + 4 * i;
      const put = to + 4 * i;
      dst[put] = src[at]! ^ word;
      dst[put + 1] = src[at + 1]! ^ (word >>> 8);
      dst[put + 2] = src[at + 2]! ^ (word >>> 16);
      dst[put + 3] = src[at + 3]! ^ (word >>> 24);
    }
    for (let i = 4 * whole; i < size; i++) dst[to + i] = src[from + i]! ^ (block[i >> 2]! >>> (8 * (i & 3)));
  }
}
