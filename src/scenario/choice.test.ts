/** The thread choice of each revision by its own steps: semantics 3, A2.4. */
import { expect, test } from 'vitest';
import { Listener } from '../haproxy/model/layouts.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { choices as choicesOf, chooseThread, nobodysConn } from './choose.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');
const table = RULES.find((r) => r.id === 'F-R3')!;

/** The rule has the table from the same source, written apart: here it agrees, and with another thread it does not. */
function agrees({ wrong, wrongElsewhere }: ReturnType<typeof chooseThread>): void {
  expect(wrong).toBeNull();
  expect(wrongElsewhere).toMatch(
    /^T\d gives a connection to T\d, and by the loads that it read T\d is next$/,
  );
}

const choose = (x: Machine, t: number, qc: number): void => agrees(chooseThread(x, t, qc));

/** Twelve connections that stay. */
const choices = (revision: string, threads: number, accepting: (n: number) => number): number[] =>
  choicesOf(machineOf(one, { revision, threads }), 12, accepting, agrees);

const always = (t: number) => (): number => t;
const inTurn = (n: number): number => n % 4;

test.each([
  ['1acbbca17', 4, 'always 0', always(0), '0 1 2 3 0 1 2 3 0 1 2 3'],
  ['1acbbca17', 3, 'always 0', always(0), '0 1 2 0 1 2 0 1 2 0 1 2'],
  ['1acbbca17', 2, 'always 0', always(0), '0 1 0 1 0 1 0 1 0 1 0 1'],
  ['9d360604b', 4, 'always 0', always(0), '0 1 2 3 3 0 1 1 2 2 0 3'],
  ['9d360604b', 3, 'always 0', always(0), '0 1 2 2 0 1 1 2 0 0 1 2'],
  ['9d360604b', 2, 'always 0', always(0), '0 1 1 0 0 1 1 0 0 1 1 0'],
  ['8adffaa89', 4, 'always 0', always(0), '0 1 2 3 3 0 1 1 2 0 2 3'],
  ['8adffaa89', 4, '0 1 2 3 in turn', inTurn, '0 1 2 3 3 0 2 1 1 2 0 3'],
  ['8adffaa89', 4, 'always 3', always(3), '0 1 2 3 3 0 1 1 2 3 2 0'],
] as const)('%s, %i threads, accepted on %s', (revision, threads, _, accepting, chosen) => {
  expect(choices(revision, threads, accepting).join(' ')).toBe(chosen);
});

test('with the word of ff18504d7 as with the halves before, and as today', () => {
  const before = choices('9d360604b', 4, always(0));
  expect(choices('77e33509c', 4, always(0))).toEqual(before);
  expect(choices('ff18504d7', 4, always(0))).toEqual(before);
  expect(choices('newest', 4, inTurn)).toEqual(choices('8adffaa89', 4, inTurn));
});

test('ff18504d7 counts each change, and loses against one that came round', () => {
  const x = machineOf(one, { revision: 'ff18504d7', threads: 4 });
  const qc = nobodysConn(x);
  const at = x.W.listener + Listener.thrIdx;
  for (let n = 1; n <= 3; n++) {
    choose(x, 0, qc);
    expect(x.m.ald(at) >>> 24).toBe(n);
  }
  // A cursor that was left elsewhere shows while nobody has moved it since.
  x.m.ast(at, x.m.ald(at) ^ 1);
  expect(table.check(x, 0)).toMatch(/^T0 has left the cursors at T\d and T\d instead of T\d and T\d$/);
});
