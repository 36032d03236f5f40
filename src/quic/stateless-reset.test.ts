import { expect, test } from 'vitest';
import { maybeStatelessReset, statelessResetToken, writeStatelessReset } from './stateless-reset.ts';

const TOKENS = [3, 4].map((first) => Uint8Array.from({ length: 16 }, (_, i) => first * 16 + i));

test('a reset is recognised by its last 16 bytes, at 21 bytes or more', () => {
  let noise = 0;
  const buf = new Uint8Array(60);
  for (let size = 21; size < 50; size++) {
    const end = writeStatelessReset(buf, 2, size, TOKENS[1]!, () => (noise = (noise * 5 + 77) & 255));
    expect(end).toBe(2 + size);
    expect(statelessResetToken(buf, 2, end, TOKENS)).toBe(1);
    expect(statelessResetToken(buf, 2, end - 1, TOKENS)).toBe(-1);
    buf[end - 1]! ^= 1;
    expect(statelessResetToken(buf, 2, end, TOKENS)).toBe(-1);
  }
  expect(() => writeStatelessReset(buf, 0, 20, TOKENS[0]!, () => 0)).toThrow(RangeError);
});

test('a long header, a datagram without the fixed bit and one too short are none', () => {
  const buf = new Uint8Array(40).fill(3);
  for (const [first, size, expected] of [
    [0x43, 40, true],
    [0xc3, 40, false],
    [0x03, 40, false],
    [0x43, 20, false],
  ] as const) {
    buf[0] = first;
    expect(maybeStatelessReset(buf, 0, size)).toBe(expected);
  }
});
