/**
 * Which mutants of a function nothing notices, or nothing comes to, as it was measured last: lists that may only become shorter. All other
 * mutants of these functions are noticed, or shown to be no other program.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Mutant } from '../../haproxy/mutants/mutant.ts';
import type { Judged } from './court.ts';

const ids = v.array(v.string());
const schema = v.record(v.string(), v.strictObject({ survivors: ids, unreached: ids }));

/** Ids of mutants by the key of a procedure. */
export type Recorded = v.InferOutput<typeof schema>;

const FILE = join(import.meta.dirname, '../../../testdata/mutants.json');

export const readRecorded = (): Recorded => v.parse(schema, JSON.parse(readFileSync(FILE, 'utf8')));

const WHAT = { survivors: 'survivor', unreached: 'unreached' } as const;
const kinds = Object.keys(WHAT) as (keyof typeof WHAT)[];

/** What was judged, as it is recorded, for these procedures. */
export function recordOf(keys: readonly string[], judged: readonly Judged[]): Recorded {
  const of = (key: string, fate: string): string[] =>
    judged.flatMap((j) => (j.mutant.proc === key && j.fate.fate === fate ? [j.mutant.id] : []));
  return Object.fromEntries(
    keys.map((key) => [key, { survivors: of(key, WHAT.survivors), unreached: of(key, WHAT.unreached) }]),
  );
}

/** Every so many mutants of a function are judged often: of one with nothing unseen, of one with something. */
const STRIDE = { clean: 3, other: 8 };

/**
 * What is judged often: of functions in which nothing goes unseen every third mutant in the listing's order, of the others every eighth, without
 * those that are recorded as unseen, which take longest.
 */
export function shareOf(recorded: Recorded, all: readonly Mutant[]): Mutant[] {
  return Object.entries(recorded).flatMap(([key, { survivors, unreached }]) => {
    const its = all.filter((m) => m.proc === key);
    const unseen = new Set([...survivors, ...unreached]);
    const stride = unseen.size === 0 ? STRIDE.clean : STRIDE.other;
    return its.filter((m, i) => i % stride === 0 && !unseen.has(m.id));
  });
}

/** What goes unseen and did not before, a line each. */
export function* risen(recorded: Recorded, judged: readonly Judged[]): Generator<string> {
  for (const { mutant, fate } of judged)
    for (const kind of kinds)
      if (
        fate.fate === WHAT[kind] &&
        recorded[mutant.proc] &&
        !recorded[mutant.proc]![kind].includes(mutant.id)
      )
        yield `${mutant.proc}: ${mutant.id} is among the ${kind}, and was not before`;
}

/** What is recorded as unseen and is not, or is no more: the record is to become shorter. `whole`: everything was judged. */
export function* fallen(recorded: Recorded, judged: readonly Judged[], whole: boolean): Generator<string> {
  const fates = new Map(judged.map((j) => [j.mutant.id, j.fate.fate]));
  for (const [key, had] of Object.entries(recorded))
    for (const kind of kinds)
      for (const id of had[kind]) {
        const fate = fates.get(id);
        if (fate !== WHAT[kind] && (whole || fate))
          yield `${key}: ${id} is ${fate ?? 'no mutant any more'}, and testdata/mutants.json has it among the ${kind}: take it out`;
      }
}
