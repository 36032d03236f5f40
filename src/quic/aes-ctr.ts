import { type AesKey, lastColumn, T0, T1, T2, T3 } from './aes.ts';

/**
 * XORs src[srcOff, +len) with the AES key stream of nonce (n0, n1, n2 as big-endian words) from block `counter`
 * on, into dst[dstOff, +len). The two ranges may be the same. NIST SP 800-38D section 6.5.
 *
 * Only the last byte of the counter changes for 256 blocks, and it enters one column of round 1 and one table
 * look-up a column of round 2; the rest of these two rounds is therefore done once for 256 blocks.
 */
export function aesCtr(
  key: AesKey,
  n0: number,
  n1: number,
  n2: number,
  counter: number,
  src: Uint8Array,
  srcOff: number,
  len: number,
  dst: Uint8Array,
  dstOff: number,
): void {
  const rk = key.words;
  const last = rk.length - 4;
  const s0 = n0 ^ rk[0]!;
  const s1 = n1 ^ rk[1]!;
  const s2 = n2 ^ rk[2]!;
  let from = srcOff;
  let to = dstOff;
  const end = srcOff + len;
  let block = counter;

  while (from < end) {
    const high = block & ~255;
    const s3 = high ^ rk[3]!;
    const t0 = T0[s0 >>> 24]! ^ T1[(s1 >>> 16) & 255]! ^ T2[(s2 >>> 8) & 255]! ^ rk[4]!;
    const t1 = T0[s1 >>> 24]! ^ T1[(s2 >>> 16) & 255]! ^ T2[(s3 >>> 8) & 255]! ^ T3[s0 & 255]! ^ rk[5]!;
    const t2 = T0[s2 >>> 24]! ^ T1[(s3 >>> 16) & 255]! ^ T2[(s0 >>> 8) & 255]! ^ T3[s1 & 255]! ^ rk[6]!;
    const t3 = T0[s3 >>> 24]! ^ T1[(s0 >>> 16) & 255]! ^ T2[(s1 >>> 8) & 255]! ^ T3[s2 & 255]! ^ rk[7]!;
    const u0 = T1[(t1 >>> 16) & 255]! ^ T2[(t2 >>> 8) & 255]! ^ T3[t3 & 255]! ^ rk[8]!;
    const u1 = T0[t1 >>> 24]! ^ T1[(t2 >>> 16) & 255]! ^ T2[(t3 >>> 8) & 255]! ^ rk[9]!;
    const u2 = T0[t2 >>> 24]! ^ T1[(t3 >>> 16) & 255]! ^ T3[t1 & 255]! ^ rk[10]!;
    const u3 = T0[t3 >>> 24]! ^ T2[(t1 >>> 8) & 255]! ^ T3[t2 & 255]! ^ rk[11]!;
    const lowKey = rk[3]! & 255;

    do {
      const x = t0 ^ T3[(block & 255) ^ lowKey]!;
      let a = u0 ^ T0[x >>> 24]!;
      let b = u1 ^ T3[x & 255]!;
      let c = u2 ^ T2[(x >>> 8) & 255]!;
      let d = u3 ^ T1[(x >>> 16) & 255]!;
      let k = 12;
      for (; k < last; k += 4) {
        const e = T0[a >>> 24]! ^ T1[(b >>> 16) & 255]! ^ T2[(c >>> 8) & 255]! ^ T3[d & 255]! ^ rk[k]!;
        const f = T0[b >>> 24]! ^ T1[(c >>> 16) & 255]! ^ T2[(d >>> 8) & 255]! ^ T3[a & 255]! ^ rk[k + 1]!;
        const g = T0[c >>> 24]! ^ T1[(d >>> 16) & 255]! ^ T2[(a >>> 8) & 255]! ^ T3[b & 255]! ^ rk[k + 2]!;
        d = T0[d >>> 24]! ^ T1[(a >>> 16) & 255]! ^ T2[(b >>> 8) & 255]! ^ T3[c & 255]! ^ rk[k + 3]!;
        a = e;
        b = f;
        c = g;
      }
      const y0 = lastColumn(a, b, c, d) ^ rk[k]!;
      const y1 = lastColumn(b, c, d, a) ^ rk[k + 1]!;
      const y2 = lastColumn(c, d, a, b) ^ rk[k + 2]!;
      const y3 = lastColumn(d, a, b, c) ^ rk[k + 3]!;
      if (end - from >= 16) {
        dst[to] = src[from]! ^ (y0 >>> 24);
        dst[to + 1] = src[from + 1]! ^ (y0 >>> 16);
        dst[to + 2] = src[from + 2]! ^ (y0 >>> 8);
        dst[to + 3] = src[from + 3]! ^ y0;
        dst[to + 4] = src[from + 4]! ^ (y1 >>> 24);
        dst[to + 5] = src[from + 5]! ^ (y1 >>> 16);
        dst[to + 6] = src[from + 6]! ^ (y1 >>> 8);
        dst[to + 7] = src[from + 7]! ^ y1;
        dst[to + 8] = src[from + 8]! ^ (y2 >>> 24);
        dst[to + 9] = src[from + 9]! ^ (y2 >>> 16);
        dst[to + 10] = src[from + 10]! ^ (y2 >>> 8);
        dst[to + 11] = src[from + 11]! ^ y2;
        dst[to + 12] = src[from + 12]! ^ (y3 >>> 24);
        dst[to + 13] = src[from + 13]! ^ (y3 >>> 16);
        dst[to + 14] = src[from + 14]! ^ (y3 >>> 8);
        dst[to + 15] = src[from + 15]! ^ y3;
      } else {
        for (let i = 0; from + i < end; i++) {
          const word = i < 4 ? y0 : i < 8 ? y1 : i < 12 ? y2 : y3;
          dst[to + i] = src[from + i]! ^ (word >>> (24 - 8 * (i & 3)));
        }
      }
      from += 16;
      to += 16;
      block++;
    } while (from < end && (block & 255) !== 0);
  }
}
