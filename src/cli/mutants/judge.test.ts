/** What notices a mutant, and what is shown to be no other program: in one small world. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Mutant } from '../../haproxy/mutants/mutant.ts';
import { Seen } from '../../haproxy/mutants/seen.ts';
import { Commuting } from './commute.ts';
import { type Come, groundOf } from './grounds.ts';
import { ALL, hunt } from './hunt.ts';
import { Beside, Judge } from './judge.ts';
import { reportOf, textOf } from './report.ts';

/** A connection is rebound by hand while its timers run. */
const WORLD = 'X22';
const judge = new Judge({ first: 3000, last: 3000, often: true });
let come: Come;
let all: Mutant[];

beforeAll(() => {
  come = judge.come(WORLD)!;
  all = judge.take({ comes: [come], seen: new Seen(judge.P.steps.length) });
});

const pcOf = (key: string, label: string): number =>
  judge.P.steps.find((s) => s.proc.key === key && s.label === label)!.pc;

test('the world as it is breaks nothing', () => {
  expect(come.states).toBeGreaterThanOrEqual(3000);
  expect(come.broken).toEqual([]);
  expect(come.times[pcOf('qc_set_tid_affinity', 'S3')]).toBeGreaterThan(0);
});

describe('what becomes of a mutant', () => {
  test.each([
    ['drop qc_set_tid_affinity/S4', /^X22: I6: /],
    ['drop qc_set_tid_affinity/S1.1', /^X22: segmentation fault/],
  ])('%s is noticed', (id, by) => {
    expect(all.map((m) => m.id)).toContain(id);
    expect(judge.judge(id)).toEqual({ fate: 'killed', by: expect.stringMatching(by) });
  });

  test('a step that nothing runs is unreached, and a patch that does not fit is none', () => {
    expect(judge.judge('drop cli_io_handler_dump_quic/1').fate).toBe('unreached');
    expect(judge.judge('drop quic_dgram_parse/1').fate).toBe('refused');
  });
});

describe('two steps the other way round', () => {
  /** Goes through all states of the world with the pair whose upper step this is. */
  function pairAt(key: string, label: string): Commuting {
    const pair = new Commuting(pcOf(key, label));
    const { run } = groundOf(WORLD)!;
    const { W, mem, bounds } = run.explorable;
    hunt(new Beside(W, judge.P, mem.w, bounds, run.off, pair), 3000, ALL);
    return pair;
  }

  test('leaving a list and setting a flag of one’s own connection: one state, and nobody sees it', () => {
    const pair = pairAt('qc_set_tid_affinity', 'S9');
    expect(pair.states).toBeGreaterThan(0);
    expect(pair.holds).toBe(true);
  });

  test('an old expiry is read from the task that stands there: it matters which comes first', () => {
    const pair = pairAt('qc_set_tid_affinity', 'S3');
    expect(pair.states).toBeGreaterThan(0);
    expect(pair.differ).toBe(true);
  });
});

test('the report counts each once', () => {
  const [a, b, c, d] = all as [Mutant, Mutant, Mutant, Mutant];
  const judged = [
    { mutant: a, fate: { fate: 'killed', by: 'X22' } },
    { mutant: b, fate: { fate: 'equivalent', why: 'so' } },
    { mutant: c, fate: { fate: 'unreached' } },
    { mutant: d, fate: { fate: 'survivor' } },
  ] as const;
  expect(reportOf(judged)).toEqual({
    mutants: 4,
    killed: 1,
    equivalent: [{ id: b.id, why: 'so' }],
    unreached: [{ id: c.id }],
    survivors: [{ id: d.id, text: d.text }],
  });
  expect([...textOf(judged)][0]).toBe('4 mutants: 1 killed, 1 equivalent, 1 unreached, 1 survive');
});
