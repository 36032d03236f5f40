/**
 * AES by tables of 32-bit words (FIPS 197), 128- and 256-bit keys, encryption only: QUIC needs no decryption of
 * blocks.
 *
 * Not constant-time: table look-ups leak through the cache. The keys here come from captures and scenarios that
 * the person already holds; do not use this to protect anything.
 */

/** The substitution box. */
export const SBOX = makeSbox();
/** SubBytes and MixColumns of one byte as a column word, for each of the four rows. */
export const T0 = makeColumns(0);
export const T1 = makeColumns(8);
export const T2 = makeColumns(16);
export const T3 = makeColumns(24);

/** An expanded key: 4 words for each of rounds + 1 round keys. */
export class AesKey {
  readonly rounds: number;
  readonly words: Int32Array;

  /** `key` is 16 or 32 bytes; anything else throws RangeError. */
  constructor(key: Uint8Array) {
    if (key.length !== 16 && key.length !== 32) throw new RangeError(`AES key of ${key.length} bytes`);
    const n = key.length >> 2;
    this.rounds = n + 6;
    const words = new Int32Array(4 * (this.rounds + 1));
    for (let i = 0; i < n; i++) {
      words[i] = (key[4 * i]! << 24) | (key[4 * i + 1]! << 16) | (key[4 * i + 2]! << 8) | key[4 * i + 3]!;
    }
    let rcon = 1;
    for (let i = n; i < words.length; i++) {
      let word = words[i - 1]!;
      if (i % n === 0) {
        word = substitute((word << 8) | (word >>> 24)) ^ (rcon << 24);
        rcon = double(rcon);
      } else if (n === 8 && i % n === 4) {
        word = substitute(word);
      }
      words[i] = words[i - n]! ^ word;
    }
    this.words = words;
  }

  /** Encrypts the block of four big-endian words; the result goes to out[0..3]. */
  encrypt(w0: number, w1: number, w2: number, w3: number, out: Int32Array): void {
    const rk = this.words;
    let a = w0 ^ rk[0]!;
    let b = w1 ^ rk[1]!;
    let c = w2 ^ rk[2]!;
    let d = w3 ^ rk[3]!;
    const last = rk.length - 4;
    let k = 4;
    for (; k < last; k += 4) {
      const e = T0[a >>> 24]! ^ T1[(b >>> 16) & 255]! ^ T2[(c >>> 8) & 255]! ^ T3[d & 255]! ^ rk[k]!;
      const f = T0[b >>> 24]! ^ T1[(c >>> 16) & 255]! ^ T2[(d >>> 8) & 255]! ^ T3[a & 255]! ^ rk[k + 1]!;
      const g = T0[c >>> 24]! ^ T1[(d >>> 16) & 255]! ^ T2[(a >>> 8) & 255]! ^ T3[b & 255]! ^ rk[k + 2]!;
      d = T0[d >>> 24]! ^ T1[(a >>> 16) & 255]! ^ T2[(b >>> 8) & 255]! ^ T3[c & 255]! ^ rk[k + 3]!;
      a = e;
      b = f;
      c = g;
    }
    out[0] = lastColumn(a, b, c, d) ^ rk[k]!;
    out[1] = lastColumn(b, c, d, a) ^ rk[k + 1]!;
    out[2] = lastColumn(c, d, a, b) ^ rk[k + 2]!;
    out[3] = lastColumn(d, a, b, c) ^ rk[k + 3]!;
  }
}

/** One column of the last round, which has no MixColumns. */
export function lastColumn(a: number, b: number, c: number, d: number): number {
  return (
    (SBOX[a >>> 24]! << 24) | (SBOX[(b >>> 16) & 255]! << 16) | (SBOX[(c >>> 8) & 255]! << 8) | SBOX[d & 255]!
  );
}

function substitute(word: number): number {
  return lastColumn(word, word, word, word);
}

function double(x: number): number {
  return ((x << 1) ^ ((x >> 7) * 0x11b)) & 255;
}

function makeSbox(): Uint8Array {
  const box = new Uint8Array(256);
  // Walk the powers of 3 and of its inverse 0xf6 together: q is then always the inverse of p.
  let p = 1;
  let q = 1;
  do {
    p = p ^ double(p);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 255;
    if ((q & 0x80) !== 0) q ^= 0x09;
    box[p] = q ^ rotl8(q, 1) ^ rotl8(q, 2) ^ rotl8(q, 3) ^ rotl8(q, 4) ^ 0x63;
  } while (p !== 1);
  box[0] = 0x63;
  return box;
}

function makeColumns(turn: number): Int32Array {
  return Int32Array.from(SBOX, (s) => {
    const s2 = double(s);
    const word = (s2 << 24) | (s << 16) | (s << 8) | (s2 ^ s);
    return turn === 0 ? word : (word >>> turn) | (word << (32 - turn));
  });
}

function rotl8(x: number, n: number): number {
  return ((x << n) | (x >> (8 - n))) & 255;
}
