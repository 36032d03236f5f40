/**
 * `npm run fuzz -- [--inputs N] [--seed S] [--from I]`: breaks datagrams, frames and handshake messages of the
 * bundled captures and reads them. Prints how often each error was reached; exit 1 on the first input that is
 * not taken as it should, with what is needed to make it again.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fuzzer, FuzzFailure } from '../quic/fuzz/engine.ts';
import { fuzzReport } from './fuzz-report.ts';
import { captureSeeds } from './fuzz-seeds.ts';

const CAPTURES = join(import.meta.dirname, '../../public/captures');
const PORTION = 100_000;

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`--${name} wants a whole number, not ${text}`);
  return value;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '2000000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
    },
  });
  const inputs = wholeNumber(values.inputs, 'inputs');
  const seeds = captureSeeds(CAPTURES);
  const fuzzer = new Fuzzer(seeds, wholeNumber(values.seed, 'seed'), wholeNumber(values.from, 'from'));
  console.log(`${seeds.length} seeds, ${inputs} inputs`);
  try {
    for (let done = 0; done < inputs; done += PORTION) fuzzer.step(Math.min(PORTION, inputs - done));
  } catch (error) {
    if (!(error instanceof FuzzFailure)) throw error;
    console.error(
      `${error.message}\nagain with: --seed ${values.seed} --from ${error.index} --inputs 1\n${error.input}`,
    );
    return 1;
  }
  console.log(fuzzReport(fuzzer.report));
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
