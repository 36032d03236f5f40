/** What a world of the machine says of a choice before it is taken is what comes of it, and workers that share its states out by parts find what one finds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { museumRun } from '../../scenario/museum/index.ts';
import { seeded } from '../../scenario/testing/worlds.ts';
import { searchHere, trailTo } from './testing/here.ts';
import { searchShards } from './testing/shards.ts';

const WORLDS = ['M09', 'M19', 'M33'];

/** Numbers below `n`, the same for the same seed. */
function drawing(seed: number): (n: number) => number {
  const next = seeded(seed);
  return (n) => Math.floor(next() * n);
}

test.each(WORLDS)('%s: a choice that is foretold leads where it was said, and to that part', (world) => {
  const x = museumRun({ world, fixed: true }).explorable;
  const { mem } = x;
  const codes = new Int32Array(x.maxEnabled);
  const out = new Int32Array(2);
  const saved = new Int32Array(5);
  const draw = drawing(7);
  let told = 0;
  for (let walk = 0; walk < 40; walk++) {
    mem.undo(0);
    for (let step = 0; step < 300; step++) {
      const n = x.enabled(codes);
      if (n === 0) break;
      mem.save(saved);
      for (let k = 0; k < n; k++) {
        const code = codes[k]!;
        const known = x.foretell(code, out, 0);
        const part = known ? x.partAfter(code) : 0;
        x.take(code);
        expect(x.broken()).toBeNull();
        if (known) {
          told++;
          expect([mem.lane(0, false), mem.lane(1, false)]).toEqual([...out]);
          expect(x.part()).toBe(part);
        }
        mem.restore(saved);
      }
      x.take(codes[draw(n)]!);
      x.broken();
    }
  }
  expect(told).toBeGreaterThan(1000);
});

test.each(WORLDS)(
  '%s: two and three workers see the states that one sees, and find the same run',
  (world) => {
    for (const fixed of [true, false]) {
      const make = () => museumRun({ world, fixed }).explorable;
      const one = searchHere(make());
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 1e6 }), (of, seed) => {
          const several = searchShards(make, of, drawing(seed));
          if (fixed) {
            expect(several.find).toBeNull();
            expect(several.states).toBe(one.visited.count);
            expect(several.transitions).toBe(one.transitions);
          } else {
            expect(several.find!.broken).toEqual(one.find!.broken);
            expect(several.run).toEqual(trailTo(one, one.find!).codes);
          }
        }),
        { numRuns: 2 },
      );
    }
  },
);
