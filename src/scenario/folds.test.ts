/** What each run of a callback told, by the columns, against the steps that were taken; and the rows that a list makes of it. */
import { expect, test } from 'vitest';
import { EV, silent } from '../haproxy/step/events.ts';
import { Calls, FOLD, FOLD_WORDS, Folded, OUTSIDE } from '../machine/recording/folds.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import { RowReader } from '../machine/recording/rows.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from './make.ts';
import { dataOf, OPTIONS } from './testing/worlds.ts';

const { W, P } = makeWorld(dataOf('v02'), OPTIONS);
const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, silent);
r.run(9000);
const log = r.line.events;
const { at, kind, tid, a } = log.columns;
const calls = new Calls(log).catchUp();
/** HAProxy's functions that call others, and are no callback. */
const LOOP = new Set([
  'run_poll_loop',
  'wake_expired_tasks',
  'process_runnable_tasks',
  '_do_poll',
  'fd_update_events',
]);

test('an event is told in the callback whose steps its thread took, from the call to the way back', () => {
  const rows = new RowReader(r.machine, new Int32Array(W.layout.words)).read(r.line, 0, r.line.end);
  const fnAt = (i: number): string => P.steps[rows.pc[i]!]?.proc.name ?? '';
  const names = new Set<string>();
  let told = 0;
  for (let i = 0; i < log.length; i++) {
    if (kind[i] === EV.CALL || OUTSIDE.has(kind[i]!)) {
      expect(kind[i] === EV.CALL || calls.of[i] === -1).toBe(true);
      continue;
    }
    const call = calls.of[i]!;
    expect(call, `event ${i}`).toBeGreaterThanOrEqual(0);
    expect(tid[call]).toBe(tid[i]);
    names.add(P.steps[P.entry[a[call]!]!]!.proc.name);
    told++;
    // No step of the loop lies between: it is the same run, and no other's.
    for (let k = at[call]! + 1; k <= at[i]!; k++)
      if (rows.tid[k] === tid[i]) expect(LOOP.has(fnAt(k)), `${fnAt(k)} before event ${i}`).toBe(false);
    expect(LOOP.has(fnAt(at[call]!))).toBe(true);
  }
  expect(told).toBeGreaterThan(300);
  expect(names.size).toBeGreaterThan(3);
});

const rowsOf = (f: Folded) => {
  const { firsts, words } = f.window(0, f.length);
  return [...firsts].map((event, i) => ({
    event,
    word: (k: keyof typeof FOLD) => words[i * FOLD_WORDS + FOLD[k]]!,
  }));
};
const lines = () => new EventView({ all: [{ kinds: [EV.TRACE, EV.COMMIT, EV.DISPATCH] }] }, log).catchUp();
const SHUT = { opened: [], shut: [], hits: null };

test('shut, every line stands in one row, at the place of its callback’s first', () => {
  const view = lines();
  const folded = new Folded(log, view, calls, SHUT, 0);
  const rows = rowsOf(folded);
  expect(rows.reduce((n, row) => n + row.word('size'), 0)).toBe(view.length);
  expect(folded.length).toBeLessThan(view.length / 3);
  expect(rows.map((row) => row.event)).toEqual(
    [...new Set(rows.map((row) => row.event))].sort((x, y) => x - y),
  );
  const commit = rows.find((row) => kind[row.word('telling')] === EV.COMMIT)!;
  expect([commit.word('shut'), commit.word('alike')]).toEqual([1, 1]);
});

test('open: by hand, by what is looked for, and by the playhead, unless it was shut by hand', () => {
  const view = lines();
  const all = new Folded(log, view, calls, { ...SHUT, hits: view }, 0);
  expect(all.length).toBe(view.length);
  expect(rowsOf(all).every((row) => row.word('shut') === 0)).toBe(true);
  const shut = new Folded(log, view, calls, SHUT, 0);
  const one = rowsOf(shut).find((row) => row.word('size') > 5)!;
  const [call, size] = [one.word('call'), one.word('size')];
  const byHand = new Folded(log, view, calls, { ...SHUT, opened: [call] }, 0);
  expect(byHand.length).toBe(shut.length + size - 1);
  const opened = rowsOf(byHand).filter((row) => row.word('call') === call);
  expect(opened.map((row) => row.word('nth'))).toEqual(Array.from({ length: size }, (_, i) => i + 1));
  // At its third line the playhead opens it, and that row is the one that is here.
  const third = at[opened[2]!.event]! + 1;
  const here = new Folded(log, view, calls, SHUT, third);
  const row = rowsOf(here)[here.upTo - 1]!;
  expect([row.word('here'), row.word('call'), row.word('shut')]).toEqual([1, call, 0]);
  expect(at[row.event]! + 1).toBeLessThanOrEqual(third);
  const again = new Folded(log, view, calls, { ...SHUT, shut: [call] }, third);
  const closed = rowsOf(again)[again.upTo - 1]!;
  expect([closed.word('here'), closed.word('call'), closed.word('shut')]).toEqual([1, call, 1]);
  expect(closed.word('seen')).toBeGreaterThanOrEqual(3);
  expect(closed.word('seen')).toBeLessThanOrEqual(size);
});
