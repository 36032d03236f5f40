/** What the other hosts reach, the search reaches: the same hash. */
import { describe, expect, test } from 'vitest';
import type { Choice } from '../../machine/choice.ts';
import type { MachineWorld } from '../../machine/explore/machine-world.ts';
import { Machine } from '../../machine/machine.ts';
import { replay } from '../../machine/schedule.ts';
import { setUp } from '../../machine/setup.ts';
import { recording } from '../../machine/sink.ts';
import { hashWords } from '../../memory/hash.ts';
import { PlainMem } from '../../memory/plain.ts';
import { makeWorld } from '../../scenario/make.ts';
import { type MuseumRun, museumRun } from '../../scenario/museum/index.ts';
import { pool } from '../testing/pool.ts';
import { retrace } from './retrace.ts';
import { Shard } from './shard.ts';
import { trailTo } from './testing/here.ts';

/** Level by level until something breaks or all is seen. */
function search(x: MachineWorld): Shard {
  const shard = new Shard(x, { me: 0, of: 1, memory: 2 ** 30, reduction: false }, () => {
    throw new Error('one shard has nobody to send to');
  });
  shard.level();
  while (shard.open > 0 && !shard.find) {
    while (shard.expand(1 << 16));
    shard.level();
  }
  return shard;
}

/** The machine that runs by the clock, where the search of `run` begins. */
function machineAt(run: MuseumRun): Machine {
  const { W, P } = makeWorld(run.data, run.options);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const machine = new Machine(m, W, P, recording);
  machine.boot();
  expect(replay(machine, run.beginning)).toBe('');
  return machine;
}

describe.each(['M01', 'M04', 'M08', 'X01', 'X03', 'X11'])('%s', (world) => {
  test('the clock leads only to states that a search of all orders has seen', () => {
    const after = museumRun({ world, fixed: true });
    const shard = search(after.explorable);
    const x = museumRun({ world, fixed: true }).explorable;
    const machine = machineAt(after);
    const codes = new Int32Array(x.maxEnabled);
    let steps = 0;
    // Where everything sleeps until a person orders something, the order comes first.
    if ((machine.pick()?.kind ?? 'expire') === 'expire') {
      const ordered = [...codes.subarray(0, x.enabled(codes))].find(
        (c) => x.schedule([c])[0]?.kind === 'rebind',
      );
      expect(machine.apply(x.schedule([ordered!])[0]!)).toBe('');
      x.take(ordered!);
    }
    for (let p = machine.pick(); p && steps < 2000; p = machine.pick(), steps++) {
      const choice: Choice =
        p.kind === 'deliver' ? { kind: 'deliver', dgram: p.dgram } : { kind: p.kind, tid: p.tid };
      const can = [...codes.subarray(0, x.enabled(codes))];
      const code = can.find((c) => JSON.stringify(x.schedule([c])[0]) === JSON.stringify(choice));
      // Beyond the bounds of the search, or where milliseconds decide: it knows only the order of events.
      if (code === undefined || p.kind === 'expire') break;
      machine.take(p);
      x.take(code);
      expect(machine.hash()).toBe(x.machineHash());
      expect(shard.visited.find(x.mem.lane(0, false), x.mem.lane(1, false))).toBeGreaterThanOrEqual(0);
    }
    expect(steps).toBeGreaterThan(10);
  });
});

test.each(['shared', 'transferred'] as const)(
  'a run that was found, on turn-taking workers, block %s',
  async (sharing) => {
    const run = museumRun({ world: 'M01', fixed: false });
    const found = search(run.explorable);
    const { choices } = retrace(
      () => museumRun({ world: 'M01', fixed: false }).explorable,
      trailTo(found, found.find!),
    );
    const x = museumRun({ world: 'M01', fixed: false }).explorable;
    for (const c of choices) if (c.kind === 'step') x.take(c.tid);
    const { departures, end } = run.beginning;
    const more = choices.map((choice, i) => ({ at: end + i, choice }));
    const moment = { departures: [...departures, ...more], end: end + choices.length };
    const p = pool(sharing, { data: run.data, options: run.options, moment });
    try {
      p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
      const f = await p.until((frame) => frame.steps === moment.end);
      expect(hashWords(f.block, x.W.layout.kinds, false)).toBe(x.machineHash());
    } finally {
      p.close();
    }
  },
);
