/** The line of commits by hash alone: what names a revision, without what any of them does. */

/** Every fix, oldest first, as in `fixes/index.ts`; behind it what the revision is called that ends with it, where that has a name. */
const ROWS = `
25174d51e seed
5f8704152
739de3f11 finalized, by hand
1acbbca17 finalized, at accept
d537ca79d
a65dd3a2c
e6f5ab5af
9d360604b
77e33509c
ff18504d7
8adffaa89
d21c628ff
d6646dddc
7b516d373
76d502588 2.8.0
4ae29be18
123181096
b34d35396
f59635c49
9f7cfb0a5
2dedbe76c
4070e4042
fe29dba87
7735cf385
3df6a6011
bb28215d9
7ecf4b34b
756b3c5f7
a8968701c
7fc52357c
dd58dff1e
d8f1ff864 3.0.0
72267ff35
05f59a51a
192abc6f8
bfdf14585
95f624540
3be58fc72
d31b1650a
f1064c738
9240cd4a2
b81c9390f
45e83e8e8 3.2.0
74b95922e
2623e0a0b
5a8728d03
7d40b3134
9852d5be2
6982c2539
ed6a4bc80
9b5f11cd3
7cab3a3c3
197424052 3.4.0
c32bbd1ad
55744154b
3430556a8
62d6ed440 HAProxy of 2026-08-21, without 3 commits
`
  .trim()
  .split('\n');

export const LINE: readonly string[] = ROWS.map((row) => row.slice(0, 9));

/** Revisions that have a name, by their last fix. What the last is without stands in `lacking.ts`. */
export const PRESETS: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap((row) => (row[9] ? [[row.slice(0, 9), row.slice(10)]] : [])),
);

/** The newest commit of HAProxy's that was read: the model of it is the whole line. */
export const TODAY = '50872daa6';

/** Last fix of the revision that a world has unless it says otherwise: finalize, at accept. */
export const FINALIZED_BY = '1acbbca17';

/** The fixes up to number `n` (from 0). */
export const upTo = (n: number): readonly string[] => LINE.slice(0, n + 1);

/**
 * Key of the revision that ends with fix number `n`, on command lines and in links. The two that have been known there from the
 * beginning keep theirs.
 */
export const revisionKey = (n: number): string => (LINE[n] === FINALIZED_BY ? upTo(n).join('+') : LINE[n]!);

/** Id of the newest of these fixes where they are all up to it and no other, a revision of the line; '' where they are not. */
export function lastOf(fixes: ReadonlySet<string>): string {
  const last = LINE[fixes.size - 1];
  return last !== undefined && upTo(fixes.size - 1).every((id) => fixes.has(id)) ? last : '';
}

/** Short names of revisions, for people; a release goes by its version too. */
const ALIAS: Readonly<Record<string, string>> = {
  seed: LINE[0]!,
  finalized: FINALIZED_BY,
  newest: LINE.at(-1)!,
  today: LINE.at(-1)!,
  [TODAY]: LINE.at(-1)!,
};

/**
 * Place in the line of the last fix of a revision, by the revision's key, the id of that fix, or a short name; spaces or commas may
 * stand for plus signs. -1 where there is no such revision.
 */
export function placeInLine(id: string): number {
  const key = id
    .trim()
    .split(/[\s,+]+/)
    .join('+');
  const last = Object.hasOwn(ALIAS, key) ? ALIAS[key]! : key;
  return LINE.findIndex((l, n) => l === last || revisionKey(n) === last || PRESETS.get(l) === last);
}
