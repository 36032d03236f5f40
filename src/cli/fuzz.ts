/**
 * `npm run fuzz -- [--of packets|links|moments|captures|keylogs|messages] [--inputs N] [--go] [--seed S] [--from I]`: breaks inputs made of the
 * bundled captures and reads them, of every kind unless one is named; `--go`: what opens is also run 10 000 steps on. Prints how
 * often each outcome came; exit 1 on the first input that is not taken as it should, with what is needed to make it again.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fuzzer, FuzzFailure } from '../quic/fuzz/engine.ts';
import { fuzz, KindFailure, type Outcomes } from './fuzzing/kind.ts';
import { KINDS, type KindName, kindOf } from './fuzzing/kinds.ts';
import { fuzzReport } from './fuzzing/packet-report.ts';
import { captureSeeds } from './fuzzing/packet-seeds.ts';

const CAPTURES = join(import.meta.dirname, '../../public/captures');
const PORTION = 100_000;
/** Unless told otherwise: packets are read in microseconds, what is opened in milliseconds. */
const INPUTS = { packets: 2_000_000, others: 100_000 } as const;

interface Asked {
  inputs: number | undefined;
  seed: number;
  from: number;
  go: boolean;
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`--${name} wants a whole number, not ${text}`);
  return value;
}

const again = (of: string, seed: number, from: number): string =>
  `again with: --of ${of} --seed ${seed} --from ${from} --inputs 1`;

function packets({ inputs = INPUTS.packets, seed, from }: Asked): number {
  const seeds = captureSeeds(CAPTURES);
  const fuzzer = new Fuzzer(seeds, seed, from);
  console.log(`packets: ${seeds.length} seeds, ${inputs} inputs`);
  try {
    for (let done = 0; done < inputs; done += PORTION) fuzzer.step(Math.min(PORTION, inputs - done));
  } catch (error) {
    if (!(error instanceof FuzzFailure)) throw error;
    console.error(`${error.message}\n${again('packets', seed, error.index)}\n${error.input}`);
    return 1;
  }
  console.log(fuzzReport(fuzzer.report));
  return 0;
}

async function others(name: KindName, { inputs = INPUTS.others, seed, from, go }: Asked): Promise<number> {
  const kind = await kindOf(name, CAPTURES);
  const outcomes: Outcomes = new Map();
  console.log(`\n${name}: ${inputs} inputs${go && kind.go ? ', opened and run 10 000 steps' : ''}`);
  try {
    await fuzz(kind, { seed, from, inputs, go }, outcomes);
  } catch (error) {
    if (!(error instanceof KindFailure)) throw error;
    console.error(
      `${error.message}\nagain with: --of ${name} --seed ${seed}${go ? ' --go' : ''} --from ${error.index} --inputs 1`,
    );
    return 1;
  }
  for (const [outcome, count] of [...outcomes].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(10)}  ${outcome}`);
  return 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      of: { type: 'string' },
      inputs: { type: 'string' },
      go: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
    },
  });
  const asked: Asked = {
    inputs: values.inputs === undefined ? undefined : wholeNumber(values.inputs, 'inputs'),
    seed: wholeNumber(values.seed, 'seed'),
    from: wholeNumber(values.from, 'from'),
    go: values.go,
  };
  const all = ['packets', ...KINDS] as const;
  const chosen = values.of === undefined ? all : all.filter((k) => k === values.of);
  if (chosen.length === 0) throw new RangeError(`--of is one of ${all.join(', ')}, not ${values.of}`);
  for (const name of chosen) {
    const code = name === 'packets' ? packets(asked) : await others(name, asked);
    if (code !== 0) return code;
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
