import { describe, expect, it } from 'vitest';
import type { Mark } from '../../hosts/engine.ts';
import { branchWords, isElsewhere, nextMark } from './travel.ts';

const mark = (at: number, kind: Mark['kind'] = 'commit'): Mark => ({
  at,
  kind,
  tid: 0,
  conn: 0,
  dgram: -1,
  other: -1,
  ms: 0,
  ns: 0,
});

describe('marks to go to', () => {
  const marks = [mark(3), mark(7, 'refused'), mark(9, 'redispatch')];
  it('are seen from the position after them; refusals are passed over', () => {
    expect(nextMark({ at: 0, marks }, 1)).toBe(4);
    expect(nextMark({ at: 4, marks }, 1)).toBe(10);
    expect(nextMark({ at: 10, marks }, 1)).toBe(-1);
    expect(nextMark({ at: 10, marks }, -1)).toBe(4);
    expect(nextMark({ at: 4, marks }, -1)).toBe(-1);
  });
});

describe('frames that do not follow the picture', () => {
  const at33 = { at: 33, line: 1 };
  it('lie before it, or on a line it was not on the way to', () => {
    expect(isElsewhere(at33, { steps: 32, line: 1, kept: null })).toBe(true);
    expect(isElsewhere(at33, { steps: 40, line: 1, kept: null })).toBe(false);
    expect(isElsewhere(at33, { steps: 34, line: 2, kept: { from: 33, end: 58 } })).toBe(false);
    expect(isElsewhere(at33, { steps: 40, line: 2, kept: { from: 30, end: 58 } })).toBe(true);
  });
});

describe('what is said of a branch', () => {
  it('tells a new one from the old one brought back', () => {
    expect(branchWords(null, { kept: { from: 33, end: 58 }, end: 34 })).toBe(
      'New branch at step 33. The old future is kept.',
    );
    expect(branchWords({ from: 33, end: 58 }, { kept: { from: 33, end: 40 }, end: 58 })).toContain('is back');
    expect(branchWords(null, { kept: null, end: 9 })).toBe('');
  });
});
