/**
 * ChaCha20-Poly1305 with a 12-byte nonce (RFC 8439), in AssemblyScript: compiled to WebAssembly at build, with SIMD. Does what
 * `chacha-poly.ts` does, which stays the reference.
 *
 * Key stream is made four blocks at a time, a lane of each vector for each block. The first four are the key of Poly1305, of which half a
 * block is used, and the stream of the first 192 bytes: a short packet takes no more.
 *
 *      0  the key
 *     32  the key of Poly1305, in whose place the tag is left
 *     64  four blocks of key stream
 *     IO  128 kB for additional data, filled up to 16 bytes; behind it the text, which is changed in place, and its tag
 */

const KEY: usize = 0;
const ONCE: usize = 32;
const BLOCKS: usize = 64;
const IO: usize = 1024;
const ROOM: usize = 131072;
/** Behind the room: the text is filled up, its lengths stand behind it, and key stream is XORed in whole. */
const SLACK: usize = 64;

/** Where additional data and text are put, how much room is there, and where the memory ends, bytes. */
export function io(): usize {
  return IO;
}
export function room(): i32 {
  return <i32>ROOM;
}
export function end(): usize {
  return IO + ROOM + SLACK;
}

/** Where the key is put: 8 little-endian words. */
export function key(): usize {
  return KEY;
}

/** Whether the tag behind the text is right; then the text is in clear. Nonce: big-endian words. `aad`, `len`: bytes. */
export function open(n0: u32, n1: u32, n2: u32, aad: i32, len: i32): bool {
  const text = IO + padded(aad);
  const tag0 = load<u64>(text + len);
  const tag1 = load<u64>(text + len, 8);
  begin(n0, n1, n2);
  // What Poly1305 takes is filled up where the tag stands.
  poly(aad, len);
  if (load<u64>(ONCE) != tag0 || load<u64>(ONCE, 8) != tag1) return false;
  stream(n0, n1, n2, text, len);
  return true;
}

/** Encrypts the text and puts the tag behind it. */
export function seal(n0: u32, n1: u32, n2: u32, aad: i32, len: i32): void {
  const text = IO + padded(aad);
  begin(n0, n1, n2);
  stream(n0, n1, n2, text, len);
  poly(aad, len);
  store<u64>(text + len, load<u64>(ONCE));
  store<u64>(text + len, load<u64>(ONCE, 8), 8);
}

/** Makes the first four blocks, and keeps the key of Poly1305 that begins them. */
function begin(n0: u32, n1: u32, n2: u32): void {
  four(0, bswap<u32>(n0), bswap<u32>(n1), bswap<u32>(n2));
  v128.store(ONCE, v128.load(BLOCKS));
  v128.store(ONCE, v128.load(BLOCKS, 16), 16);
}

/** Bytes that additional data takes. */
function padded(aad: i32): usize {
  return <usize>(aad + 15) & ~15;
}

