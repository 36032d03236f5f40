import type { Budget } from './budget.ts';

/** A run's key among those of one length: the rank of its parent, then its code. Exact up to 2^32 states a level. */
export const CODES = 1 << 20;
export const keyOf = (rank: number, code: number): number => rank * CODES + code;

/**
 * The order of schedules, level by level: a state's rank is the place of its smallest shortest schedule among all states of
 * its level, over all shards. One shard finds states in that order by itself; several sort their keys and exchange them.
 */
export class Ranks {
  /** First id of the level that is being found. */
  start = 0;
  private building = new Float64Array(1024);
  private own = new Float64Array(0);
  private ownStart = 0;
  /** Sorted keys of the level that is being expanded, one array a shard. */
  private all: Float64Array[] = [];

  constructor(
    private readonly alone: boolean,
    private readonly budget: Budget,
  ) {}

  /** A state of the level that is being found was reached for the first time. */
  first(id: number, key: number): void {
    if (this.alone) return;
    const i = id - this.start;
    if (i >= this.building.length) {
      if (!this.budget.take(this.building.length * 8)) return;
      const bigger = new Float64Array(this.building.length * 2);
      bigger.set(this.building);
      this.building = bigger;
    }
    this.building[i] = key;
  }

  /** Reached again: whether it is by a smaller schedule of the same length, which then counts. */
  better(id: number, key: number): boolean {
    if (this.alone || id < this.start) return false;
    const i = id - this.start;
    if (key >= this.building[i]!) return false;
    this.building[i] = key;
    return true;
  }

  /** The level that was found is to be expanded; `count` states are known. Returns its keys here, sorted. */
  turn(count: number): Float64Array {
    if (!this.alone) this.own = this.building.slice(0, count - this.start);
    this.ownStart = this.start;
    this.start = count;
    return this.own.slice().sort();
  }

  /** The sorted keys of all shards, this one's too. */
  exchange(all: Float64Array[]): void {
    this.all = all;
  }

  /** Rank of state `id` of the level that is being expanded. */
  of(id: number): number {
    if (this.alone) return id - this.ownStart;
    const key = this.own[id - this.ownStart]!;
    let rank = 0;
    for (const keys of this.all) rank += below(keys, key);
    return rank;
  }
}

/** How many of the sorted `keys` are below `key`. */
function below(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const half = (low + high) >> 1;
    if (keys[half]! < key) low = half + 1;
    else high = half;
  }
  return low;
}
