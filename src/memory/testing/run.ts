import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { historyText, isLinearizable, type Op } from './check.ts';
import { CONTROL_BYTES, historyBytes, openHistory, type Setup } from './recording.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

/** Node takes TypeScript in a worker only if the loader is registered inside it: `--import` does not reach there. */
const BOOT = `import('tsx/esm/api').then((tsx) => {
  tsx.register();
  return import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});
})`;

export interface Outcome {
  /** Operations recorded, and how many of them answered RETRY. */
  readonly ops: number;
  readonly retries: number;
  /** Pairs of operations of different threads that overlapped in time. */
  readonly overlaps: number;
  /** The first history that no order explains. */
  readonly violation: string | null;
}

export interface Options {
  readonly memory?: Setup['memory'];
  readonly unlocked?: boolean;
  readonly rounds?: number;
  readonly steps?: number;
  /** Jobs of `rounds` rounds; the run ends early at a violation. */
  readonly jobs?: number;
}

/** Lets two worker threads at one composite and checks every round of what they did. */
export async function runLinear(name: ScenarioName, options: Options = {}): Promise<Outcome> {
  const { rounds = 1500, steps = 6, jobs = 2, memory = 'shared', unlocked = false } = options;
  const scenario = scenarios[name] as Scenario<unknown>;
  const shared = {
    scenario: name,
    memory,
    unlocked,
    rounds,
    steps,
    block: new SharedArrayBuffer(scenario.block.words * 4),
    control: new SharedArrayBuffer(CONTROL_BYTES),
    histories: [0, 1].map(() => new SharedArrayBuffer(historyBytes(rounds, steps))),
  };
  const workers = [0, 1].map(
    (thread) => new Worker(BOOT, { eval: true, workerData: { ...shared, thread } satisfies Setup }),
  );
  const total = { ops: 0, retries: 0, overlaps: 0, violation: null as Outcome['violation'] };
  try {
    for (let seed = 0; seed < jobs && total.violation === null; seed++) {
      const done = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage({ seed });
      await Promise.all(done);
      const histories = workers.map((_, t) => openHistory(shared, t));
      for (let r = 0; r < rounds && total.violation === null; r++) {
        const threads = histories.map((h) => h.read(r, scenario.names));
        count(total, threads);
        if (!isLinearizable(scenario.model, threads)) total.violation = historyText(threads);
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return total;
}

function count(total: { ops: number; retries: number; overlaps: number }, threads: readonly Op[][]): void {
  const [first = [], second = []] = threads;
  total.ops += first.length + second.length;
  for (const op of [...first, ...second]) if (op.result === -1) total.retries++;
  for (const a of first) for (const b of second) if (a.start < b.end && b.start < a.end) total.overlaps++;
}
