import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../scenario/testing/worlds.ts';
import type { SearchVerdict } from './contract.ts';
import { ableIn, CycleSearch } from './cycles.ts';
import { DepthFirst } from './depth-first.ts';
import type { Lasso } from './messages.ts';
import { programs } from './testing/arbitrary.ts';
import { searchHere } from './testing/here.ts';
import { goesOnForEver, plainSearch } from './testing/plain.ts';
import { type Op, type ProgramSpec, ProgramWorld } from './testing/program.ts';
import { OPTIONS, startTestSearch, verdictOf } from './testing/search.ts';
import { searchShards } from './testing/shards.ts';
import { Toy } from './testing/toy.ts';
import { makeTestWorld, type TestSpec } from './testing/worlds.ts';

const program = (...threads: Op[][]): ProgramSpec => ({ threads, forbidden: -1 });
/** Twice round, then on. */
const longLoop: Op[] = [
  { op: 'mix', word: 0, k: 1 },
  { op: 'mix', word: 1, k: 2 },
  { op: 'mix', word: 2, k: 3 },
  { op: 'loop', word: 0, k: 3, to: 1 },
];
const specOf = (p: ProgramSpec): TestSpec => ({ kind: 'program', program: p });

/** What of a verdict must not depend on the number of workers. */
const answer = (v: SearchVerdict): unknown => ({
  verdict: v.verdict,
  states: v.states,
  transitions: v.transitions,
  byDepth: v.byDepth,
  facts: v.facts,
  ...(v.verdict === 'violation' ? { broken: v.broken, codes: v.run.rows.map((r) => r.code) } : {}),
});

