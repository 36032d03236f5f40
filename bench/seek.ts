import { bigCapture, readWork } from '../src/capture/bench.ts';
import { parseKeyLog } from '../src/capture/index.ts';
import type { Engine, Frame } from '../src/hosts/engine.ts';
import { startEngine } from '../src/hosts/pool.ts';
import { beginning } from '../src/scenario/beginning.ts';
import type { Suite } from './contract.ts';
import { measure, median } from './measure.ts';
import { OPTIONS } from './options.ts';

const STEPS = 1_000_000;
/** Bytes of a made-up capture that runs for so many steps. */
const SIZE = 60e6;
const SEEKS = 30;
const GOLDEN = 0.6180339887498949;

function frameWhere(engine: Engine, test: (f: Frame) => boolean): Promise<Frame> {
  return new Promise((resolve) => {
    const stop = engine.onFrame((f) => {
      if (!test(f)) return;
      queueMicrotask(() => stop());
      resolve(f);
    });
  });
}

/** Going to any step of a long recording as the page does it: from its order until the block is in its hands. */
export const seek: Suite = {
  name: 'seek',
  where: ['chromium'],
  async run(now) {
    const { file, keys } = bigCapture(SIZE);
    const data = beginning('seek', readWork(file), parseKeyLog(keys));
    const engine = startEngine({
      data,
      options: OPTIONS,
      moment: { departures: [], end: STEPS, at: STEPS },
    });
    engine.onRefused((why) => {
      throw new Error(why);
    });
    await frameWhere(engine, (f) => f.steps === STEPS);
    let turn = 0;
    const rows = await measure(
      [
        {
          what: 'any of 1,000,000 recorded steps, from the page’s order to its picture (median of random seeks)',
          unit: 'ms',
          atMost: 16,
          async once(t) {
            const took: number[] = [];
            for (let i = 0; i < SEEKS; i++) {
              const at = Math.floor(((++turn * GOLDEN) % 1) * (STEPS + 1));
              const there = frameWhere(engine, (f) => f.steps === at);
              const began = t();
              engine.order({ kind: 'seek', at });
              await there;
              took.push(t() - began);
            }
            return median(took);
          },
        },
      ],
      now,
      5,
    );
    engine.close();
    return rows;
  },
};
