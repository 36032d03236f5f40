import { expect, test } from 'vitest';
import { procedureOf } from '../../haproxy/catalogue.ts';
import type { Mutant } from '../../haproxy/mutants/mutant.ts';
import type { Judged } from './court.ts';
import { fallen, readRecorded, recordOf, risen, shareOf } from './recorded.ts';

const judged = (proc: string, ...fates: string[]): Judged[] =>
  fates.map((fate, i) => ({ mutant: { proc, id: `${proc}${i}` }, fate: { fate } }) as unknown as Judged);

const all = [...judged('a', 'survivor', 'killed', 'survivor', 'unreached'), ...judged('b', 'equivalent')];
const record = {
  a: { survivors: ['a0', 'a2'], unreached: ['a3'] },
  b: { survivors: [], unreached: [] },
};

test('of each procedure what survived and what nothing came to is named', () => {
  expect(recordOf(['a', 'b'], all)).toEqual(record);
});

test('what goes unseen and did not before is told, and what does no more', () => {
  expect([...risen(record, all), ...fallen(record, all, true)]).toEqual([]);
  const other = judged('a', 'survivor', 'survivor', 'killed');
  expect([...risen(record, other)]).toEqual(['a: a1 is among the survivors, and was not before']);
  const taken = (id: string, fate: string, kind: string) =>
    `a: ${id} is ${fate}, and testdata/mutants.json has it among the ${kind}: take it out`;
  expect([...fallen(record, other, false)]).toEqual([taken('a2', 'killed', 'survivors')]);
  expect([...fallen(record, other, true)]).toEqual([
    taken('a2', 'killed', 'survivors'),
    taken('a3', 'no mutant any more', 'unreached'),
  ]);
});

test('often every third mutant is judged where nothing goes unseen, else every eighth that is not recorded', () => {
  const mutants = ['a', 'b', 'c'].flatMap((proc) =>
    Array.from({ length: 9 }, (_, i) => ({ proc, id: `${proc}${i}` }) as unknown as Mutant),
  );
  const ids = (proc: string) => shareOf(record, mutants).flatMap((m) => (m.proc === proc ? [m.id] : []));
  expect(ids('a')).toEqual(['a8']);
  expect(ids('b')).toEqual(['b0', 'b3', 'b6']);
  expect(ids('c')).toEqual([]);
});

test('what is recorded is of procedures that there are', () => {
  expect(Object.keys(readRecorded()).filter((key) => !procedureOf(key))).toEqual([]);
});
