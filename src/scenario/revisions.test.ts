/** Every revision on the line runs the same traffic: no rule that is on breaks, no assertion stops it. */
import { describe, expect, test } from 'vitest';
import {
  chooseRevision,
  FIXES,
  findRevision,
  MUTATIONS,
  newestFor,
  REVISIONS,
} from '../haproxy/revisions.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import type { WorldData } from './data.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);

/** Runs by the clock, orders a rebind of each connection now and then, and says what broke. */
function run(data: WorldData, revision: string, socketOwner: 'listener' | 'connection'): string[] {
  const x = machineOf(data, { revision, socketOwner, threads: 3 });
  const checker = new RuleChecker(x, findRevision(revision)!);
  for (let i = 0; i < 60_000 && !x.quiet; i++) {
    const p = x.pick();
    if (!p) break;
    x.take(p);
    checker.after(p.kind === 'deliver' ? -1 : p.tid);
    if (i % 500 !== 499) continue;
    const conn = ((i / 500) % data.conns.length) | 0;
    x.apply({ kind: 'rebind', conn, tid: ((i / 1500) % 3) | 0 });
  }
  const out = checker.broken.map((b) => `${b.rule}: ${b.text}`);
  if (x.stopped) out.push(`stopped at bug ${x.m.ld(x.W.global)}`);
  return out;
}

describe('the line of revisions', () => {
  test.each(REVISIONS.map((r) => r.id))('%s runs six connections over the listener’s socket', (id) => {
    expect(run(six, id, 'listener')).toEqual([]);
  });

  test.each([REVISIONS[0]!.id, 'finalized', 'newest'])('%s with sockets of their own', (id) => {
    expect(run(six, id, 'connection')).toEqual([]);
  });

  test('is a line of prefixes, each with the fix that its name says', () => {
    REVISIONS.forEach((r, n) => {
      expect([...r.fixes]).toEqual(FIXES.slice(0, n + 1).map((f) => f.id));
      expect(findRevision(FIXES[n]!.id)).toBe(r);
      expect(findRevision(r.id)).toBe(r);
    });
    for (const f of FIXES) for (const r of f.requires) expect(FIXES.some((g) => g.id === r)).toBe(true);
  });
});

test('no step names a bug that its revision has no longer, and each one that is named is there before', () => {
  const named = (revision: string): Set<string> =>
    new Set(machineOf(six, { revision }).P.steps.flatMap((s) => s.text.match(/\bM\d+b?\b/g) ?? []));
  const seen = new Set<string>();
  for (const r of REVISIONS) {
    const names = named(r.id);
    for (const bug of names) seen.add(bug);
    for (const f of FIXES) if (f.bug && r.fixes.has(f.id)) expect(names, r.id).not.toContain(f.bug);
  }
  expect([...seen]).toEqual(expect.arrayContaining(['M18', 'M22']));
});

test('from 95f624540 on the preparation ends with the connection still the thread’s own', () => {
  const texts = (revision: string) =>
    machineOf(six, { revision })
      .P.steps.filter((s) => s.proc.key === 'qc_set_tid_affinity')
      .map((s) => s.text);
  const prepared = 'Prepared; this thread still owns it';
  const done = 'Done; the connection must not be touched here any more';
  expect(texts('95f624540')).toContain(prepared);
  expect(texts('95f624540')).not.toContain(done);
  expect(texts('bfdf14585')).toContain(done);
  expect(texts('bfdf14585')).not.toContain(prepared);
});

describe('a rule is off', () => {
  const off = (id: string): Readonly<Record<string, string>> => findRevision(id)!.knownBroken;

  test('from the commit that brought the bug until the one that ends it', () => {
    for (const id of ['25174d51e', '5f8704152', '739de3f11', '95f624540', 'newest'])
      expect(off(id).I11).toBeUndefined();
    for (const id of ['1acbbca17', 'bfdf14585']) expect(off(id).I11).toBe('M08');
  });

  test('not for a bug that stays within it: M16 costs one hop', () => {
    expect(off('seed').I14).toBe('M10');
    for (const id of ['4ae29be18', '9b5f11cd3']) expect(off(id).I14).toBeUndefined();
  });
});

describe('switches', () => {
  const choose = (revision: string, without: string[], mutations: string[] = []) =>
    chooseRevision({ revision, without, mutations });

  test('that cannot stand together are refused with the reason', () => {
    expect(choose('newest', ['d6646dddc'])).toMatch(/cannot be without d6646dddc/);
    expect(choose('seed', ['739de3f11'])).toMatch(/739de3f11 is not part of 25174d51e/);
    expect(choose('seed', [], ['X14'])).toMatch(/changes what came with d6646dddc/);
    expect(choose('seed', [], ['X99'])).toBe('there is no mutation X99');
    expect(choose('nine', [])).toBe('no revision nine');
  });

  test('make a revision of their own, with its own list of what is not meant to hold', () => {
    const r = choose('newest', ['72267ff35'], ['X11']);
    if (typeof r === 'string') throw new Error(r);
    expect(r.fixes.has('72267ff35')).toBe(false);
    expect(r.mutations.has('X11')).toBe(true);
    expect(r.knownBroken.I3).toBe('M12');
  });

  test.each(MUTATIONS.map((m) => m.id))('%s compiles into another program', (id) => {
    const revision = newestFor(id);
    // What changes only what two thread groups do, or a listener with a maxconn, is refused elsewhere.
    const alone = choose(revision, [], [id]);
    const groups = typeof alone === 'string' ? { threadGroups: 2 as const, maxconn: 1 } : {};
    if (typeof alone === 'string')
      expect(alone).toMatch(/only what (two thread groups do|a listener with a maxconn does)$/);
    const plain = machineOf(six, { revision, ...groups });
    const changed = machineOf(six, { revision, ...groups, mutations: [id] });
    expect(changed.P.fingerprint).not.toBe(plain.P.fingerprint);
  });
});
