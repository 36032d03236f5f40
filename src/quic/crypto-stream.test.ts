import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { CryptoStream } from './crypto-stream.ts';
import { Reason } from './reason.ts';

test('pieces in any order, overlapping and repeated, give the stream', () => {
  const pieces = fc.array(fc.tuple(fc.nat(3000), fc.nat(500)), { maxLength: 60 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), pieces, (whole, list) => {
      const stream = new CryptoStream();
      const have = new Uint8Array(whole.length);
      for (const [at, size] of list) {
        const begin = Math.min(at, whole.length);
        const end = Math.min(begin + size, whole.length);
        have.fill(1, begin, end);
        const gap = have.indexOf(0);
        const contiguous = gap < 0 ? whole.length : gap;
        expect(stream.add(begin, whole, begin, end - begin)).toBe(contiguous);
        expect(toHex(stream.bytes, 0, contiguous)).toBe(toHex(whole, 0, contiguous));
      }
      const counted = stream.received.reduce((sum, at, i) => sum + (i % 2 === 0 ? -at : at), 0);
      expect(counted).toBe(have.reduce((sum, one) => sum + one, 0));
    }),
  );
});

test('data past the limit is refused and changes nothing', () => {
  const stream = new CryptoStream(4096);
  const data = new Uint8Array(4097).fill(7);
  expect(stream.add(0, data, 0, 4096)).toBe(4096);
  expect(stream.add(4096, data, 0, 1)).toBe(Reason.cryptoBufferExceeded);
  expect(stream.add(2 ** 60, data, 0, 1)).toBe(Reason.cryptoBufferExceeded);
  expect(stream.contiguous).toBe(4096);
});

test('other bytes at an offset that was received are refused and change nothing', () => {
  const stream = new CryptoStream();
  stream.add(10, Uint8Array.of(1, 2, 3), 0, 3);
  expect(stream.add(8, Uint8Array.of(9, 9, 1, 2, 4, 5), 0, 6)).toBe(Reason.cryptoConflict);
  expect(stream.received).toEqual([10, 13]);
  expect(stream.add(8, Uint8Array.of(9, 9, 1, 2, 3, 5), 0, 6)).toBe(0);
  expect(stream.received).toEqual([8, 14]);
});
