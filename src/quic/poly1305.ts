import { leWord } from './chacha.ts';

const LIMB = 2 ** 22;
const DOWN = 2 ** -22;

/**
 * Poly1305 (RFC 8439 section 2.5). Numbers modulo 2^130-5 are six limbs of 22 bits in doubles: a product of two
 * limbs and the sum of six of them, one factor times 20, stays below 2^53, so every step is exact.
 */
export class Poly1305 {
  private readonly r = new Float64Array(6);
  private readonly h = new Float64Array(6);
  private readonly pad = new Float64Array(4);

  /** Begins with a one-time key of eight little-endian words: r, then s. */
  begin(key: Int32Array): void {
    const t0 = key[0]! & 0x0fffffff;
    const t1 = key[1]! & 0x0ffffffc;
    const t2 = key[2]! & 0x0ffffffc;
    const t3 = key[3]! & 0x0ffffffc;
    const r = this.r;
    r[0] = t0 & 0x3fffff;
    r[1] = ((t0 >>> 22) | (t1 << 10)) & 0x3fffff;
    r[2] = ((t1 >>> 12) | (t2 << 20)) & 0x3fffff;
    r[3] = (t2 >>> 2) & 0x3fffff;
    r[4] = ((t2 >>> 24) | (t3 << 8)) & 0x3fffff;
    r[5] = t3 >>> 14;
    this.h.fill(0);
    for (let i = 0; i < 4; i++) this.pad[i] = key[4 + i]! >>> 0;
  }

  /**
   * Takes buf[off, +len), the last block filled up with zeros to 16 bytes as the AEAD does (RFC 8439 section
   * 2.8).
   */
  update(buf: Uint8Array, off: number, len: number): void {
    const r = this.r;
    const h = this.h;
    const r0 = r[0]!;
    const r1 = r[1]!;
    const r2 = r[2]!;
    const r3 = r[3]!;
    const r4 = r[4]!;
    const r5 = r[5]!;
    // 2^132 = 4 * 2^130 = 4 * 5 modulo the prime.
    const s1 = 20 * r1;
    const s2 = 20 * r2;
    const s3 = 20 * r3;
    const s4 = 20 * r4;
    const s5 = 20 * r5;
    let h0 = h[0]!;
    let h1 = h[1]!;
    let h2 = h[2]!;
    let h3 = h[3]!;
    let h4 = h[4]!;
    let h5 = h[5]!;
    const end = off + len;
    for (let at = off; at < end; at += 16) {
      let t0: number;
      let t1: number;
      let t2: number;
      let t3: number;
      if (end - at >= 16) {
        t0 = leWord(buf, at);
        t1 = leWord(buf, at + 4);
        t2 = leWord(buf, at + 8);
        t3 = leWord(buf, at + 12);
      } else {
        t0 = tailWord(buf, at, end);
        t1 = tailWord(buf, at + 4, end);
        t2 = tailWord(buf, at + 8, end);
        t3 = tailWord(buf, at + 12, end);
      }
      h0 += t0 & 0x3fffff;
      h1 += ((t0 >>> 22) | (t1 << 10)) & 0x3fffff;
      h2 += ((t1 >>> 12) | (t2 << 20)) & 0x3fffff;
      h3 += (t2 >>> 2) & 0x3fffff;
      h4 += ((t2 >>> 24) | (t3 << 8)) & 0x3fffff;
      h5 += (t3 >>> 14) + 0x40000;
      const d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1;
      let d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2;
      let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3;
      let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4;
      let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5;
      let d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0;
      let carry = Math.floor(d0 * DOWN);
      h0 = d0 - carry * LIMB;
      d1 += carry;
      carry = Math.floor(d1 * DOWN);
      h1 = d1 - carry * LIMB;
      d2 += carry;
      carry = Math.floor(d2 * DOWN);
      h2 = d2 - carry * LIMB;
      d3 += carry;
      carry = Math.floor(d3 * DOWN);
      h3 = d3 - carry * LIMB;
      d4 += carry;
      carry = Math.floor(d4 * DOWN);
      h4 = d4 - carry * LIMB;
      d5 += carry;
      carry = Math.floor(d5 * DOWN);
      h5 = d5 - carry * LIMB;
      h0 += 20 * carry;
      carry = Math.floor(h0 * DOWN);
      h0 -= carry * LIMB;
      h1 += carry;
    }
    h[0] = h0;
    h[1] = h1;
    h[2] = h2;
    h[3] = h3;
    h[4] = h4;
    h[5] = h5;
  }

  /** Writes the 16-byte tag as four little-endian words to out[0..3]. */
  finish(out: Int32Array): void {
    const h = this.h;
    carryAll(h);
    carryAll(h);
    // Subtract the prime when the sum is not below it: adding 5 then reaches 2^130.
    const g = Float64Array.from(h);
    g[0]! += 5;
    for (let i = 0; i < 5; i++) {
      const carry = Math.floor(g[i]! * DOWN);
      g[i]! -= carry * LIMB;
      g[i + 1]! += carry;
    }
    const n = g[5]! >= 2 ** 20 ? g : h;
    const l0 = n[0]!;
    const l1 = n[1]!;
    const l2 = n[2]!;
    const l3 = n[3]!;
    const l4 = n[4]!;
    const l5 = n[5]!;
    let sum = ((l0 | (l1 << 22)) >>> 0) + this.pad[0]!;
    out[0] = sum;
    sum = (((l1 >>> 10) | (l2 << 12)) >>> 0) + this.pad[1]! + Math.floor(sum / 2 ** 32);
    out[1] = sum;
    sum = (((l2 >>> 20) | (l3 << 2) | (l4 << 24)) >>> 0) + this.pad[2]! + Math.floor(sum / 2 ** 32);
    out[2] = sum;
    sum = (((l4 >>> 8) | (l5 << 14)) >>> 0) + this.pad[3]! + Math.floor(sum / 2 ** 32);
    out[3] = sum;
  }
}

function carryAll(h: Float64Array): void {
  for (let i = 0; i < 5; i++) {
    const carry = Math.floor(h[i]! * DOWN);
    h[i]! -= carry * LIMB;
    h[i + 1]! += carry;
  }
  const top = Math.floor(h[5]! / 2 ** 20);
  h[5]! -= top * 2 ** 20;
  h[0]! += 5 * top;
}

function tailWord(buf: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let i = 0; i < 4; i++) if (at + i < end) word |= buf[at + i]! << (8 * i);
  return word;
}
