import { expect, test } from 'vitest';
import type { TallyRead } from '../../machine/recording/tally.ts';
import { barsOf, foldOf, nsAt, positionAt } from './wide.ts';

/** Two buckets of 100 happenings: [0, 1000) and, 9 µs later, [10 000, 12 000) with T1 alone at work. */
const tally: TallyRead = {
  size: 100,
  upTo: 200,
  threads: 2,
  busy: Float64Array.from([1000, 500, 0, 2000]),
  spans: Float64Array.from([0, 1000, 10_000, 12_000]),
  of: Uint16Array.from([0, 1]),
};

test('positions and times lead to each other', () => {
  expect(nsAt(tally, 0)).toBe(0);
  expect(nsAt(tally, 50)).toBe(500);
  expect(nsAt(tally, 150)).toBe(11_000);
  expect(positionAt(tally, 500)).toBe(50);
  expect(positionAt(tally, 11_000)).toBe(150);
  expect(positionAt(tally, 5000)).toBe(100);
  expect(positionAt(tally, 99_000)).toBe(200);
});

test('a bar is as high as its thread was busy in it; what is folded has none', () => {
  const fold = foldOf(tally, 10);
  expect(fold.width).toBe(100 + 30 + 200);
  const [t0, t1] = barsOf(tally, fold, 0, fold.width);
  expect(t0![5]).toBeCloseTo(1);
  expect(t1![5]).toBeCloseTo(0.5);
  // Within the fold.
  expect([t0![38], t1![38]]).toEqual([0, 0]);
  expect([t0![60], t1![60]]).toEqual([0, 1]);
  // Time is neither lost nor made: the bars' areas are the busy time.
  const area = t1!.reduce((n, h) => n + h, 0) * 3 * 10;
  expect(area).toBeGreaterThan(2400);
  expect(area).toBeLessThan(2600);
});
