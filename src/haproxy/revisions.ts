/** Revisions as sets of fixes. A preset is a prefix of the ordered list. */

export interface Fix {
  id: string;
  /** What it changes, in a few words. */
  title: string;
  /** Fixes it can't be without. */
  requires: string[];
}

/** In order. Only what a step's `since` or `until` names, and the seed. */
export const FIXES: readonly Fix[] = [
  { id: '25174d51e', title: 'thread affinity rebinding (the seed)', requires: [] },
  { id: '5f8704152', title: 'the loss timer can be set again from state', requires: ['25174d51e'] },
  { id: '739de3f11', title: 'finalize on the new thread', requires: ['5f8704152'] },
  { id: '1acbbca17', title: 'thread chosen and rebound at accept', requires: ['739de3f11'] },
];

export interface Revision {
  /** Key on the command line and in links. */
  id: string;
  title: string;
  fixes: ReadonlySet<string>;
  /** Rules that a known historical bug breaks in it: rule -> bug. */
  knownBroken: Readonly<Record<string, string>>;
}

const shared = {
  I3: 'M12',
  I3w: 'M22',
  I4: 'M10',
  I6: 'no flag yet (d6646dddc)',
  I8: 'no flag yet (d6646dddc)',
  I9: 'M01',
  I10: 'M01',
  I14: 'M10, M16',
  I16: 'M19',
  I20: 'M11',
};

export const REVISIONS: readonly Revision[] = [
  {
    id: '25174d51e',
    title: 'seed: rebind by hand only',
    fixes: new Set(['25174d51e']),
    knownBroken: { ...shared, I15: 'M04', I18: 'M04' },
  },
  {
    id: '25174d51e+5f8704152+739de3f11+1acbbca17',
    title: 'finalized, done at accept',
    fixes: new Set(['25174d51e', '5f8704152', '739de3f11', '1acbbca17']),
    knownBroken: shared,
  },
];

export const NEWEST = REVISIONS[REVISIONS.length - 1]!;

/** A revision by its id; spaces or commas may stand for the plus signs, 'finalized' and 'seed' are short for the two. */
export function findRevision(id: string): Revision | undefined {
  const key = id
    .trim()
    .split(/[\s,+]+/)
    .join('+');
  if (key === 'seed') return REVISIONS[0];
  if (key === 'finalized') return NEWEST;
  return REVISIONS.find((r) => r.id === key);
}
