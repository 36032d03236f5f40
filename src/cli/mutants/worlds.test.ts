/** What notices a mutant in the worlds of our own, and that a world in which a thread stands amid two turned steps is not asked. */
import { describe, expect, test } from 'vitest';
import { Seen } from '../../haproxy/mutants/seen.ts';
import { Commuting } from './commute.ts';
import { groundOf } from './grounds.ts';
import { ALL, hunt } from './hunt.ts';
import { Beside, Judge, standsAt } from './judge.ts';
import { brokenIn, OWN } from './worlds.ts';

const PAUSES = 'the listener pauses while a session ends';
const judge = new Judge({ first: 1000, last: 1000, often: true });

test.each(OWN)('there is a way to its beginning, and nothing else breaks there than is said: %s', (id) => {
  expect(judge.come(id)).toMatchObject({ id, broken: brokenIn(id) });
});

describe('what becomes of a mutant', () => {
  test.each([
    ['its Initial comes again while it moves', 'plain quic_get_cid_tid/5b', /race: .*quic_connection_id.tid/],
    ['show quic while it is adopted', 'plain qc_finalize_affinity_rebind/F0e', /race: .*qcEpoch/],
    ['the listener pauses', 'drop limit_listener/L3', /F-R4q/],
    [PAUSES, 'plain listener_release/LR5', /race: .*listener.state/],
    [PAUSES, 'lock relax_listener', /F-R4q/],
    ['two threads read a listener that has paused', 'drop run_poll_loop/9b', /F-R4s/],
    ['two threads accept at once', 'plain listener_accept/1', /race: .*listener.nbconn/],
    ['the end of a pause comes to two threads', 'plain run_poll_loop/9a', /race: /],
  ])('%s: %s is noticed', (world, id, by) => {
    judge.take({ comes: [judge.come(world)!], seen: new Seen(judge.P.steps.length) });
    expect(judge.judge(id)).toEqual({ fate: 'killed', by: expect.stringMatching(by) });
  });
});

describe('two steps the other way round', () => {
  test('a world that begins between them is not asked', () => {
    const all = judge.take({ comes: [judge.come(PAUSES)!], seen: new Seen(judge.P.steps.length) });
    const mutant = (id: string) => all.find((m) => m.id === id)!;
    const ground = groundOf(PAUSES)!;
    expect(standsAt(ground, mutant('swap listener_release/LR4 listener_release/LR5'))).toBe(true);
    expect(standsAt(ground, mutant('swap listener_release/LR2 listener_release/LR3'))).toBe(false);
  });

  test('what would leave a lock’s hold is never the same', () => {
    const first = judge.P.steps.find((s) => s.proc.key === 'relax_listener' && s.label === 'R1')!.pc;
    const pair = new Commuting(first);
    const { run } = groundOf(PAUSES)!;
    const { W, mem, bounds } = run.explorable;
    hunt(new Beside(W, judge.P, mem.w, bounds, run.off, pair), 800, ALL);
    expect(pair.differ).toBe(true);
  });
});

test('what a hypothesis is about breaks as HAProxy is, and is no mutant’s doing', () => {
  expect(new Judge({ first: 100, last: 100, often: true }).come('H13')!.broken).toContain('rule F-R5b');
});

test('a world that begins at a step of a mutation is not one of today’s program', () => {
  expect(judge.come('M31')).toBeUndefined();
});
