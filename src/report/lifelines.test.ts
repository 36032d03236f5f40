import { describe, expect, it } from 'vitest';
import { museumRun } from '../scenario/museum/index.ts';
import { type Lifelines, lifelinesOf, partingOf } from './lifelines.ts';

/** Codes of thread steps: the thread's number. */
const world = (fixed: boolean) => museumRun({ world: 'M01', fixed }).explorable;

/** T0 alone until the connection has moved, then some steps of T1. */
function alternately(fixed: boolean): Lifelines {
  const codes = [...Array.from({ length: 60 }, () => 0), ...Array.from({ length: 4 }, () => 1)];
  return lifelinesOf(world(fixed), codes);
}

describe('a run as lifelines', () => {
  it('shows who owns a connection before and after the commit, and nothing in between', () => {
    const { rows, before, conns } = alternately(false);
    expect(conns.map((c) => c.letter)).toEqual(['A', 'B']);
    const at = rows.findIndex((r) => r.commit);
    expect(rows[at]).toMatchObject({
      thread: 0,
      procedure: 'qc_set_tid_affinity',
      step: 'S14',
      commit: { conn: 0, from: 0, to: 1 },
    });
    const owners = [before, ...rows.map((r) => r.owners)].map((o) => o[0]);
    expect(owners.slice(0, at + 1).every((o) => o === 0)).toBe(true);
    expect(owners.slice(at + 1).every((o) => o === 1)).toBe(true);
  });

  it('ends where a choice cannot be taken', () => {
    const never = lifelinesOf(world(false), [0, 3, 0]);
    expect(never.rows.map((r) => r.n)).toEqual([1]);
  });

  it('parts from the same choices on the program with the fix where that does something else', () => {
    const a = alternately(false);
    const b = alternately(true);
    const parting = partingOf(a.rows, b.rows);
    expect(parting).toBeGreaterThan(0);
    expect(a.rows.slice(0, parting).map((r) => `${r.procedure} ${r.step}`)).toEqual(
      b.rows.slice(0, parting).map((r) => `${r.procedure} ${r.step}`),
    );
    expect([a.rows[parting]!.step, b.rows[parting]!.step]).toEqual(['S10', 'S13']);
    expect(partingOf(a.rows, a.rows)).toBe(-1);
    expect(partingOf(a.rows, a.rows.slice(0, 5))).toBe(5);
  });
});
