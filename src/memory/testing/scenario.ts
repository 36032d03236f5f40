import type { Mem } from '../mem.ts';
import type { BlockLayout } from '../plan.ts';
import type { Model } from './check.ts';

/** Numbers for a worker's decisions; the same seed gives the same ones. */
export class Rnd {
  private x: number;

  constructor(seed: number) {
    this.x = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    this.x ^= this.x << 13;
    this.x ^= this.x >>> 17;
    this.x ^= this.x << 5;
    return (this.x >>> 0) % n;
  }
}

/** Runs one operation and records it with its times. `name` is an index into `Scenario.names`. */
export type Record = (name: number, a: number, b: number, run: () => number) => number;

/** What a thread remembers within a round: elements, slots or locks it holds. */
export type Held = number[];

/** One composite under test: what two threads do to it at once, and what a single one would see. */
export interface Scenario<S> {
  readonly names: readonly string[];
  readonly block: BlockLayout;
  /** Brings the block to the model's initial state; nobody else is running. */
  reset(m: Mem): void;
  /** What a thread holds at the beginning of a round. */
  held(thread: number): Held;
  /** One random operation. `broken` leaves out what makes it safe, where the memory's own atomics are not that. */
  step(m: Mem, thread: number, rnd: Rnd, held: Held, record: Record, broken: boolean): void;
  /** Reads off what is left, when nobody else is running any more. */
  finish(m: Mem, record: Record): void;
  readonly model: Model<S>;
}
