import { describe, expect, it } from 'vitest';
import type { SearchVerdict } from '../../hosts/explorer/contract.ts';
import type { LifeRow } from '../../report/lifelines.ts';
import { foldRows } from './fold.ts';
import { boundsOf, type Line, startForm, withFix, withRevision } from './form.ts';
import { lineOf, refusalOf, rulesOf, WORLDS, worldRow } from './museum.ts';
import { cellMark, cellRun, createExplorerStore } from './store.ts';
import type { Run } from './types.ts';
import { endedSaid, runName, verdictWords } from './words.ts';

function run(part: Partial<Run>): Run {
  return {
    id: 1,
    form: startForm('M01'),
    name: 'M01, before its fix',
    state: 'ended',
    progress: null,
    verdict: null,
    lifelines: null,
    beside: null,
    failure: '',
    ...part,
  };
}

const ended = {
  states: 2114880,
  transitions: 5_000_000,
  rate: 41_200,
  depth: 34,
  frontier: 0,
  memoryBytes: 1e8,
  byDepth: [1, 2, 3],
  seconds: 50,
  paused: false,
  facts: {},
  mistaken: 0,
  changes: [],
  cycles: 'none' as const,
};

describe('verdicts', () => {
  const of = (verdict: SearchVerdict) => verdictWords(run({ verdict }));

  it('say what was found in as many steps', () => {
    const broken = {
      symptom: 'rule' as const,
      rule: 'I10',
      text: 'connection 0 is in the list of no thread',
    };
    const found = { rows: [], choices: [], hash: '' };
    const v: SearchVerdict = {
      ...ended,
      verdict: 'violation',
      broken,
      run: found,
      length: 11,
      shortest: true,
    };
    expect(of(v)).toEqual({
      tone: 'violation',
      heading: 'Violation in 11 steps',
      detail: 'I10: connection A is in the list of no thread.',
    });
    expect(of({ ...v, shortest: false }).detail).toContain('A shorter run may exist.');
    expect(of({ ...v, cycleFrom: 4 }).detail).toContain('From row 5 on it repeats itself.');
    const form = { ...startForm('M01'), reduction: true };
    expect(verdictWords(run({ form, verdict: v })).detail).toContain('are not counted');
  });

  it('never claim more than the bounds', () => {
    const safe = of({ ...ended, verdict: 'safe' });
    expect(safe.heading).toBe('Safe within bounds');
    expect(safe.detail).toBe('2\u2009114\u2009880 states, every order tried, depth 34');
    const limit = of({ ...ended, verdict: 'limit', limit: 'memory', completeTo: 22, message: '' });
    expect(limit.heading).toBe('Stopped at the memory limit');
    expect(limit.detail).toBe('No violation up to depth 22. Nothing is known beyond it');
    const walks = of({ ...ended, verdict: 'limit', limit: 'walks', completeTo: 0, message: '' });
    expect(walks.detail).toContain('Nothing is known beyond it');
    const unreached = of({ ...ended, verdict: 'unreached', message: 'without F: no order comes to it' });
    expect(unreached).toEqual({
      tone: 'unreached',
      heading: 'Not reached',
      detail: 'without F: no order comes to it.',
    });
    expect(endedSaid(run({ verdict: { ...ended, verdict: 'safe' } }))).toBe(
      'Search finished. Safe within bounds, 2\u2009114\u2009880 states.',
    );
  });

  it('leave no mark for a run that did not finish', () => {
    expect(cellMark(undefined)).toBe('none');
    expect(cellMark(run({ state: 'searching' }))).toBe('running');
    const limit: SearchVerdict = {
      ...ended,
      verdict: 'limit',
      limit: 'cancelled',
      completeTo: 3,
      message: '',
    };
    expect(cellMark(run({ verdict: limit }))).toBe('none');
    expect(cellMark(run({ verdict: { ...ended, verdict: 'safe' } }))).toBe('safe');
  });
});

