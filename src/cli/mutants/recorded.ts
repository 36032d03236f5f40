/** How many mutants of a function nothing notices, or nothing comes to, as it was measured last: numbers that may only fall. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Judged } from './court.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.record(v.string(), v.strictObject({ survivors: count, unreached: count }));

/** By the key of a procedure. */
export type Recorded = v.InferOutput<typeof schema>;

const FILE = join(import.meta.dirname, '../../../testdata/mutants.json');

export const readRecorded = (): Recorded => v.parse(schema, JSON.parse(readFileSync(FILE, 'utf8')));

/** The numbers of what was judged, for these procedures. */
export function numbersOf(keys: readonly string[], judged: readonly Judged[]): Recorded {
  const count = (key: string, fate: string): number =>
    judged.filter((j) => j.mutant.proc === key && j.fate.fate === fate).length;
  return Object.fromEntries(
    keys.map((key) => [key, { survivors: count(key, 'survivor'), unreached: count(key, 'unreached') }]),
  );
}

type What = 'survivors' | 'unreached';

function* each(
  recorded: Recorded,
  now: Recorded,
): Generator<[key: string, what: What, had: number, n: number]> {
  for (const [key, had] of Object.entries(recorded))
    for (const what of ['survivors', 'unreached'] as const)
      yield [key, what, had[what], now[key]?.[what] ?? 0];
}

/** What is more than was recorded, a line each. */
export function* risen(recorded: Recorded, now: Recorded): Generator<string> {
  for (const [key, what, had, n] of each(recorded, now))
    if (n > had) yield `${key}: ${n} ${what}, and at most ${had} were there before`;
}

/** What is less: the record is to fall. */
export function* fallen(recorded: Recorded, now: Recorded): Generator<string> {
  for (const [key, what, had, n] of each(recorded, now))
    if (n < had) yield `${key}: ${n} ${what}, fewer than the ${had} that testdata/mutants.json has: lower it`;
}
