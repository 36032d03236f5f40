/**
 * AES-GCM with a 12-byte nonce, 128- or 256-bit key (NIST SP 800-38D), in AssemblyScript: compiled to WebAssembly at build. Does what
 * `aes-gcm.ts` does, which stays the reference. Not constant-time, see `aes.ts`.
 *
 * Columns of AES stand as little-endian words, blocks of GHASH as they lie in memory: nothing is turned round on the way.
 *
 *      0  T0 to T3, 1 kB each: SubBytes and MixColumns of one byte, for each of the four rows
 *   4096  the substitution box, then a block to work in, then REDUCE
 *     IO  128 kB for additional data, filled up to 16 bytes; behind it the text, which is changed in place, and its tag
 *   KEYS  each the table of GHASH that `ghash.ts` describes, its round keys, then those of a header protection key, which need not go
 *         with it: as many as the memory has room for, which whoever calls makes larger
 */

const SBOX: usize = 4096;
const SCRATCH: usize = 4352;
/** What a byte that leaves at the low end adds at the high end, two bytes each. */
const REDUCE: usize = 4608;
const IO: usize = 8192;
const ROOM: usize = 131072;
const KEYS: usize = IO + ROOM;
const TABLE: usize = 16384;
/** Round keys of one key, bytes: 15 of 16 at most. */
const ROUNDS: usize = 256;
const KEY: usize = TABLE + 2 * ROUNDS;

/** x^128, reduced, as the high half of a block. */
const TOP: u64 = 0xe100000000000000;

/** What was hashed so far. */
let h0: u64 = 0;
let h1: u64 = 0;

/** Where additional data and text are put, and how much room is there, bytes. */
export function io(): usize {
  return IO;
}
export function room(): i32 {
  return <i32>ROOM;
}

/** Where the memory of so many slots ends. */
export function end(slots: i32): usize {
  return KEYS + <usize>slots * KEY;
}

/** Where the substitution box is put. */
export function box(): usize {
  return SBOX;
}

/** Where the round keys of a slot are put: 4 little-endian words for each of rounds + 1. */
export function roundKeys(slot: i32): usize {
  return KEYS + <usize>slot * KEY + TABLE;
}

/** The same of a header protection key. */
export function headerKeys(slot: i32): usize {
  return roundKeys(slot) + ROUNDS;
}

/** Where `mask` leaves what it gives. */
export function masked(): usize {
  return SCRATCH;
}

/** Encrypts a sample, four little-endian words, with a header protection key. */
export function mask(slot: i32, rounds: i32, a: u32, b: u32, c: u32, d: u32): void {
  store<u32>(SCRATCH, a);
  store<u32>(SCRATCH, b, 4);
  store<u32>(SCRATCH, c, 8);
  store<u32>(SCRATCH, d, 12);
  encrypt(headerKeys(slot), rounds, SCRATCH);
}

/** Makes what no key is needed for; the substitution box lies in its place. To be called once. */
export function tables(): void {
  for (let i: usize = 0; i < 256; i++) {
    const s: u32 = load<u8>(SBOX + i);
    const s2: u32 = ((s << 1) ^ ((s >> 7) * 0x11b)) & 255;
    const word: u32 = s2 | (s << 8) | (s << 16) | ((s2 ^ s) << 24);
    for (let row: u32 = 0; row < 4; row++)
      store<u32>((<usize>row << 10) + (i << 2), rotl<u32>(word, row * 8));
    let sum: u32 = 0;
    for (let bit: u32 = 0; bit < 8; bit++) if ((i >> bit) & 1) sum ^= 0xe1000000 >> (7 - bit);
    store<u16>(i << 1, bswap<u16>(<u16>(sum >> 16)), REDUCE);
  }
}

