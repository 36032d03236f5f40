import { Machine } from '../src/machine/machine.ts';
import { record } from '../src/machine/recording/make.ts';
import type { Recording } from '../src/machine/recording/recording.ts';
import { setUp } from '../src/machine/setup.ts';
import { recording as ring } from '../src/machine/sink.ts';
import { PlainMem } from '../src/memory/plain.ts';
import type { WorldData } from '../src/scenario/data.ts';
import { makeWorld } from '../src/scenario/make.ts';

import type { Suite } from './contract.ts';
import { type Case, measure, median } from './measure.ts';
import { OPTIONS } from './options.ts';
import { dataOfBurst } from './steps.ts';

const STEPS = 1_000_000;
/** Enough datagrams for so many steps. */
const DATAGRAMS = 40_000;
const SEEKS = 40;
const GOLDEN = 0.6180339887498949;

function plain(data: WorldData): Machine {
  const { W, P } = makeWorld(data, OPTIONS);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const x = new Machine(m, W, P, ring);
  x.boot();
  return x;
}

function recorded(data: WorldData): Recording {
  const { W, P } = makeWorld(data, OPTIONS);
  return record(new PlainMem(new Int32Array(W.layout.words)), W, P, ring);
}

function timed(now: () => number, run: (n: number) => number): number {
  const began = now();
  if (run(STEPS) !== STEPS) throw new Error('the world ended too early');
  return now() - began;
}

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** A recording of a million steps: what it costs while they run, what it holds, and how soon any moment of it is back. */
export const recordings: Suite = {
  name: 'recording',
  where: ['node'],
  async run(now) {
    const data = await dataOfBurst(DATAGRAMS);
    const before = memoryInUse();
    const long = recorded(data);
    timed(now, (n) => long.run(n));
    const hold = memoryInUse() - before;
    let turn = 0;
    const cases: Case[] = [
      {
        what: 'recording while steps run inline, over running alone',
        unit: 'times',
        atMost: 2,
        once(t) {
          const x = plain(data);
          const r = recorded(data);
          const alone = timed(t, (n) => x.run(n));
          return timed(t, (n) => r.run(n)) / alone;
        },
      },
      {
        what: 'any of 1,000,000 recorded steps, to its block (median of random seeks)',
        unit: 'ms',
        atMost: 16,
        once(t) {
          const took: number[] = [];
          for (let i = 0; i < SEEKS; i++) {
            // Spread over the recording without order, the same in every run.
            const at = Math.floor(((++turn * GOLDEN) % 1) * (STEPS + 1));
            const began = t();
            long.seek(at);
            took.push(t() - began);
            if (long.at !== at) throw new Error(`stands at ${long.at} instead of ${at}`);
          }
          return median(took);
        },
      },
      {
        what: 'memory of 1,000,000 recorded steps (world and garbage included)',
        unit: 'MB',
        atMost: 400,
        once: () => hold,
      },
    ];
    return measure(cases, now, 5);
  },
};
