import { expect, test } from 'vitest';
import { missed, table } from './table.mjs';

test('a line a thing, both places side by side, what was missed is said', () => {
  const row = {
    what: 'open',
    unit: 'us',
    median: 15.04,
    low: 14,
    high: 17.8,
    atMost: 30,
    ratio: { to: 'open, noble', times: 3.41 },
  };
  const slow = { ...row, median: 31, ratio: undefined };
  const text = table(
    [
      { where: 'Node', rows: [row] },
      { where: 'Chromium', rows: [slow] },
    ],
    'a machine',
  );
  expect(text.split('\n')).toEqual([
    'a machine',
    '',
    '| what | to reach | Node | Chromium |',
    '|---|---|---|---|',
    '| open | at most 30 us | 15.0 us [14.0..17.8], 3.4 times as fast as noble | 31.0 us [14.0..17.8] **missed** |',
  ]);
});

test('at least', () => {
  expect(missed({ median: 14, atLeast: 15 })).toBe(true);
  expect(missed({ median: 15, atLeast: 15 })).toBe(false);
  expect(missed({ median: 1 })).toBe(false);
});
