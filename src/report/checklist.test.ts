/** Every procedure has its line in docs/checklist.md, and was held against every number that its steps name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { FIXES } from '../haproxy/revisions.ts';
import type { AnyProcedure, StepDef } from '../haproxy/step/proc.ts';
import { entriesOf, numbersOf } from './semantics.ts';

const docs = (name: string): string => readFileSync(join(import.meta.dirname, `../../docs/${name}`), 'utf8');

const lines = [...docs('checklist.md').matchAll(/^\| `([^`]+)` \| ([^|]*) \| (.+) \|$/gm)].map(
  ([, key, against, found]) => ({ key: key!, against: numbersOf(against!), found: found! }),
);

/** The seed's steps of a procedure, and those that fixes bring. */
function everyStep(p: AnyProcedure): StepDef[] {
  const brought = FIXES.flatMap((f) =>
    f.ops.flatMap((op) => {
      const of = 'at' in op ? op.at.proc : 'proc' in op ? op.proc : null;
      if (of?.key !== p.key) return [];
      return [...('steps' in op ? op.steps : []), ...('step' in op ? [op.step] : [])];
    }),
  );
  return [...p.steps, ...brought];
}

describe('the reader’s checklist', () => {
  it('has one line a procedure, in the order of the catalogue, and no other', () => {
    expect(lines.map((l) => l.key)).toEqual(PROCEDURES.map((p) => p.key));
  });

  it.each(PROCEDURES.map((p) => [p.key, p] as const))('%s was held against what its steps name', (key, p) => {
    const line = lines.find((l) => l.key === key)!;
    const named = [...new Set(everyStep(p).flatMap((s) => numbersOf(s.ref)))];
    expect([...line.against].sort()).toEqual(named.sort());
  });

  it('is what docs/fidelity.md says that each function was held against', () => {
    const [, held] = docs('fidelity.md').split('\n## Held against\n');
    const rows = [...held!.split('\n## ')[0]!.matchAll(/^\| `([^`]+)` \| ([^|]+) \|$/gm)];
    const named = rows.map(([, key, against]) => [key, against === 'ours' ? [] : numbersOf(against!)]);
    expect(named).toEqual(lines.map((l) => [l.key, l.against]));
  });

  it('has each function of HAProxy’s in a row of docs/fidelity.md that says how it is modelled', () => {
    const [how] = docs('fidelity.md').split('\n## Held against\n');
    const named = new Set(
      [...how!.matchAll(/^\| (`[^|]+) \| (modelled|simplified|scripted)/gm)].flatMap(([, names]) =>
        [...names!.matchAll(/`([^`]+)`/g)].map((m) => m[1]),
      ),
    );
    const keys = PROCEDURES.map((p) => p.key).filter((k) => !k.startsWith('<'));
    expect(keys.filter((k) => !named.has(k))).toEqual([]);
  });

  it('names entries that there are, and says of each line what was found', () => {
    const entries = entriesOf(docs('semantics.md'));
    for (const l of lines) {
      for (const n of l.against) expect(entries.has(n), `${l.key}: ${n}`).toBe(true);
      expect(l.found, l.key).toMatch(/\bnone\b|\*\*differs\??\*\*|\*\*left out\*\*|^ours/);
    }
  });
});
