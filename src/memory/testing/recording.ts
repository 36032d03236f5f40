import type { Op } from './check.ts';
import type { ScenarioName } from './scenarios.ts';

/** What a worker is told once. */
export interface Setup {
  readonly scenario: ScenarioName;
  readonly thread: number;
  /** `napping` is sound and stops in the middle of things; `torn` is not sound, and the checker has to find that. */
  readonly memory: 'shared' | 'napping' | 'torn';
  /** Leaves locks out, for scenarios whose safety is a lock. */
  readonly unlocked: boolean;
  /** Rounds of one job, and operations of each thread in one. */
  readonly rounds: number;
  readonly steps: number;
  readonly block: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly histories: readonly SharedArrayBuffer[];
}

export interface Job {
  readonly seed: number;
}

/** The result of an operation that threw. */
export const THREW = -99;

/** Words: 0 clock, 1 arrivals at the barrier. */
export const CONTROL_BYTES = 8;
const RECORD = 6;
/** Operations that `finish` may add to a round. */
const FINISH = 24;

/** Bytes of one thread's history. */
export function historyBytes(rounds: number, steps: number): number {
  return rounds * (1 + (steps + FINISH) * RECORD) * 4;
}

/** Where two threads wait for each other: spinning first, so that they leave it together. */
export class Barrier {
  private readonly control: Int32Array;
  private passed = 0;

  constructor(control: Int32Array) {
    this.control = control;
  }

  wait(): void {
    this.passed += 2;
    Atomics.add(this.control, 1, 1);
    Atomics.notify(this.control, 1);
    for (let spins = 0; ; spins++) {
      const arrived = Atomics.load(this.control, 1);
      if (arrived >= this.passed) return;
      if (spins > 20_000) Atomics.wait(this.control, 1, arrived, 1);
    }
  }
}

/** A thread's operations, round by round, in memory that the checker reads afterwards. */
export interface History {
  begin(round: number): void;
  add(name: number, a: number, b: number, result: number, start: number, end: number): void;
  read(round: number, names: readonly string[]): Op[];
}

export function openHistory(setup: Pick<Setup, 'histories' | 'steps'>, thread: number): History {
  const w = new Int32Array(setup.histories[thread]!);
  const stride = 1 + (setup.steps + FINISH) * RECORD;
  let base = 0;
  return {
    begin(round) {
      base = round * stride;
      w[base] = 0;
    },
    add(...words) {
      const n = w[base]!;
      if (n >= setup.steps + FINISH) throw new Error('history is full');
      w.set(words, base + 1 + n * RECORD);
      w[base] = n + 1;
    },
    read(round, names) {
      const at = round * stride;
      return Array.from({ length: w[at]! }, (_, i) => {
        const [name, a, b, result, start, end] = w.subarray(at + 1 + i * RECORD) as unknown as number[];
        return { name: names[name!]!, a: a!, b: b!, result: result!, start: start!, end: end! };
      });
    },
  };
}