/** Makes the table of GHASH for a slot whose round keys are there. */
export function key(slot: i32, rounds: i32): void {
  const t = KEYS + <usize>slot * KEY;
  store<u64>(SCRATCH, 0);
  store<u64>(SCRATCH, 0, 8);
  encrypt(roundKeys(slot), rounds, SCRATCH);
  let hi = bswap<u64>(load<u64>(SCRATCH));
  let lo = bswap<u64>(load<u64>(SCRATCH, 8));
  for (let word: usize = 0; word < 4; word++) {
    const table = t + (word << 12);
    store<u64>(table, 0);
    store<u64>(table, 0, 8);
    // The bits of the word's first byte, then three bytes that only lead on to the next word.
    for (let i: u32 = 0; i < 32; i++) {
      if (i < 8) {
        const at = table + ((<usize>128 >> i) << 4);
        store<u64>(at, bswap<u64>(hi));
        store<u64>(at, bswap<u64>(lo), 8);
      }
      const carry: u64 = (lo & 1) * TOP;
      lo = (lo >> 1) | (hi << 63);
      hi = (hi >> 1) ^ carry;
    }
    for (let top: usize = 2; top < 256; top <<= 1)
      for (let low: usize = 1; low < top; low++) {
        const to = table + ((top + low) << 4);
        store<u64>(to, load<u64>(table + (top << 4)) ^ load<u64>(table + (low << 4)));
        store<u64>(to, load<u64>(table + (top << 4), 8) ^ load<u64>(table + (low << 4), 8), 8);
      }
  }
}

/** Whether the tag behind the text is right; then the text is in clear. `aad`, `len`: bytes, below 2^29. */
export function open(slot: i32, rounds: i32, n0: u32, n1: u32, n2: u32, aad: i32, len: i32): bool {
  const text = IO + padded(aad);
  tag(slot, rounds, n0, n1, n2, aad, len);
  if (load<u64>(text + len) != h0 || load<u64>(text + len, 8) != h1) return false;
  stream(slot, rounds, n0, n1, n2, text, len);
  return true;
}

/** Encrypts the text and puts the tag behind it. */
export function seal(slot: i32, rounds: i32, n0: u32, n1: u32, n2: u32, aad: i32, len: i32): void {
  const text = IO + padded(aad);
  stream(slot, rounds, n0, n1, n2, text, len);
  tag(slot, rounds, n0, n1, n2, aad, len);
  store<u64>(text + len, h0);
  store<u64>(text + len, h1, 8);
}

/** Bytes that additional data takes. */
function padded(aad: i32): usize {
  return <usize>(aad + 15) & ~15;
}

/** The tag of additional data and ciphertext: h0, h1. */
function tag(slot: i32, rounds: i32, n0: u32, n1: u32, n2: u32, aad: i32, len: i32): void {
  const t = KEYS + <usize>slot * KEY;
  const text = IO + padded(aad);
  h0 = h1 = 0;
  for (let at = IO + aad; at < text; at++) store<u8>(at, 0);
  for (let at = IO; at < text; at += 16) hash(t, load<u64>(at), load<u64>(at, 8));
  const stop = text + len;
  let at = text;
  for (; at + 16 <= stop; at += 16) hash(t, load<u64>(at), load<u64>(at, 8));
  if (at < stop) hash(t, load<u64>(at) & low(stop - at), load<u64>(at, 8) & high(stop - at));
  hash(t, bswap<u64>(<u64>aad << 3), bswap<u64>(<u64>len << 3));
  store<u32>(SCRATCH, bswap<u32>(n0));
  store<u32>(SCRATCH, bswap<u32>(n1), 4);
  store<u32>(SCRATCH, bswap<u32>(n2), 8);
  store<u32>(SCRATCH, 0x01000000, 12);
  encrypt(roundKeys(slot), rounds, SCRATCH);
  h0 ^= load<u64>(SCRATCH);
  h1 ^= load<u64>(SCRATCH, 8);
}

/** Masks of the first `bytes`, 1 to 15, of a block, for its halves. */
function low(bytes: usize): u64 {
  return bytes >= 8 ? ~(<u64>0) : (<u64>1 << (bytes << 3)) - 1;
}
function high(bytes: usize): u64 {
  return bytes > 8 ? (<u64>1 << ((bytes - 8) << 3)) - 1 : 0;
}

