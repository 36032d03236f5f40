import { expect, test } from 'vitest';
import { FINALIZED, finalizedProgram, isFinalized } from './finalized.ts';
import { FIXES } from './fixes/index.ts';
import { LINE, lastOf, placeInLine, revisionKey } from './line.ts';
import { chooseRevision, findRevision, programOf, REVISIONS } from './revisions.ts';
import { called } from './step/called.ts';

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
  expect(alone.guard).toBeUndefined();
  for (const revision of ['finalized', '1acbbca17', FINALIZED.id]) {
    expect(isFinalized({ revision })).toBe(true);
    expect(isFinalized({ revision, without: [], mutations: [], ideas: [] })).toBe(true);
    expect(isFinalized({ revision, mutations: ['X01'] })).toBe(false);
    expect(isFinalized({ revision, without: ['739de3f11'] })).toBe(false);
    expect(isFinalized({ revision, ideas: ['drop S14'] })).toBe(false);
  }
  for (const r of REVISIONS) expect(isFinalized({ revision: r.id })).toBe(r === FINALIZED);
});

test('functions and a flag are called as their revision calls them', () => {
  const P = (id: string) => programOf(findRevision(id)!);
  const names = (id: string): string[] =>
    P(id)
      .procedures.filter((p) =>
        ['rebind', 'commit', 'reset', 'finalize'].some((r) => p.roles.has(r as 'rebind')),
      )
      .map((p) => p.name);
  const flag = (id: string): string => called(P(id).names, 'AFFINITY_CHANGED');
  expect(names('bfdf14585').slice(0, 2)).toEqual(['qc_set_tid_affinity', 'qc_finalize_affinity_rebind']);
  expect(names('95f624540')).toEqual([
    'set_affinity1',
    'qc_finalize_affinity_rebind',
    'set_affinity2',
    'reset_affinity',
  ]);
  expect([flag('seed'), flag('95f624540')]).toEqual(['AFFINITY_CHANGED', 'AFFINITY_CHANGED']);
  for (const id of ['3be58fc72', 'newest']) {
    expect(names(id)).toEqual([
      'qc_bind_tid_prep',
      'qc_finalize_tid_rebind',
      'qc_bind_tid_commit',
      'qc_bind_tid_reset',
    ]);
    expect(flag(id)).toBe('TID_REBIND');
  }
  // Nothing but names: the same steps, edges and bodies.
  const steps = (id: string) => P(id).steps.map((s) => [s.proc.key, s.label, s.to, s.wrote]);
  expect(steps('3be58fc72')).toEqual(steps('95f624540'));
});