// @ts-expect-error: decorator
@inline
function by16(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
// @ts-expect-error: decorator
@inline
function by12(v: v128): v128 {
  return v128.or(v128.shl<u32>(v, 12), v128.shr<u32>(v, 20));
}
// @ts-expect-error: decorator
@inline
function by8(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}
// @ts-expect-error: decorator
@inline
function by7(v: v128): v128 {
  return v128.or(v128.shl<u32>(v, 7), v128.shr<u32>(v, 25));
}


/** Key stream of blocks `counter` to `counter` + 3, for a nonce of little-endian words. */
function four(counter: u32, n0: u32, n1: u32, n2: u32): void {
  let a0 = i32x4.splat(0x61707865);
  let a1 = i32x4.splat(0x3320646e);
  let a2 = i32x4.splat(0x79622d32);
  let a3 = i32x4.splat(0x6b206574);
  let b0 = v128.load32_splat(KEY);
  let b1 = v128.load32_splat(KEY, 4);
  let b2 = v128.load32_splat(KEY, 8);
  let b3 = v128.load32_splat(KEY, 12);
  let c0 = v128.load32_splat(KEY, 16);
  let c1 = v128.load32_splat(KEY, 20);
  let c2 = v128.load32_splat(KEY, 24);
  let c3 = v128.load32_splat(KEY, 28);
  let d0 = v128.add<u32>(i32x4.splat(counter), i32x4(0, 1, 2, 3));
  let d1 = i32x4.splat(n0);
  let d2 = i32x4.splat(n1);
  let d3 = i32x4.splat(n2);
  for (let round = 0; round < 10; round++) {
    // Four columns, then four diagonals.
    a0 = v128.add<u32>(a0, b0); d0 = by16(v128.xor(d0, a0));
    a1 = v128.add<u32>(a1, b1); d1 = by16(v128.xor(d1, a1));
    a2 = v128.add<u32>(a2, b2); d2 = by16(v128.xor(d2, a2));
    a3 = v128.add<u32>(a3, b3); d3 = by16(v128.xor(d3, a3));
    c0 = v128.add<u32>(c0, d0); b0 = by12(v128.xor(b0, c0));
    c1 = v128.add<u32>(c1, d1); b1 = by12(v128.xor(b1, c1));
    c2 = v128.add<u32>(c2, d2); b2 = by12(v128.xor(b2, c2));
    c3 = v128.add<u32>(c3, d3); b3 = by12(v128.xor(b3, c3));
    a0 = v128.add<u32>(a0, b0); d0 = by8(v128.xor(d0, a0));
    a1 = v128.add<u32>(a1, b1); d1 = by8(v128.xor(d1, a1));
    a2 = v128.add<u32>(a2, b2); d2 = by8(v128.xor(d2, a2));
    a3 = v128.add<u32>(a3, b3); d3 = by8(v128.xor(d3, a3));
    c0 = v128.add<u32>(c0, d0); b0 = by7(v128.xor(b0, c0));
    c1 = v128.add<u32>(c1, d1); b1 = by7(v128.xor(b1, c1));
    c2 = v128.add<u32>(c2, d2); b2 = by7(v128.xor(b2, c2));
    c3 = v128.add<u32>(c3, d3); b3 = by7(v128.xor(b3, c3));

    a0 = v128.add<u32>(a0, b1); d3 = by16(v128.xor(d3, a0));
    a1 = v128.add<u32>(a1, b2); d0 = by16(v128.xor(d0, a1));
    a2 = v128.add<u32>(a2, b3); d1 = by16(v128.xor(d1, a2));
    a3 = v128.add<u32>(a3, b0); d2 = by16(v128.xor(d2, a3));
    c2 = v128.add<u32>(c2, d3); b1 = by12(v128.xor(b1, c2));
    c3 = v128.add<u32>(c3, d0); b2 = by12(v128.xor(b2, c3));
    c0 = v128.add<u32>(c0, d1); b3 = by12(v128.xor(b3, c0));
    c1 = v128.add<u32>(c1, d2); b0 = by12(v128.xor(b0, c1));
    a0 = v128.add<u32>(a0, b1); d3 = by8(v128.xor(d3, a0));
    a1 = v128.add<u32>(a1, b2); d0 = by8(v128.xor(d0, a1));
    a2 = v128.add<u32>(a2, b3); d1 = by8(v128.xor(d1, a2));
    a3 = v128.add<u32>(a3, b0); d2 = by8(v128.xor(d2, a3));
    c2 = v128.add<u32>(c2, d3); b1 = by7(v128.xor(b1, c2));
    c3 = v128.add<u32>(c3, d0); b2 = by7(v128.xor(b2, c3));
    c0 = v128.add<u32>(c0, d1); b3 = by7(v128.xor(b3, c0));
    c1 = v128.add<u32>(c1, d2); b0 = by7(v128.xor(b0, c1));
  }
  a0 = v128.add<u32>(a0, i32x4.splat(0x61707865));
  a1 = v128.add<u32>(a1, i32x4.splat(0x3320646e));
  a2 = v128.add<u32>(a2, i32x4.splat(0x79622d32));
  a3 = v128.add<u32>(a3, i32x4.splat(0x6b206574));
  b0 = v128.add<u32>(b0, v128.load32_splat(KEY));
  b1 = v128.add<u32>(b1, v128.load32_splat(KEY, 4));
  b2 = v128.add<u32>(b2, v128.load32_splat(KEY, 8));
  b3 = v128.add<u32>(b3, v128.load32_splat(KEY, 12));
  c0 = v128.add<u32>(c0, v128.load32_splat(KEY, 16));
  c1 = v128.add<u32>(c1, v128.load32_splat(KEY, 20));
  c2 = v128.add<u32>(c2, v128.load32_splat(KEY, 24));
  c3 = v128.add<u32>(c3, v128.load32_splat(KEY, 28));
  d0 = v128.add<u32>(d0, v128.add<u32>(i32x4.splat(counter), i32x4(0, 1, 2, 3)));
  d1 = v128.add<u32>(d1, i32x4.splat(n0));
  d2 = v128.add<u32>(d2, i32x4.splat(n1));
  d3 = v128.add<u32>(d3, i32x4.splat(n2));
  apart(0, a0, a1, a2, a3);
  apart(16, b0, b1, b2, b3);
  apart(32, c0, c1, c2, c3);
  apart(48, d0, d1, d2, d3);
}

/** Stores four words of each of the blocks, `at` bytes from its beginning, from a vector for each word. */
// @ts-expect-error: decorator
@inline
function apart(at: usize, p: v128, q: v128, r: v128, s: v128): void {
  const pq = v128.shuffle<u32>(p, q, 0, 4, 1, 5);
  const rs = v128.shuffle<u32>(r, s, 0, 4, 1, 5);
  const pq2 = v128.shuffle<u32>(p, q, 2, 6, 3, 7);
  const rs2 = v128.shuffle<u32>(r, s, 2, 6, 3, 7);
  v128.store(BLOCKS + at, v128.shuffle<u64>(pq, rs, 0, 2));
  v128.store(BLOCKS + at, v128.shuffle<u64>(pq, rs, 1, 3), 64);
  v128.store(BLOCKS + at, v128.shuffle<u64>(pq2, rs2, 0, 2), 128);
  v128.store(BLOCKS + at, v128.shuffle<u64>(pq2, rs2, 1, 3), 192);
}

/** XORs the text with the key stream from block 1 on, of which the first three lie there. */
function stream(n0: u32, n1: u32, n2: u32, text: usize, len: i32): void {
  const stop = text + len;
  let at = text;
  let from = BLOCKS + 64;
  let n: u32 = 4;
  while (true) {
    for (; at < stop && from < BLOCKS + 256; at += 16, from += 16)
      v128.store(at, v128.xor(v128.load(at), v128.load(from)));
    if (at >= stop) return;
    four(n, bswap<u32>(n0), bswap<u32>(n1), bswap<u32>(n2));
    n += 4;
    from = BLOCKS;
  }
}

const LIMB: u64 = 0x3ffffff;

/**
 * Poly1305 of additional data, ciphertext and their lengths, with the key that `begin` left.
 * Numbers modulo 2^130-5 are five limbs of 26 bits: five products of two limbs, one times 5, stay below 2^64.
 */
function poly(aad: i32, len: i32): void {
  const text = IO + padded(aad);
  for (let at = IO + aad; at < text; at++) store<u8>(at, 0);
  const lengths = text + padded(len);
  for (let at = text + len; at < lengths; at++) store<u8>(at, 0);
  store<u64>(lengths, aad);
  store<u64>(lengths, len, 8);
  const k0 = load<u64>(ONCE);
  const k1 = load<u64>(ONCE, 8);
  const low = k0 & 0x0ffffffc0fffffff;
  const high = k1 & 0x0ffffffc0ffffffc;
  const r0 = low & LIMB;
  const r1 = (low >> 26) & LIMB;
  const r2 = ((low >> 52) | (high << 12)) & LIMB;
  const r3 = (high >> 14) & LIMB;
  const r4 = high >> 40;
  const s1 = 5 * r1;
  const s2 = 5 * r2;
  const s3 = 5 * r3;
  const s4 = 5 * r4;
  let h0: u64 = 0;
  let h1: u64 = 0;
  let h2: u64 = 0;
  let h3: u64 = 0;
  let h4: u64 = 0;
  for (let at = IO; at <= lengths; at += 16) {
    const b0 = load<u64>(at);
    const b1 = load<u64>(at, 8);
    h0 += b0 & LIMB;
    h1 += (b0 >> 26) & LIMB;
    h2 += ((b0 >> 52) | (b1 << 12)) & LIMB;
    h3 += (b1 >> 14) & LIMB;
    h4 += (b1 >> 40) | 0x1000000;
    const d0 = h0 * r0 + h1 * s4 + h2 * s3 + h3 * s2 + h4 * s1;
    let d1 = h0 * r1 + h1 * r0 + h2 * s4 + h3 * s3 + h4 * s2;
    let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s4 + h4 * s3;
    let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s4;
    let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
    d1 += d0 >> 26;
    d2 += d1 >> 26;
    d3 += d2 >> 26;
    d4 += d3 >> 26;
    h0 = (d0 & LIMB) + 5 * (d4 >> 26);
    h1 = (d1 & LIMB) + (h0 >> 26);
    h0 &= LIMB;
    h2 = d2 & LIMB;
    h3 = d3 & LIMB;
    h4 = d4 & LIMB;
  }
  // The second limb may be over its bits. The prime is subtracted where the sum is not below it: with 5 more it reaches 2^130 then.
  let carry = (h0 + 5) >> 26;
  carry = (h1 + carry) >> 26;
  carry = (h2 + carry) >> 26;
  carry = (h3 + carry) >> 26;
  carry = (h4 + carry) >> 26;
  h0 += 5 * carry;
  h1 += h0 >> 26;
  h2 += h1 >> 26;
  h3 += h2 >> 26;
  h4 += h3 >> 26;
  const l0 = (h0 & LIMB) | ((h1 & LIMB) << 26) | (h2 << 52);
  const l1 = ((h2 & LIMB) >> 12) | ((h3 & LIMB) << 14) | (h4 << 40);
  const p0 = load<u64>(ONCE, 16);
  const sum = l0 + p0;
  store<u64>(ONCE, sum);
  store<u64>(ONCE, l1 + load<u64>(ONCE, 24) + <u64>(sum < p0), 8);
}