describe('level by level', () => {
  it('counts the states and transitions of the toy that Spin counts', () => {
    const shard = searchHere(new Toy(3, 12));
    expect(shard.visited.count).toBe(2_847_907);
    expect(shard.transitions).toBe(6_648_108);
  }, 120_000);

  it('sees what the simplest search sees, and finds the same shortest run', () => {
    fc.assert(
      fc.property(programs, (p) => {
        const plain = plainSearch(new ProgramWorld(p));
        const shard = searchHere(new ProgramWorld(p));
        expect(shard.visited.count).toBe(plain.states);
        expect(shard.transitions).toBe(plain.transitions);
        expect([...shard.broken].sort()).toEqual([...plain.broken].sort());
        expect(shard.facts).toEqual(plain.facts);
        expect(shard.find?.length ?? -1).toBe(plain.shortest);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer and the same run however the shards take turns', () => {
    fc.assert(
      fc.property(programs, fc.integer({ min: 1, max: 4 }), fc.nat(), (p, of, seed) => {
        const random = seeded(seed);
        const draw = (n: number): number => Math.floor(random() * n);
        const one = searchShards(() => new ProgramWorld(p), 1, draw);
        const many = searchShards(() => new ProgramWorld(p), of, draw);
        expect(many.states).toBe(one.states);
        expect(many.transitions).toBe(one.transitions);
        expect(many.find?.broken).toEqual(one.find?.broken);
        expect(many.run).toEqual(one.run);
        expect(one.run).toEqual(plainSearch(new ProgramWorld(p)).run);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer on one core, two and three', async () => {
    const sample = fc.sample(programs, { numRuns: 3, seed: 7 });
    for (const spec of [...sample.map(specOf), { kind: 'toy', threads: 3, length: 7 } as const]) {
      const one = await verdictOf(spec, { workers: 1 });
      expect(answer(await verdictOf(spec, { workers: 2 }))).toEqual(answer(one));
      expect(answer(await verdictOf(spec, { workers: 3 }))).toEqual(answer(one));
    }
  }, 120_000);

  it('finds a shortest run, the smallest of them, and the run can be gone through again', async () => {
    const spec: TestSpec = { kind: 'toy', threads: 3, length: 6, forbidden: 53 };
    const plain = plainSearch(makeTestWorld(spec));
    expect(plain.shortest).toBeGreaterThan(3);
    for (const workers of [1, 2]) {
      const v = await verdictOf(spec, { workers });
      if (v.verdict !== 'violation') throw new Error(v.verdict);
      expect(v.run.rows.map((r) => r.code)).toEqual(plain.run);
      expect(v).toMatchObject({ length: plain.shortest, shortest: true, broken: { rule: 'T1' } });
      const x = makeTestWorld(spec);
      for (const c of v.run.choices) if (c.kind === 'step') x.take(c.tid);
      expect(x.broken()?.rule).toBe('T1');
      expect(x.mem.hash(false)).toBe(v.run.hash);
    }
  }, 60_000);
});

describe('what is wrong with a state', () => {
  it('two threads that wait for each other', async () => {
    const a: Op[] = [
      { op: 'lock', word: 0 },
      { op: 'lock', word: 1 },
    ];
    const b: Op[] = [
      { op: 'lock', word: 1 },
      { op: 'lock', word: 0 },
    ];
    const v = await verdictOf(specOf(program(a, b)));
    expect(v).toMatchObject({ verdict: 'violation', length: 2, broken: { symptom: 'deadlock' } });
  }, 30_000);

  it('two plain accesses that meet, one of them a write', async () => {
    const v = await verdictOf(
      specOf(
        program(
          [{ op: 'read', word: 0 }],
          [
            { op: 'own', k: 1 },
            { op: 'write', word: 0, k: 1 },
          ],
        ),
      ),
    );
    expect(v).toMatchObject({ verdict: 'violation', length: 1, broken: { symptom: 'race' } });
  }, 30_000);
});

describe('what goes on for ever', () => {
  const lassoOf = (p: ProgramSpec): Lasso | null => {
    const search = new CycleSearch(() => new ProgramWorld(p), 2 ** 26, false);
    while (search.expand(1000));
    expect(search.full).toBe(false);
    return search.found;
  };
  const forEver: Op = { op: 'loop', word: 0, k: 0, to: 0 };

  it.each(['breadth', 'depth', 'random'] as const)(
    'a thread that goes round while nobody else can step, %s',
    async (order) => {
      const spec = specOf(program([{ op: 'mix', word: 1, k: 1 }, forEver], [{ op: 'own', k: 1 }]));
      const v = await verdictOf(spec, { order });
      expect(v).toMatchObject({ verdict: 'violation', broken: { symptom: 'cycle' }, cycles: 'found' });
    },
    30_000,
  );

  it('is no violation where it lasts only as long as another thread is never run', async () => {
    const p = program([forEver], [{ op: 'mix', word: 0, k: 1 }]);
    expect(lassoOf(p)).toBeNull();
    for (const order of ['breadth', 'depth'] as const)
      expect(await verdictOf(specOf(p), { order })).toMatchObject({ verdict: 'safe', cycles: 'none' });
  }, 30_000);

  it('two threads in turn: the cycle goes through a step of each', () => {
    const lasso = lassoOf(program([forEver], [forEver]))!;
    expect(new Set(lasso.codes.slice(lasso.from))).toEqual(new Set([0, 1]));
  });

  it('a cycle of several states is found in them, on a shortest way', async () => {
    const round: Op[] = [
      { op: 'mix', word: 1, k: 0 },
      { op: 'own', k: 1 },
      { op: 'loop', word: 0, k: 0, to: 1 },
    ];
    const v = await verdictOf(specOf(program(round, [{ op: 'own', k: 2 }])));
    if (v.verdict !== 'violation') throw new Error(v.verdict);
    expect(v.broken.text).toBe('T0 goes round for ever in program: the run repeats itself');
    expect(v.run.rows.slice(v.cycleFrom).every((r) => r.thread === 0)).toBe(true);
  }, 30_000);

  it('without memory to look for it nothing is called safe', async () => {
    // Every thread comes back to its beginning at least once, so that there is something to look for.
    const p = program(...Array.from({ length: 3 }, () => longLoop));
    const v = await verdictOf(specOf(p), { memoryMB: 256 });
    expect(v).toMatchObject({ verdict: 'safe', cycles: 'none' });
    const search = new CycleSearch(() => new ProgramWorld(p), 2 ** 14, false);
    while (search.expand(1000));
    expect([search.full, search.found]).toEqual([true, null]);
  }, 30_000);

  it('is found exactly where a plain look at all states and transitions finds it', () => {
    let found = 0;
    fc.assert(
      fc.property(programs, (p) => {
        const lasso = lassoOf(p);
        expect(lasso !== null).toBe(goesOnForEver(new ProgramWorld(p)));
        if (!lasso) return;
        found++;
        const x = new ProgramWorld(p);
        let from = '';
        const codes = new Int32Array(x.maxEnabled);
        let always = -1;
        lasso.codes.forEach((code, i) => {
          if (i === lasso.from) from = x.mem.hash(false);
          if (i >= lasso.from) always &= ableIn(x, codes.subarray(0, x.enabled(codes)));
          x.take(code);
        });
        expect(x.mem.hash(false)).toBe(from);
        expect(always & ~ableIn(x, lasso.codes.slice(lasso.from))).toBe(0);
        // By which the level-by-level search knows that it has to look.
        const shard = searchHere(new ProgramWorld(p));
        if (shard.broken.size === 0) expect(shard.back).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(5);
  });
});

describe('other orders', () => {
  it('depth first sees the same states', () => {
    fc.assert(
      fc.property(programs, (p) => {
        const plain = plainSearch(new ProgramWorld(p));
        const search = new DepthFirst(new ProgramWorld(p), 2 ** 26, false, Number.POSITIVE_INFINITY);
        while (search.expand(1000));
        const cycle = search.find?.cycleFrom !== undefined;
        if (!cycle) expect(search.find === null).toBe(plain.broken.size === 0);
        if (cycle) expect(goesOnForEver(new ProgramWorld(p))).toBe(true);
        else if (search.find)
          expect(plain.broken).toContain(`${search.find.broken.symptom} ${search.find.broken.rule}`);
        else expect(search.states).toBe(plain.states);
      }),
      { numRuns: 200 },
    );
  });

  it('depth first that was cut at its bound does not call it safe', async () => {
    const v = await verdictOf(
      { kind: 'toy', threads: 2, length: 6 },
      { order: 'depth', bounds: { depth: 5 } },
    );
    expect(v).toMatchObject({ verdict: 'limit', limit: 'depth' });
    expect((await verdictOf({ kind: 'toy', threads: 2, length: 6 }, { order: 'depth' })).verdict).toBe(
      'safe',
    );
  }, 30_000);

  it('random walks find, and never say safe', async () => {
    const spec = { kind: 'toy', threads: 3, length: 6 } as const;
    const found = await verdictOf({ ...spec, forbidden: 53 }, { order: 'random', workers: 2 });
    expect(found).toMatchObject({ verdict: 'violation', shortest: false, broken: { rule: 'T1' } });
    const none = await verdictOf(spec, { order: 'random', workers: 2, bounds: { states: 20_000 } });
    expect(none).toMatchObject({ verdict: 'limit', limit: 'walks' });
  }, 30_000);
});

describe('limits and orders', () => {
  const large: TestSpec = { kind: 'toy', threads: 4, length: 12 };

  it.each([1, 2])(
    'stops at the memory limit, %i workers',
    async (workers) => {
      const v = await verdictOf(large, { workers, memoryMB: 8 });
      expect(v).toMatchObject({ verdict: 'limit', limit: 'memory' });
      expect(v.memoryBytes).toBeLessThanOrEqual(8 * 2 ** 20);
      if (v.verdict === 'limit') expect(v.completeTo).toBe(v.depth - 1);
    },
    60_000,
  );

  it('stops at a depth, and at a number of states', async () => {
    const deep = await verdictOf(large, { bounds: { depth: 6 } });
    expect(deep).toMatchObject({ verdict: 'limit', limit: 'depth', completeTo: 6 });
    const many = await verdictOf(large, { bounds: { states: 10_000 } });
    expect(many).toMatchObject({ verdict: 'limit', limit: 'states' });
  }, 60_000);

  it('pauses, goes on, and is cancelled', async () => {
    const search = startTestSearch(large, { ...OPTIONS, workers: 2 });
    const progress = (wanted: (states: number, paused: boolean) => boolean): Promise<number> =>
      new Promise((resolve) => {
        const stop = search.onProgress((p) => {
          if (!wanted(p.states, p.paused)) return;
          stop();
          resolve(p.states);
        });
      });
    const first = await progress((states) => states > 0);
    const paused = progress((_, is) => is);
    search.pause();
    expect(await paused).toBeGreaterThanOrEqual(first);
    const later = progress((states, is) => !is && states > first);
    search.resume();
    await later;
    const verdict = new Promise<SearchVerdict>((resolve) => search.onVerdict(resolve));
    search.cancel();
    expect(await verdict).toMatchObject({ verdict: 'limit', limit: 'cancelled' });
  }, 60_000);
});