/** Takes a block into the hash: its product with H by Horner's rule over the four bytes of each word, the last ones first. */
// @ts-expect-error: decorator
@inline
function hash(t: usize, b0: u64, b1: u64): void {
  const x = h0 ^ b0;
  const y = h1 ^ b1;
  let p = t + <usize>((x >> 20) & 0xff0);
  let q = t + <usize>((x >> 52) & 0xff0);
  let u = t + <usize>((y >> 20) & 0xff0);
  let v = t + <usize>((y >> 52) & 0xff0);
  let r = load<u64>(p) ^ load<u64>(q, 4096) ^ load<u64>(u, 8192) ^ load<u64>(v, 12288);
  let s = load<u64>(p, 8) ^ load<u64>(q, 4104) ^ load<u64>(u, 8200) ^ load<u64>(v, 12296);
  let carry: u64;
  p = t + <usize>((x >> 12) & 0xff0);
  q = t + <usize>((x >> 44) & 0xff0);
  u = t + <usize>((y >> 12) & 0xff0);
  v = t + <usize>((y >> 44) & 0xff0);
  carry = <u64>load<u16>(<usize>(s >> 56) << 1, REDUCE);
  s = ((s << 8) | (r >> 56)) ^ load<u64>(p, 8) ^ load<u64>(q, 4104) ^ load<u64>(u, 8200) ^ load<u64>(v, 12296);
  r = (r << 8) ^ carry ^ load<u64>(p) ^ load<u64>(q, 4096) ^ load<u64>(u, 8192) ^ load<u64>(v, 12288);
  p = t + <usize>((x >> 4) & 0xff0);
  q = t + <usize>((x >> 36) & 0xff0);
  u = t + <usize>((y >> 4) & 0xff0);
  v = t + <usize>((y >> 36) & 0xff0);
  carry = <u64>load<u16>(<usize>(s >> 56) << 1, REDUCE);
  s = ((s << 8) | (r >> 56)) ^ load<u64>(p, 8) ^ load<u64>(q, 4104) ^ load<u64>(u, 8200) ^ load<u64>(v, 12296);
  r = (r << 8) ^ carry ^ load<u64>(p) ^ load<u64>(q, 4096) ^ load<u64>(u, 8192) ^ load<u64>(v, 12288);
  p = t + <usize>((x << 4) & 0xff0);
  q = t + <usize>((x >> 28) & 0xff0);
  u = t + <usize>((y << 4) & 0xff0);
  v = t + <usize>((y >> 28) & 0xff0);
  carry = <u64>load<u16>(<usize>(s >> 56) << 1, REDUCE);
  s = ((s << 8) | (r >> 56)) ^ load<u64>(p, 8) ^ load<u64>(q, 4104) ^ load<u64>(u, 8200) ^ load<u64>(v, 12296);
  r = (r << 8) ^ carry ^ load<u64>(p) ^ load<u64>(q, 4096) ^ load<u64>(u, 8192) ^ load<u64>(v, 12288);
  h0 = r;
  h1 = s;
}

// @ts-expect-error: decorator
@inline
function column(a: u32, b: u32, c: u32, d: u32): u32 {
  return (
    load<u32>((a << 2) & 0x3fc) ^
    load<u32>((b >> 6) & 0x3fc, 1024) ^
    load<u32>((c >> 14) & 0x3fc, 2048) ^
    load<u32>((d >> 22) & 0x3fc, 3072)
  );
}

/** A column of the last round: no MixColumns. */
// @ts-expect-error: decorator
@inline
function last(a: u32, b: u32, c: u32, d: u32): u32 {
  return (
    <u32>load<u8>(a & 255, SBOX) |
    (<u32>load<u8>((b >> 8) & 255, SBOX) << 8) |
    (<u32>load<u8>((c >> 16) & 255, SBOX) << 16) |
    (<u32>load<u8>(d >> 24, SBOX) << 24)
  );
}

