/** Every number that a step has is an entry of docs/semantics.md, and every entry about what HAProxy does is some step's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { FIXES, MUTATIONS } from '../haproxy/revisions.ts';
import type { Op } from '../haproxy/step/patch.ts';
import type { StepDef } from '../haproxy/step/proc.ts';
import { RULES } from '../machine/rules/index.ts';
import { entriesOf, numbersOf, piecesOf } from './semantics.ts';

const entries = entriesOf(readFileSync(join(import.meta.dirname, '../../docs/semantics.md'), 'utf8'));

const brought = (ops: readonly Op[]): readonly StepDef[] =>
  ops.flatMap((op) => ('steps' in op ? op.steps : 'step' in op ? [op.step] : []));

const everyStep: readonly (readonly [string, StepDef])[] = [
  ...PROCEDURES.flatMap((p) => p.steps.map((s) => [p.key, s] as const)),
  ...FIXES.flatMap((f) => brought(f.ops).map((s) => [f.id, s] as const)),
  ...MUTATIONS.flatMap((m) => m.forms.flatMap((form) => brought(form.ops)).map((s) => [m.id, s] as const)),
];

test('every number of a step has its entry', () => {
  const lost = everyStep.flatMap(([by, s]) =>
    numbersOf(s.ref)
      .filter((n) => !entries.has(n))
      .map((n) => `${by} ${s.label}: ${n}`),
  );
  expect(lost).toEqual([]);
});

test('every entry about what HAProxy does is a step’s', () => {
  const named = new Set(everyStep.flatMap(([, s]) => numbersOf(s.ref)));
  const about = [...entries.values()].filter(
    (e) => !['Rules', 'Assertions', 'Bugs', 'Mutations', 'Hypotheses'].includes(e.chapter),
  );
  expect(about.length).toBeGreaterThan(100);
  expect(about.filter((e) => !named.has(e.number)).map((e) => e.number)).toEqual([]);
});

test('every rule, every fix’s bug and every mutation has its entry', () => {
  const numbers = [...RULES.map((r) => r.id), ...FIXES.map((f) => f.bug), ...MUTATIONS.map((m) => m.id)];
  expect(numbers.filter((n) => n !== '' && !entries.has(n))).toEqual([]);
});

describe('an entry', () => {
  test('has its paragraphs in one line each, and its chapter', () => {
    const e = entries.get('N10')!;
    expect(e.chapter).toBe('Finalize');
    expect(e.title).toBe('What finalize is for');
    expect(e.text.length).toBe(2);
    expect(e.text.every((t) => !t.includes('\n') && t.endsWith('.'))).toBe(true);
    expect([...entries.values()].filter((o) => o.text.length === 0)).toEqual([]);
  });

  test('names others, which are told from words and code', () => {
    const numbers = piecesOf('See (S14), N10/1 to N10/3, and `S13`; not 9, S99, M1 or IS-S14.', entries)
      .filter((p) => p.kind !== 'words')
      .map((p) => `${p.kind} ${p.text}`);
    expect(numbers).toEqual(['number S14', 'number N10/1', 'number N10/3', 'code S13']);
    const whole = entries.get('1.7/4')!.text[0]!;
    expect(
      piecesOf(whole, entries)
        .map((p) => (p.kind === 'code' ? `\`${p.text}\`` : p.text))
        .join(''),
    ).toBe(whole);
  });
});
