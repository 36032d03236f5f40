import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from './bytes.ts';
import { Reason } from './reason.ts';
import {
  readVarint,
  VARINT_MAX,
  VarintOut,
  varintBig,
  varintSize,
  writeVarint,
  writeVarintBig,
} from './varint.ts';

const out = new VarintOut();

describe('RFC 9000 A.1', () => {
  test.each([
    ['c2197c5eff14e88c', 151_288_809_941_952_652n, 8],
    ['9d7f3e7d', 494_878_333n, 4],
    ['7bbd', 15_293n, 2],
    ['25', 37n, 1],
    ['4025', 37n, 2],
  ])('%s', (hex, value, size) => {
    const bytes = fromHex(hex);
    expect(readVarint(bytes, 0, bytes.length, out)).toBe(size);
    expect(varintBig(out)).toBe(value);
    expect(out.exact).toBe(value <= BigInt(Number.MAX_SAFE_INTEGER));
    if (out.exact) expect(out.value).toBe(Number(value));
  });
});

test('what is written is read back, in the size that was asked for', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom(1, 2, 4, 8), fc.nat(3), (value, wanted, off) => {
      const size = Math.max(wanted, varintSize(value));
      const buf = new Uint8Array(16);
      expect(writeVarint(buf, off, value, size)).toBe(size);
      expect(readVarint(buf, off, off + size, out)).toBe(size);
      expect([out.value, out.exact]).toEqual([value, true]);
      expect(readVarint(buf, off, off + size - 1, out)).toBe(Reason.varintTruncated);
    }),
  );
});

test('values above 2^53-1 keep all their bits', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, VARINT_MAX), (value) => {
      const buf = new Uint8Array(8);
      writeVarintBig(buf, 0, value);
      expect(readVarint(buf, 0, 8, out)).toBe(8);
      expect(varintBig(out)).toBe(value);
      expect(out.exact).toBe(value <= BigInt(Number.MAX_SAFE_INTEGER));
    }),
  );
});

test('the edges of each size', () => {
  expect([0, 63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, Number.MAX_SAFE_INTEGER].map(varintSize)).toEqual([
    1, 1, 2, 2, 4, 4, 8, 8,
  ]);
  for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => varintSize(value)).toThrow(RangeError);
  expect(() => writeVarint(new Uint8Array(8), 0, 64, 1)).toThrow(RangeError);
  expect(() => writeVarint(new Uint8Array(1), 0, 64)).toThrow(RangeError);
});