/** Encrypts the block at `at` in place with the round keys at `from`. */
function encrypt(from: usize, rounds: i32, at: usize): void {
  let k = from;
  const to = k + ((<usize>rounds) << 4);
  let a = load<u32>(at) ^ load<u32>(k);
  let b = load<u32>(at, 4) ^ load<u32>(k, 4);
  let c = load<u32>(at, 8) ^ load<u32>(k, 8);
  let d = load<u32>(at, 12) ^ load<u32>(k, 12);
  for (k += 16; k < to; k += 16) {
    const e = column(a, b, c, d) ^ load<u32>(k);
    const f = column(b, c, d, a) ^ load<u32>(k, 4);
    const g = column(c, d, a, b) ^ load<u32>(k, 8);
    d = column(d, a, b, c) ^ load<u32>(k, 12);
    a = e;
    b = f;
    c = g;
  }
  store<u32>(at, last(a, b, c, d) ^ load<u32>(k));
  store<u32>(at, last(b, c, d, a) ^ load<u32>(k, 4), 4);
  store<u32>(at, last(c, d, a, b) ^ load<u32>(k, 8), 8);
  store<u32>(at, last(d, a, b, c) ^ load<u32>(k, 12), 12);
}

/**
 * XORs the text with the key stream from block 2 on. Only the last byte of the counter changes for 256 blocks,
 * and it enters one column of round 1 and one look-up a column of round 2: the rest of these two rounds is done once for 256 blocks.
 */
