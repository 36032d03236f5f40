import { expect, test } from 'vitest';
import { procedureOf } from '../../haproxy/catalogue.ts';
import type { Judged } from './court.ts';
import { fallen, numbersOf, readRecorded, risen } from './recorded.ts';

const judged = (proc: string, ...fates: string[]): Judged[] =>
  fates.map((fate) => ({ mutant: { proc }, fate: { fate } }) as unknown as Judged);

test('of each procedure what survived and what nothing came to is counted', () => {
  const all = [...judged('a', 'survivor', 'killed', 'survivor', 'unreached'), ...judged('b', 'equivalent')];
  expect(numbersOf(['a', 'b'], all)).toEqual({
    a: { survivors: 2, unreached: 1 },
    b: { survivors: 0, unreached: 0 },
  });
});

test('a number that rises is told, and one that falls', () => {
  const had = { a: { survivors: 2, unreached: 1 } };
  const same = { a: { survivors: 2, unreached: 1 } };
  expect([...risen(had, same), ...fallen(had, same)]).toEqual([]);
  const more = { a: { survivors: 3, unreached: 0 } };
  expect([...risen(had, more)]).toEqual(['a: 3 survivors, and at most 2 were there before']);
  expect([...fallen(had, more)]).toEqual([
    'a: 0 unreached, fewer than the 1 that testdata/mutants.json has: lower it',
  ]);
});

test('what is recorded is of procedures that there are', () => {
  expect(Object.keys(readRecorded()).filter((key) => !procedureOf(key))).toEqual([]);
});
