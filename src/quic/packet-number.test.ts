import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePacketNumber, packetNumberLength, truncatePacketNumber } from './packet-number.ts';

test('RFC 9000 A.2 and A.3: the printed examples', () => {
  expect(packetNumberLength(0xac5c02, 0xabe8b3)).toBe(2);
  expect(packetNumberLength(0xace8fe, 0xabe8b3)).toBe(3);
  expect(decodePacketNumber(0xa82f30ea, 0x9b32, 2)).toBe(0xa82f9b32);
});

test('the first packets of a space, whatever their length', () => {
  for (const length of [1, 2, 3, 4]) expect(decodePacketNumber(-1, 0, length)).toBe(0);
  expect(packetNumberLength(0, -1)).toBe(1);
  expect(packetNumberLength(127, -1)).toBe(1);
  expect(packetNumberLength(128, -1)).toBe(2);
});

/** A.3 word for word, in whole numbers without rounding. */
function reference(largest: bigint, truncated: bigint, bits: bigint): bigint {
  const expected = largest + 1n;
  const window = 1n << bits;
  const half = window / 2n;
  const candidate = (expected & ~(window - 1n)) | truncated;
  if (candidate <= expected - half && candidate < (1n << 62n) - window) return candidate + window;
  if (candidate > expected + half && candidate >= window) return candidate - window;
  return candidate;
}

test('decoding is that of A.3 in big integers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1, max: 2 ** 53 - 2 ** 33 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: 1, max: 4 }),
      (largest, wide, length) => {
        const truncated = truncatePacketNumber(wide, length);
        const expected = reference(BigInt(largest), BigInt(truncated), BigInt(8 * length));
        expect(decodePacketNumber(largest, truncated, length)).toBe(Number(expected));
      },
    ),
  );
});

test('a sender that follows A.2 is understood by a receiver that has seen anything since the last acknowledgement', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1, max: 2 ** 50 }),
      fc.integer({ min: 1, max: 2 ** 31 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (acked, ahead, where) => {
        const pn = acked + ahead;
        const seen = acked + Math.floor(where * (ahead - 1));
        const length = packetNumberLength(pn, acked);
        expect(decodePacketNumber(seen, truncatePacketNumber(pn, length), length)).toBe(pn);
      },
    ),
  );
});
