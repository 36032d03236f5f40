import { expect, test } from 'vitest';
import { MUTATIONS, newestFor } from '../haproxy/revisions.ts';
import { stateOf } from '../haproxy/state.ts';
import type { WorldSpec } from '../scenario/explore.ts';
import { MUSEUM, museumOptions } from '../scenario/museum/index.ts';
import { scopeOf } from '../scenario/museum/scope.ts';
import { scopeRows } from './scope.ts';

const ended = {
  verdict: 'safe',
  states: 1,
  facts: {},
  mistaken: 0,
  cycles: 'none',
  changes: [],
} as const;

const model = (spec: WorldSpec): string =>
  scopeRows(scopeOf(spec), ended, String).find((r) => r.name === 'Model')!.text;

test('a verdict on the newest revision names the day until which HAProxy was read, and each commit that is lacking', () => {
  const text = model({ world: 'H16', fixed: false });
  expect(text).toMatch(/^HAProxy of 2026-08-21 \(50872daa6\) without \d+ commits that this model lacks: /);
  for (const l of stateOf(new Set(['55744154b'])).lacks) expect(text).toContain(`${l.id} (${l.what})`);
});

test('a mutation’s world runs on the last revision that it can be put into, and says so', () => {
  const worlds = MUSEUM.filter((w) => w.mutation && !w.fix);
  expect(worlds.some((w) => newestFor(w.mutation!) !== 'newest')).toBe(true);
  for (const { id, mutation } of worlds) {
    const spec = { world: id, fixed: false };
    const until = MUTATIONS.find((m) => m.id === mutation)!.until;
    expect(museumOptions(spec).revision).toBe(newestFor(mutation!));
    expect(model(spec)).toContain(
      until
        ? `The last revision that ${mutation} can be put into: ${until} took away`
        : `The newest revision, which ${mutation} can be put into.`,
    );
    // Another revision was asked for.
    expect(model({ ...spec, revision: '3be58fc72' })).not.toContain('can be put into');
  }
  expect(model({ world: 'M01', fixed: false })).not.toContain('can be put into');
});

test('a world of two thread groups says so', () => {
  const searched = (world: string): string =>
    scopeRows(scopeOf({ world, fixed: false }), ended, String).find((r) => r.name === 'Searched')!.text;
  expect(searched('M25')).toMatch(/^2 threads in two groups, 1 connection, /);
  expect(searched('M24')).toMatch(/^2 threads, 1 connection, /);
});
