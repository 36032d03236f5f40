/**
 * The states of HAProxy's source whose lines are known. `last`: the newest fix that is in it, so a program whose fixes are
 * those up to `last` and no other is the model of that source; of any other program no line is known.
 */
import { F1acbbca17 } from '../fixes/1acbbca17.ts';
import { F76d502588 } from '../fixes/76d502588.ts';
import { F25174d51e } from '../fixes/25174d51e.ts';
import { Fd8f1ff864 } from '../fixes/d8f1ff864.ts';
import { FIXES } from '../fixes/index.ts';
import { lastOf, TODAY } from '../line.ts';
import type { Fix } from '../step/patch.ts';

export interface Source {
  /** A commit or a release. */
  readonly name: string;
  readonly last: Fix;
}

/** In the order of the columns of `statements.ts` and `functions.ts`. */
export const SOURCES: readonly Source[] = [
  { name: '25174d51e', last: F25174d51e },
  { name: '1acbbca17', last: F1acbbca17 },
  { name: 'v2.8.0', last: F76d502588 },
  { name: 'v3.0.0', last: Fd8f1ff864 },
  { name: TODAY, last: FIXES.at(-1)! },
];

/** Column of the source that these fixes make; -1 where that source's lines are not known. */
export function columnOf(fixes: ReadonlySet<string>): number {
  const last = lastOf(fixes);
  return SOURCES.findIndex((s) => s.last.id === last);
}

/** First column whose source has all of these fixes; the last one where none has. */
export function columnFrom(fixes: ReadonlySet<string>): number {
  const newest = FIXES.reduce((n, f, i) => (fixes.has(f.id) ? i : n), 0);
  const at = SOURCES.findIndex((s) => FIXES.indexOf(s.last) >= newest);
  return at < 0 ? SOURCES.length - 1 : at;
}