function stream(slot: i32, rounds: i32, n0: u32, n1: u32, n2: u32, text: usize, len: i32): void {
  const rk = roundKeys(slot);
  const to = rk + ((<usize>rounds) << 4);
  const s0 = bswap<u32>(n0) ^ load<u32>(rk);
  const s1 = bswap<u32>(n1) ^ load<u32>(rk, 4);
  const s2 = bswap<u32>(n2) ^ load<u32>(rk, 8);
  const lowKey = load<u32>(rk, 12) >> 24;
  const stop = text + len;
  let at = text;
  let n: u32 = 2;
  while (at < stop) {
    const s3 = bswap<u32>(n & ~255) ^ load<u32>(rk, 12);
    const t0 =
      load<u32>((s0 << 2) & 0x3fc) ^
      load<u32>((s1 >> 6) & 0x3fc, 1024) ^
      load<u32>((s2 >> 14) & 0x3fc, 2048) ^
      load<u32>(rk, 16);
    const t1 = column(s1, s2, s3, s0) ^ load<u32>(rk, 20);
    const t2 = column(s2, s3, s0, s1) ^ load<u32>(rk, 24);
    const t3 = column(s3, s0, s1, s2) ^ load<u32>(rk, 28);
    const u0 =
      load<u32>((t1 >> 6) & 0x3fc, 1024) ^
      load<u32>((t2 >> 14) & 0x3fc, 2048) ^
      load<u32>((t3 >> 22) & 0x3fc, 3072) ^
      load<u32>(rk, 32);
    const u1 =
      load<u32>((t1 << 2) & 0x3fc) ^
      load<u32>((t2 >> 6) & 0x3fc, 1024) ^
      load<u32>((t3 >> 14) & 0x3fc, 2048) ^
      load<u32>(rk, 36);
    const u2 =
      load<u32>((t2 << 2) & 0x3fc) ^
      load<u32>((t3 >> 6) & 0x3fc, 1024) ^
      load<u32>((t1 >> 22) & 0x3fc, 3072) ^
      load<u32>(rk, 40);
    const u3 =
      load<u32>((t3 << 2) & 0x3fc) ^
      load<u32>((t1 >> 14) & 0x3fc, 2048) ^
      load<u32>((t2 >> 22) & 0x3fc, 3072) ^
      load<u32>(rk, 44);
    let over = false;
    // Two blocks at a time, which share all but the last bit of the counter: what one waits for, the other has meanwhile.
    while (at + 32 <= stop) {
      const x = t0 ^ load<u32>(((n & 255) ^ lowKey) << 2, 3072);
      const y = t0 ^ load<u32>((((n + 1) & 255) ^ lowKey) << 2, 3072);
      let a = u0 ^ load<u32>((x << 2) & 0x3fc);
      let b = u1 ^ load<u32>((x >> 22) & 0x3fc, 3072);
      let c = u2 ^ load<u32>((x >> 14) & 0x3fc, 2048);
      let d = u3 ^ load<u32>((x >> 6) & 0x3fc, 1024);
      let p = u0 ^ load<u32>((y << 2) & 0x3fc);
      let q = u1 ^ load<u32>((y >> 22) & 0x3fc, 3072);
      let r = u2 ^ load<u32>((y >> 14) & 0x3fc, 2048);
      let s = u3 ^ load<u32>((y >> 6) & 0x3fc, 1024);
      let k = rk + 48;
      for (; k < to; k += 16) {
        const k0 = load<u32>(k);
        const k1 = load<u32>(k, 4);
        const k2 = load<u32>(k, 8);
        const k3 = load<u32>(k, 12);
        const e = column(a, b, c, d) ^ k0;
        const f = column(b, c, d, a) ^ k1;
        const g = column(c, d, a, b) ^ k2;
        d = column(d, a, b, c) ^ k3;
        a = e;
        b = f;
        c = g;
        const t = column(p, q, r, s) ^ k0;
        const u = column(q, r, s, p) ^ k1;
        const v = column(r, s, p, q) ^ k2;
        s = column(s, p, q, r) ^ k3;
        p = t;
        q = u;
        r = v;
      }
      const k01 = load<u64>(k);
      const k23 = load<u64>(k, 8);
      store<u64>(at, load<u64>(at) ^ k01 ^ (<u64>last(a, b, c, d) | (<u64>last(b, c, d, a) << 32)));
      store<u64>(at, load<u64>(at, 8) ^ k23 ^ (<u64>last(c, d, a, b) | (<u64>last(d, a, b, c) << 32)), 8);
      store<u64>(at, load<u64>(at, 16) ^ k01 ^ (<u64>last(p, q, r, s) | (<u64>last(q, r, s, p) << 32)), 16);
      store<u64>(at, load<u64>(at, 24) ^ k23 ^ (<u64>last(r, s, p, q) | (<u64>last(s, p, q, r) << 32)), 24);
      at += 32;
      n += 2;
      over = (n & 255) == 0;
      if (over) break;
    }
    if (over || at >= stop) continue;
    do {
      const x = t0 ^ load<u32>(((n & 255) ^ lowKey) << 2, 3072);
      let a = u0 ^ load<u32>((x << 2) & 0x3fc);
      let b = u1 ^ load<u32>((x >> 22) & 0x3fc, 3072);
      let c = u2 ^ load<u32>((x >> 14) & 0x3fc, 2048);
      let d = u3 ^ load<u32>((x >> 6) & 0x3fc, 1024);
      let k = rk + 48;
      // 7 rounds, or 11.
      let e = column(a, b, c, d) ^ load<u32>(k);
      let f = column(b, c, d, a) ^ load<u32>(k, 4);
      let g = column(c, d, a, b) ^ load<u32>(k, 8);
      let h = column(d, a, b, c) ^ load<u32>(k, 12);
      for (k += 16; k < to; k += 32) {
        a = column(e, f, g, h) ^ load<u32>(k);
        b = column(f, g, h, e) ^ load<u32>(k, 4);
        c = column(g, h, e, f) ^ load<u32>(k, 8);
        d = column(h, e, f, g) ^ load<u32>(k, 12);
        e = column(a, b, c, d) ^ load<u32>(k, 16);
        f = column(b, c, d, a) ^ load<u32>(k, 20);
        g = column(c, d, a, b) ^ load<u32>(k, 24);
        h = column(d, a, b, c) ^ load<u32>(k, 28);
      }
      const stream0 = <u64>(last(e, f, g, h) ^ load<u32>(k)) | (<u64>(last(f, g, h, e) ^ load<u32>(k, 4)) << 32);
      const stream1 = <u64>(last(g, h, e, f) ^ load<u32>(k, 8)) | (<u64>(last(h, e, f, g) ^ load<u32>(k, 12)) << 32);
      const in0 = load<u64>(at);
      const in1 = load<u64>(at, 8);
      if (at + 16 <= stop) {
        store<u64>(at, in0 ^ stream0);
        store<u64>(at, in1 ^ stream1, 8);
      } else {
        store<u64>(at, in0 ^ (stream0 & low(stop - at)));
        store<u64>(at, in1 ^ (stream1 & high(stop - at)), 8);
      }
      at += 16;
      n++;
    } while (at < stop && (n & 255) != 0);
  }
}
