import { expect, test } from 'vitest';
import { EV } from '../../haproxy/step/events.ts';
import { EVERYTHING } from './everything.ts';
import { folded, isEverything, lineFilter, opening, toggled } from './filter.ts';

const where = {
  threads: 4,
  names: {},
  conns: [{ index: 0, addr: '192.0.2.1:4000', cids: ['0011223344556677'] }],
};

test('within a group any, between groups all; commits and redispatches stay whatever the words say', () => {
  const f = lineFilter({ ...EVERYTHING, words: 'retrieve', conns: [0, 2], tids: [1] }, where)!;
  expect(f.always).toEqual([EV.COMMIT, EV.REDISPATCH]);
  expect(f.all).toHaveLength(4);
  expect(f.all[2]).toEqual({ conns: [0, 2] });
  expect(f.all[3]).toEqual({ tids: [1] });
});

test('an event that is asked for alone is alone; a word that nothing is called leaves no line', () => {
  expect(lineFilter({ ...EVERYTHING, events: ['drop'] }, where)).toEqual({
    all: [{ kinds: [EV.DROP, EV.PKT_DROP] }],
  });
  expect(lineFilter({ ...EVERYTHING, words: 'zzz' }, where)).toBeNull();
});

test('levels are of trace lines alone: notes of ours stay', () => {
  const f = lineFilter({ ...EVERYTHING, level: 0 }, where)!;
  expect(f.all[1]!.points!.length).toBeGreaterThan(0);
  expect(f.all[1]!.kinds).toContain(EV.COMMIT);
  expect(f.all[1]!.kinds).not.toContain(EV.TRACE);
});

test('toggles', () => {
  expect(toggled([1, 2], 2)).toEqual([1]);
  expect(toggled([1], 2)).toEqual([1, 2]);
  expect(isEverything(EVERYTHING)).toBe(true);
  expect(isEverything({ ...EVERYTHING, tids: [0] })).toBe(false);
});

test('what is looked for opens its callbacks; what is only left out does not', () => {
  const all = { all: [] };
  const found = { all: [{ kinds: [EV.DROP] }] };
  for (const part of [{ words: 'retrieve' }, { events: ['commit'] }, { each: true }])
    expect(opening({ ...EVERYTHING, ...part }, all, found)).toBe(all);
  for (const part of [{ conns: [0] }, { tids: [1] }, { level: 2 }, { events: ['trace'] }])
    expect(opening({ ...EVERYTHING, ...part }, all, found)).toBe(found);
});

test('a callback is opened or shut by hand, the last time counts', () => {
  const opened = folded({ opened: [], shut: [7] }, 7, true);
  expect(opened).toEqual({ opened: [7], shut: [] });
  expect(folded(opened, 7, false)).toEqual({ opened: [], shut: [7] });
});
