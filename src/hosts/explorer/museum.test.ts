/** The museum through the engine: each world breaks before its fix or with its mutation, and is safe after or without. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silent } from '../../haproxy/step/events.ts';
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import { Machine } from '../../machine/machine.ts';
import { replay } from '../../machine/schedule.ts';
import { setUp } from '../../machine/setup.ts';
import { PlainMem } from '../../memory/plain.ts';
import { makeWorld } from '../../scenario/make.ts';
import { MUSEUM, type MuseumRun, museumRun } from '../../scenario/museum/index.ts';
import { seeded } from '../../scenario/testing/worlds.ts';
import { retrace } from './retrace.ts';
import { Shard } from './shard.ts';

const MEMORY = 2 ** 30;

interface RecordedSearch {
  world: string;
  fixed: boolean;
  states: number;
  transitions: number;
  depth: number;
  facts: number[];
  verdict: 'violation' | 'safe';
  broken?: unknown;
  codes?: number[];
  steps?: string[];
}

/** Each search as an earlier edition ran it: what it met, what it found, and by which choices. */
const recorded: RecordedSearch[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../testdata/recorded/museum.json'), 'utf8'),
);

const recordedOf = (world: string, fixed: boolean): RecordedSearch =>
  recorded.find((r) => r.world === world && r.fixed === fixed)!;

/** Level by level until something breaks or there is no more. */
function search(x: MachineWorld): Shard {
  const shard = new Shard(x, { me: 0, of: 1, memory: MEMORY, reduction: false }, () => {
    throw new Error('one shard has nobody to send to');
  });
  shard.level();
  while (shard.open > 0 && !shard.find) {
    while (shard.expand(1 << 16));
    shard.level();
  }
  if (shard.budget.full) throw new Error('not enough memory');
  return shard;
}

/** What a search has met, as it is recorded. */
const metBy = ({ visited, transitions, depth, facts }: Shard) => ({
  states: visited.count,
  transitions,
  depth,
  facts: [...facts],
});

const without = ({ world: _, fixed: __, ...rest }: RecordedSearch) => rest;

/** Choices that lead to what a shard found. */
function codesOf(shard: Shard): number[] {
  const { find, visited } = shard;
  if (!find) throw new Error('nothing was found');
  const codes = find.code < 0 ? [] : [find.code];
  for (let id = find.state; id >= 0 && visited.parent(id) >= 0; id = visited.parent(id))
    codes.unshift(visited.code(id));
  return codes;
}

/** The machine that runs by the clock, led to where the search begins. */
function byTheClock(run: MuseumRun): Machine {
  const { W, P } = makeWorld(run.data, run.options, 1);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const x = new Machine(m, W, P, silent);
  x.boot();
  expect(replay(x, run.beginning)).toBe('');
  return x;
}

describe.each(MUSEUM.map((w) => w.id))('%s', (id) => {
  const spec = { world: id };
  const of = (fixed: boolean): MuseumRun => museumRun({ ...spec, fixed });

  test('breaks, and its shortest run plays on the machine that runs by the clock', {
    timeout: 120_000,
  }, () => {
    const run = of(false);
    const shard = search(run.explorable);
    const { broken } = shard.find!;
    expect(broken.rule || broken.symptom).toBe(run.world.breaks);
    const codes = codesOf(shard);
    const found = retrace(() => of(false).explorable, {
      codes,
      reduction: false,
      broken,
      inState: shard.find!.inState,
    });
    expect(found.rows).toHaveLength(codes.length);
    expect({
      ...metBy(shard),
      verdict: 'violation',
      broken,
      codes,
      steps: found.rows.map((r) => `${r.thread} ${r.procedure} ${r.step}`),
    }).toEqual(without(recordedOf(id, false)));
    const x = byTheClock(run);
    for (const c of found.choices) expect(x.apply(c)).toBe('');
    const there = of(false).explorable;
    for (const c of codes) there.take(c);
    expect(x.hash()).toBe(there.machineHash());
  });

  test('is safe within its bounds', { timeout: 240_000 }, () => {
    const shard = search(of(true).explorable);
    expect(shard.find).toBe(null);
    expect(shard.open).toBe(0);
    expect({ ...metBy(shard), verdict: 'safe' }).toEqual(without(recordedOf(id, true)));
  });

  test('has something to choose, meets something that is counted, and spares nothing without need', {
    timeout: 120_000,
  }, () => {
    const { states, transitions, facts } = recordedOf(id, true);
    expect(transitions).toBeGreaterThanOrEqual(states);
    expect(facts.some((n) => n > 0)).toBe(true);
    const { world } = of(false);
    if (world.unspared === undefined) return;
    const found = search(museumRun({ ...spec, fixed: false, unspared: true }).explorable).find!;
    expect(found.broken.rule || found.broken.symptom).toBe(world.unspared);
    for (const one of Object.keys(world.spared)) {
      const run = of(false);
      const { W, P, mem } = run.explorable;
      const off = new Set([...run.off].filter((o) => o !== one));
      const other = search(new MachineWorld(W, P, mem.w, run.bounds, off)).find!.broken;
      expect(other.rule || other.symptom, one).not.toBe(world.breaks);
    }
  });

  test('reaches by its choices what the machine that runs by the clock reaches', { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 4; seed++) {
      const run = of(true);
      const { explorable } = run;
      const x = byTheClock(run);
      const rnd = seeded(seed);
      const out = new Int32Array(explorable.maxEnabled);
      expect(explorable.machineHash()).toBe(x.hash());
      for (let i = 0; i < 400; i++) {
        const n = explorable.enabled(out);
        if (n === 0) break;
        const code = out[Math.floor(rnd() * n)]!;
        for (const c of explorable.schedule([code])) expect(x.apply(c)).toBe('');
        explorable.take(code);
        expect(explorable.broken()).toBe(null);
        if (i % 10 === 0) expect(x.hash(), `after ${i + 1} choices`).toBe(explorable.machineHash());
      }
      expect(x.hash()).toBe(explorable.machineHash());
    }
  });
});
