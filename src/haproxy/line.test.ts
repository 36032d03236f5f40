import { expect, test } from 'vitest';
import { FINALIZED, finalizedProgram, isFinalized } from './finalized.ts';
import { FIXES } from './fixes/index.ts';
import { LINE, lastOf, placeInLine, revisionKey } from './line.ts';
import { chooseRevision, findRevision, programOf, REVISIONS } from './revisions.ts';

test('the line by hash is the line of the fixes', () => {
  expect(LINE).toEqual(FIXES.map((f) => f.id));
  expect(LINE.map((_, n) => revisionKey(n))).toEqual(REVISIONS.map((r) => r.id));
  for (const [n, r] of REVISIONS.entries()) {
    expect(lastOf(r.fixes)).toBe(LINE[n]);
    for (const name of [r.id, LINE[n]!, ` ${r.id.replaceAll('+', ', ')}`]) {
      expect(placeInLine(name)).toBe(n);
      expect(findRevision(name)).toBe(r);
    }
  }
  expect(placeInLine('nowhere')).toBe(-1);
  expect(placeInLine('constructor')).toBe(-1);
  expect(lastOf(new Set([LINE[0]!, LINE[2]!]))).toBe('');
});

test('the revision that the page begins with is the same without the rest of the line', () => {
  const whole = chooseRevision({ revision: 'finalized' });
  expect(whole).toBe(FINALIZED);
  const alone = finalizedProgram();
  expect(alone.fingerprint).toBe(programOf(FINALIZED).fingerprint);
  expect(alone.guarded).toBe(false);
  for (const revision of ['finalized', '1acbbca17', FINALIZED.id]) {
    expect(isFinalized({ revision })).toBe(true);
    expect(isFinalized({ revision, without: [], mutations: [], ideas: [] })).toBe(true);
    expect(isFinalized({ revision, mutations: ['X01'] })).toBe(false);
    expect(isFinalized({ revision, without: ['739de3f11'] })).toBe(false);
    expect(isFinalized({ revision, ideas: ['drop S14'] })).toBe(false);
  }
  for (const r of REVISIONS) expect(isFinalized({ revision: r.id })).toBe(r === FINALIZED);
});
