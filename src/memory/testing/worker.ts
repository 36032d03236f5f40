import { parentPort, workerData } from 'node:worker_threads';
import type { Mem } from '../mem.ts';
import { SharedMem } from '../shared.ts';
import { NappingMem } from './napping.ts';
import { Barrier, type Job, openHistory, type Setup, THREW } from './recording.ts';
import { Rnd, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { TornMem } from './torn.ts';

const setup = workerData as Setup;
const scenario = scenarios[setup.scenario] as Scenario<unknown>;
const words = new Int32Array(setup.block);
const memories = { shared: SharedMem, napping: NappingMem, torn: TornMem };
const m: Mem = new memories[setup.memory](words);
const control = new Int32Array(setup.control);
const barrier = new Barrier(control);
const history = openHistory(setup, setup.thread);

function round(number: number, rnd: Rnd): void {
  const { thread } = setup;
  const held = scenario.held(thread);
  history.begin(number);
  if (thread === 0) scenario.reset(m);
  barrier.wait();
  for (let i = 0; i < setup.steps; i++) scenario.step(m, thread, rnd, held, record, setup.unlocked);
  barrier.wait();
  if (thread === 0) scenario.finish(m, record);
}

function record(name: number, a: number, b: number, run: () => number): number {
  const start = Atomics.add(control, 0, 1);
  let result: number;
  try {
    result = run();
  } catch {
    result = THREW;
  }
  history.add(name, a, b, result, start, Atomics.add(control, 0, 1));
  return result;
}

parentPort!.on('message', (job: Job) => {
  const rnd = new Rnd(job.seed * 2 + setup.thread);
  for (let i = 0; i < setup.rounds; i++) round(i, rnd);
  parentPort!.postMessage('done');
});