describe('the line of revisions', () => {
  const line: Line = { fixes: ['a', 'b', 'c', 'd'], at: 2, without: new Set(['b']) };
  const spec = { world: 'M01', fixed: false };

  it('takes a fix out and puts it back', () => {
    expect(withFix(spec, line, 2)).toMatchObject({ revision: 'c', without: ['b', 'c'] });
    expect(withFix(spec, line, 1)).toMatchObject({ revision: 'c', without: [] });
  });

  it('goes on to a fix that is further on', () => {
    expect(withFix(spec, line, 3)).toMatchObject({ revision: 'd', without: ['b'] });
  });

  it('forgets what an earlier revision does not have', () => {
    expect(withRevision(spec, line, 0)).toMatchObject({ revision: 'a', without: [] });
  });

  it('of M01 lies just before its fix, and switching that on is the world with its fix', () => {
    const before = lineOf({ world: 'M01', fixed: false });
    const fix = worldRow('M01')!.fix;
    expect(before.fixes[before.at + 1]).toBe(fix);
    const on = withFix({ world: 'M01', fixed: false }, before, before.at + 1);
    expect(lineOf(on).at).toBe(lineOf({ world: 'M01', fixed: true }).at);
    expect(refusalOf(on)).toBe('');
    const unmade = withFix({ world: 'M01', fixed: false }, before, before.fixes.indexOf('739de3f11'));
    expect(refusalOf(unmade)).toContain('cannot be without');
  });
});

describe('bounds and rules of a world', () => {
  it('offer only what the world can carry', () => {
    for (const w of WORLDS)
      for (const b of boundsOf({ world: w.id, fixed: false }, w)) {
        expect(b.value, `${w.id} ${b.name}`).toBeGreaterThanOrEqual(b.least);
        expect(b.value, `${w.id} ${b.name}`).toBeLessThanOrEqual(b.most);
      }
  });

  it('tell a rule that is off from one that is not meant to hold', () => {
    const states = new Map(
      rulesOf({ world: 'M12', fixed: false, rulesOff: ['I2'] }).map((r) => [r.id, r.state]),
    );
    expect(states.get('I2')).toBe('off');
    expect(states.get('I3')).toBe('not-meant');
    expect(states.get('I5')).toBe('on');
  });
});

describe('runs', () => {
  it('of a museum cell are those with nothing switched by hand', () => {
    const store = createExplorerStore('M01');
    const own = run({
      id: 2,
      form: { ...startForm('M01'), spec: { world: 'M01', fixed: false, revision: 'x' } },
    });
    store.setState({ runs: [own, run({ id: 1 })] });
    expect(cellRun(store.getState(), 'M01', false)?.id).toBe(1);
    expect(runName(own.form, worldRow('M01'))).toBe('M01, changed by hand');
    expect(runName(startForm('M01'), worldRow('M01'))).toBe('M01, before its fix');
  });

  it('are drawn with quiet steps of one procedure together', () => {
    const row = (n: number, thread: number, step: string, part: Partial<LifeRow> = {}): LifeRow => ({
      n,
      thread,
      procedure: 'rebind',
      step,
      text: step,
      owners: [0],
      commit: null,
      push: null,
      ...part,
    });
    const rows = [
      row(1, 0, 'S1'),
      row(2, 0, 'S2'),
      row(3, 1, 'a'),
      row(4, 0, 'S3'),
      row(5, 0, 'S14', { commit: { conn: 0, from: 0, to: 1 } }),
      row(6, 0, 'S15'),
      row(7, 0, 'S16'),
    ];
    const labels = (apart: number[], bad: boolean) => foldRows(rows, new Set(apart), bad).map((r) => r.label);
    expect(labels([], false)).toEqual(['S1 to S2', 'a', 'S3', 'S14', 'S15 to S16']);
    expect(labels([1], true)).toEqual(['S1', 'S2', 'a', 'S3', 'S14', 'S15', 'S16']);
  });
});
