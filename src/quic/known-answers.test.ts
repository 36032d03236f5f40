import { poly1305 } from '@noble/ciphers/_poly1305.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AesKey } from './aes.ts';
import { fromHex, toHex } from './bytes.ts';
import { chachaBlock, chachaKey, leWord } from './chacha.ts';
import { Poly1305 } from './poly1305.ts';

describe('AES, FIPS 197 appendix C', () => {
  test.each([
    ['000102030405060708090a0b0c0d0e0f', '69c4e0d86a7b0430d8cdb78070b4c55a'],
    ['000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', '8ea2b7ca516745bfeafc49904b496089'],
  ])('key %s', (key, expected) => {
    const out = new Int32Array(4);
    new AesKey(fromHex(key)).encrypt(0x00112233, 0x44556677, 0x8899aabb | 0, 0xccddeeff | 0, out);
    expect([...out].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')).toBe(expected);
  });

  test('a key of another length is refused', () => {
    expect(() => new AesKey(new Uint8Array(24))).toThrow(RangeError);
    expect(() => chachaKey(new Uint8Array(16))).toThrow(RangeError);
  });
});

test('ChaCha20 block, RFC 8439 section 2.3.2', () => {
  const key = chachaKey(Uint8Array.from({ length: 32 }, (_, i) => i));
  const out = new Int32Array(16);
  chachaBlock(key, 1, 0x09000000, 0x4a000000, 0, out);
  expect(toHex(new Uint8Array(out.buffer))).toBe(
    '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
  );
});

function tag(key: Uint8Array, data: Uint8Array): string {
  const words = Int32Array.from({ length: 8 }, (_, i) => leWord(key, 4 * i));
  const out = new Int32Array(4);
  const poly = new Poly1305();
  poly.begin(words);
  poly.update(data, 0, data.length);
  poly.finish(out);
  return toHex(new Uint8Array(out.buffer));
}

describe('Poly1305, RFC 8439 appendix A.3: where carries and the last subtraction matter', () => {
  const zero = '00'.repeat(16);
  test.each([
    [7, `02${'00'.repeat(31)}`, 'ff'.repeat(16), `03${'00'.repeat(15)}`],
    [8, `02${'00'.repeat(15)}${'ff'.repeat(16)}`, `02${'00'.repeat(15)}`, `03${'00'.repeat(15)}`],
    [
      9,
      `01${'00'.repeat(31)}`,
      `${'ff'.repeat(16)}f0${'ff'.repeat(15)}11${'00'.repeat(15)}`,
      `05${'00'.repeat(15)}`,
    ],
    [10, `01${'00'.repeat(31)}`, `${'ff'.repeat(16)}fb${'fe'.repeat(15)}${'01'.repeat(16)}`, zero],
    [11, `02${'00'.repeat(31)}`, `fd${'ff'.repeat(15)}`, `fa${'ff'.repeat(15)}`],
    [
      12,
      `0100000000000000040000000000000${'0'.repeat(33)}`,
      `e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000${zero}01${'00'.repeat(15)}`,
      '14000000000000005500000000000000',
    ],
    [
      13,
      `0100000000000000040000000000000${'0'.repeat(33)}`,
      `e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000${zero}`,
      `13${'00'.repeat(15)}`,
    ],
  ])('vector %i', (_, key, data, expected) => {
    expect(tag(fromHex(key), fromHex(data))).toBe(expected);
  });

  test('as the library says, on numbers near the edges', () => {
    const byte = fc.constantFrom(0x00, 0x01, 0xfc, 0xfe, 0xff, 0x7f, 0x80);
    const bytes = (n: number) =>
      fc.array(byte, { minLength: n, maxLength: n }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(
        bytes(32),
        fc.nat(12).chain((blocks) => bytes(16 * blocks)),
        (key, data) => {
          expect(tag(key, data)).toBe(toHex(poly1305(data, key)));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
