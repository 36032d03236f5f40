import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programs } from './testing/arbitrary.ts';
import { checkLocal } from './testing/check-local.ts';
import { searchHere } from './testing/here.ts';
import { plainSearch } from './testing/plain.ts';
import { ProgramWorld } from './testing/program.ts';
import { verdictOf } from './testing/search.ts';
import { Toy } from './testing/toy.ts';

describe('reduction', () => {
  it('breaks the same rules as the full search, on random programs', () => {
    fc.assert(
      fc.property(programs, (p) => {
        const full = plainSearch(new ProgramWorld(p));
        const reduced = searchHere(new ProgramWorld(p), true);
        expect([...reduced.broken].sort()).toEqual([...full.broken].sort());
        expect(reduced.visited.count).toBeLessThanOrEqual(full.states);
      }),
      { numRuns: 500 },
    );
  });

  it('a run found under it counts its local steps as rows, not as length', async () => {
    const spec = { kind: 'toy', threads: 3, length: 6, forbidden: 53 } as const;
    const full = await verdictOf(spec);
    const reduced = await verdictOf(spec, { reduction: true });
    if (full.verdict !== 'violation' || reduced.verdict !== 'violation') throw new Error('nothing found');
    expect(reduced.broken).toEqual(full.broken);
    expect(reduced.length).toBe(reduced.run.rows.filter((r) => !r.local).length);
    expect(reduced.length).toBeLessThan(full.length);
    expect(reduced.run.rows.length).toBeGreaterThanOrEqual(full.length);
    expect(reduced.states).toBeLessThan(full.states / 3);
  }, 30_000);

  it('the steps it takes at once are local in every state', () => {
    expect(checkLocal(new Toy(3, 7))).toBe('');
    fc.assert(
      fc.property(programs, (p) => checkLocal(new ProgramWorld(p)) === ''),
      { numRuns: 50 },
    );
  });

  it('a step that is called local and is not is seen', () => {
    class Wrong extends Toy {
      override local(t: number): boolean {
        return super.local(t) || t === 1;
      }
    }
    expect(checkLocal(new Wrong(2, 7))).not.toBe('');
  });
});
