/** XXH64, seed 0, for CIDs derived where the capture holds no answer (semantics 1.8). Rarely called; plain BigInt. */
const M = (1n << 64n) - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const rotl = (v: bigint, n: bigint) => ((v << n) | (v >> (64n - n))) & M;
const round = (acc: bigint, lane: bigint) => (rotl((acc + lane * P2) & M, 31n) * P1) & M;

/** Hash of `b` as eight bytes, most significant first. */
export function xxh64(b: Uint8Array): Uint8Array {
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  let i = 0;
  let h: bigint;
  if (b.length >= 32) {
    const acc = [(P1 + P2) & M, P2, 0n, -P1 & M];
    for (; i + 32 <= b.length; i += 32) {
      for (let k = 0; k < 4; k++) acc[k] = round(acc[k]!, v.getBigUint64(i + 8 * k, true));
    }
    h = (rotl(acc[0]!, 1n) + rotl(acc[1]!, 7n) + rotl(acc[2]!, 12n) + rotl(acc[3]!, 18n)) & M;
    for (const a of acc) h = ((h ^ round(0n, a)) * P1 + P4) & M;
  } else h = P5;
  h = (h + BigInt(b.length)) & M;
  for (; i + 8 <= b.length; i += 8) h = (rotl(h ^ round(0n, v.getBigUint64(i, true)), 27n) * P1 + P4) & M;
  for (; i + 4 <= b.length; i += 4)
    h = (rotl(h ^ ((BigInt(v.getUint32(i, true)) * P1) & M), 23n) * P2 + P3) & M;
  for (; i < b.length; i++) h = (rotl(h ^ ((BigInt(b[i]!) * P5) & M), 11n) * P1) & M;
  h ^= h >> 33n;
  h = (h * P2) & M;
  h ^= h >> 29n;
  h = (h * P3) & M;
  h ^= h >> 32n;
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, h);
  return out;
}
