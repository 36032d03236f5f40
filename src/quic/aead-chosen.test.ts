/**
 * Ciphertexts chosen for where they lead the arithmetic of the tag: values at the edges of the field and of limbs, tags at the edges of
 * the last addition, one-time keys with edges of their own. What is expected comes from OpenSSL; that the edge is met is checked by plain
 * arithmetic here. The classes are those by which Project Wycheproof sorts its vectors for these AEADs.
 */
import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { ALL, aead, keyOf, type Name, open, ours, pattern, reference, seal, TAG } from './testing/aeads.ts';
import type { Workspace } from './workspace.ts';

const NONE = new Uint8Array(0);
const NONCE = pattern(12, 5);
const ONES = (1n << 128n) - 1n;

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ b[i]!);
const inOrder = (hex: string): bigint => BigInt(`0x${hex || '0'}`);
/** A block as a number, most significant byte first, as GHASH has it; and the other way round, as Poly1305. */
const big = (bytes: Uint8Array): bigint => inOrder(toHex(bytes));
const little = (bytes: Uint8Array): bigint => big(bytes.toReversed());
const bytesOf = (n: bigint): Uint8Array => Buffer.from(n.toString(16).padStart(32, '0'), 'hex');
const littleBytes = (n: bigint): Uint8Array => bytesOf(n).toReversed();

/** Seals the text of this ciphertext, opens it, and refuses it with any other tag; returns the tag, by OpenSSL. */
function meet(
  name: Name,
  ws: Workspace,
  key: Uint8Array,
  nonce: Uint8Array,
  cipher: Uint8Array,
  what: string,
): Uint8Array {
  const stream = reference(name, key, nonce, NONE, new Uint8Array(cipher.length)).subarray(0, cipher.length);
  const text = xor(cipher, stream);
  const expected = reference(name, key, nonce, NONE, text);
  expect(toHex(expected, 0, cipher.length), what).toBe(toHex(cipher));
  const own = aead(name, key);
  expect(toHex(seal(own, ws, nonce, NONE, text)), what).toBe(toHex(expected));
  expect(open(own, ws, nonce, NONE, expected), what).toEqual(text);
  for (const at of [cipher.length, expected.length - 1]) {
    const forged = expected.slice();
    forged[at]! ^= 0x80;
    expect(open(own, ws, nonce, NONE, forged), what).toBeUndefined();
  }
  return expected.subarray(cipher.length);
}

const EDGES: readonly bigint[] = [
  0n,
  1n,
  1n << 127n,
  ONES,
  ONES ^ 1n,
  ONES >> 64n,
  ONES ^ (ONES >> 64n),
  0xe1n << 120n,
  inOrder('80'.repeat(16)),
  inOrder('01'.repeat(16)),
];

const gcms = ALL.filter(({ name }) => name !== 'chacha');
const chachas = ALL.filter(({ name }) => name === 'chacha');

describe.each(gcms)('$title', ({ name, ws }) => {
  const key = keyOf(name);
  const ecb = (block: Uint8Array): bigint =>
    big(createCipheriv(`aes-${8 * key.length}-ecb`, key, null).update(block));
  const h = ecb(new Uint8Array(16));
  const first = ecb(new Uint8Array([...NONCE, 0, 0, 0, 1]));
  const back = inverse(h);
  const before = pattern(16, 3);
  /** The lengths of no additional data and of two blocks. */
  const lengths = 256n;
  const second = (sum: bigint): Uint8Array => bytesOf(sum ^ times(big(before), h));

  test('sums at the edges before they are multiplied by H', () => {
    for (const edge of EDGES) {
      const tag = meet(name, ws, key, NONCE, new Uint8Array([...before, ...second(edge)]), edge.toString(16));
      expect(big(tag)).toBe(times(times(edge, h) ^ lengths, h) ^ first);
    }
  });

  test('hashes and tags at the edges', () => {
    for (const hash of [...EDGES, ...EDGES.map((edge) => edge ^ first)]) {
      const sum = times(times(hash, back) ^ lengths, back);
      const tag = meet(name, ws, key, NONCE, new Uint8Array([...before, ...second(sum)]), hash.toString(16));
      expect(big(tag)).toBe(hash ^ first);
    }
  });
});

/** The product in GCM's field, bit 127 first (NIST SP 800-38D 6.3). */
function times(x: bigint, y: bigint): bigint {
  let sum = 0n;
  let v = y;
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) sum ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return sum;
}

/** x to the power of 2^128 - 2. */
function inverse(x: bigint): bigint {
  let power = x;
  let all = 1n << 127n;
  for (let i = 1; i < 128; i++) {
    power = times(power, power);
    all = times(all, power);
  }
  return all;
}

const P = (1n << 130n) - 5n;
const mod = (n: bigint): bigint => ((n % P) + P) % P;

function invert(x: bigint): bigint {
  let all = 1n;
  let power = x;
  for (let e = P - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) all = mod(all * power);
    power = mod(power * power);
  }
  return all;
}

