import { expect, test } from 'vitest';
import { FIXES } from './fixes/index.ts';
import { keptAs } from './kept.ts';
import { LACKING } from './lacking.ts';
import { LINE, PRESETS, placeInLine } from './line.ts';
import { findRevision, REVISIONS } from './revisions.ts';
import { stateOf } from './state.ts';

const state = (id: string) => stateOf(findRevision(id)!.fixes);

test('the whole line is the model of the newest commit that was read, without what it says that it lacks', () => {
  for (const id of ['newest', 'today', '50872daa6', LINE.at(-1)!]) {
    expect(findRevision(id)).toBe(REVISIONS.at(-1));
    expect(state(id).name).toBe('HAProxy of 2026-08-21 (50872daa6)');
    expect(state(id).lacks).toEqual(LACKING);
  }
  expect(PRESETS.get(LINE.at(-1)!)).toBe(`HAProxy of 2026-08-21, without ${LACKING.length} commits`);
  for (const l of LACKING) expect(REVISIONS.at(-1)!.title).toContain(l.id);
  // What is lacking is lacking: none of it is in the line, and none is newer than the day until which the line was read.
  for (const l of LACKING) {
    expect(LINE).not.toContain(l.id);
    expect(l.date <= '2026-08-21').toBe(true);
  }
});

/** Place of a version among all: line, then the number of the tag; a release comes after every tag. */
const order = (version: string): number => {
  const [, major, minor, dev] = /^(\d+)\.(\d+)(?:-dev(\d+)|\.\d+)?$/.exec(version)!;
  return Number(major) * 1e6 + Number(minor) * 1e3 + Number(dev ?? 999);
};

test.each(['2.8.0', '3.0.0', '3.2.0', '3.4.0'])(
  '%s is all that came with it or before, and no more',
  (id) => {
    const { fixes } = findRevision(id)!;
    expect(FIXES.filter((f) => order(f.version) <= order(id)).map((f) => f.id)).toEqual([...fixes]);
    expect(state(id)).toMatchObject({ version: id, name: `HAProxy ${id} (${[...fixes].at(-1)})` });
    expect(state(id).lacks).toEqual(LACKING.filter((l) => order(l.version) <= order(id)));
  },
);

test('a revision between two releases goes by its date and the version of its last commit', () => {
  expect(state('3be58fc72')).toMatchObject({
    name: 'HAProxy of 2024-07-11 (3be58fc72)',
    version: '3.1-dev4',
  });
  // Where a date is not known, the newest before it.
  expect(state('72267ff35')).toMatchObject({ date: '2023-11-22', version: '3.1-dev2' });
  expect(stateOf(new Set()).version).toBe('2.8-dev8');
});

test('eight revisions have a name, and what is kept of a name stays what it means today', () => {
  const names = [...PRESETS.values()].map((name) => name.replace(/, without.*/, ''));
  expect(names.join('; ')).toBe(
    'seed; finalized, by hand; finalized, at accept; 2.8.0; 3.0.0; 3.2.0; 3.4.0; HAProxy of 2026-08-21',
  );
  for (const name of ['seed', 'finalized', '2.8.0', '3.0.0', '3.2.0', '3.4.0', 'today', 'newest']) {
    const kept = keptAs(name);
    expect(placeInLine(kept)).toBe(placeInLine(name));
    // A release and today are kept as their last commit: older editions know it, and newer ones mean no other by it.
    expect([...LINE, 'seed', 'finalized']).toContain(kept);
  }
  for (const r of REVISIONS) expect(keptAs(r.id)).toBe(r.id);
  expect(keptAs('none such')).toBe('none such');
});