/** The one-time key of Poly1305 for a nonce: r, clamped, and s (RFC 8439 2.6). */
function oneTime(key: Uint8Array, nonce: Uint8Array): { r: bigint; s: bigint } {
  const block = createCipheriv('chacha20', key, new Uint8Array([0, 0, 0, 0, ...nonce])).update(
    new Uint8Array(32),
  );
  const r = little(block.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  return { r, s: little(block.subarray(16)) };
}

/** Numbers below 2^130 whose limbs, of 22 bits as of 26, are all ones or all zeros, and those around the prime and around 2^128. */
const NEAR: readonly bigint[] = [
  0n,
  1n,
  P - 1n,
  P - 2n,
  P - 6n,
  1n << 128n,
  ONES,
  ONES - 4n,
  (1n << 129n) - 1n,
  (3n << 128n) - 1n,
  ...[22n, 26n, 44n].flatMap((bits) => [
    limbs(bits, 0n, true),
    limbs(bits, 1n, true),
    limbs(bits, 0n, false),
    limbs(bits, 1n, false),
  ]),
].filter((n) => n < P);

/** Limbs of so many bits, every second one, from `from` on: full, or with their top bit alone. */
function limbs(bits: bigint, from: bigint, full: boolean): bigint {
  let n = 0n;
  for (let at = from * bits; at + bits <= 130n; at += 2n * bits)
    n |= (full ? (1n << bits) - 1n : 1n << (bits - 1n)) << at;
  return n;
}

describe.each(chachas)('$title', ({ name, ws }) => {
  const key = keyOf(name);
  const { r, s } = oneTime(key, NONCE);
  const back = invert(r);
  const top = 1n << 128n;
  /** The lengths of no additional data and of two blocks, as a block. */
  const lengths = top + (32n << 64n);

  /** Two blocks after which the sum that is to be multiplied by r is `sum`: the first one is varied until the second one is a block. */
  function leadingTo(sum: bigint): Uint8Array {
    for (let n = 0n; ; n++) {
      const one = (n * 0x9e3779b97f4a7c15f39cc0605cedc835n) & ONES;
      const two = mod(sum - mod((one + top) * r)) - top;
      if (two >= 0n && two <= ONES) return new Uint8Array([...littleBytes(one), ...littleBytes(two)]);
    }
  }

  test('sums at the edges before they are multiplied by r', () => {
    for (const near of NEAR) {
      const tag = meet(name, ws, key, NONCE, leadingTo(near), near.toString(16));
      expect(little(tag)).toBe((mod((mod(near * r) + lengths) * r) + s) & ONES);
    }
  });

  test('ends at the edges, where the prime is subtracted or is not', () => {
    for (const end of NEAR) {
      const tag = meet(
        name,
        ws,
        key,
        NONCE,
        leadingTo(mod(mod(end * back - lengths) * back)),
        end.toString(16),
      );
      expect(little(tag)).toBe((end + s) & ONES);
    }
  });

  test('tags at the edges, whatever stands above their 128 bits', () => {
    for (const wanted of EDGES)
      for (let above = 0n; above < 4n; above++) {
        const end = ((wanted - s) & ONES) + above * top;
        if (end >= P) continue;
        const what = `${wanted.toString(16)} with ${above} above`;
        const tag = meet(name, ws, key, NONCE, leadingTo(mod(mod(end * back - lengths) * back)), what);
        expect(little(tag)).toBe(wanted);
      }
  });

  test('one-time keys with the largest and the smallest words and limbs among 4000 nonces, under blocks of ones and of zeros', () => {
    const found = Array.from({ length: 4000 }, (_, n) => {
      const nonce = new Uint8Array(12);
      new DataView(nonce.buffer).setUint32(8, n);
      return { nonce, ...oneTime(key, nonce) };
    });
    const parts = [22n, 26n, 32n].flatMap((bits) =>
      Array.from(
        { length: Number((127n + bits) / bits) },
        (_, i) => (k: { r: bigint; s: bigint }) => (k.r >> (BigInt(i) * bits)) & ((1n << bits) - 1n),
      ),
    );
    const ordered = (by: (k: { r: bigint; s: bigint }) => bigint) =>
      found.toSorted((a, b) => (by(a) < by(b) ? -1 : 1));
    const picked = new Set(
      [...parts, (k: { s: bigint }) => k.s].flatMap((by) => [ordered(by)[0]!, ordered(by).at(-1)!]),
    );
    for (const { nonce } of picked)
      for (const fill of [0xff, 0, 0x80])
        meet(name, ws, key, nonce, new Uint8Array(16 * 13 + 5).fill(fill), toHex(nonce));
  });
});

test.each(['aes128', 'aes256', 'chacha'] as const)(
  '%s: 1 MB, over which more than two bytes are counted',
  (name) => {
    const text = pattern(65_540 * 16, 7);
    const key = keyOf(name);
    const sealed = seal(aead(name, key), ours, NONCE, NONE, text);
    expect(Buffer.compare(sealed, reference(name, key, NONCE, NONE, text))).toBe(0);
    expect(sealed).toHaveLength(text.length + TAG);
  },
);
