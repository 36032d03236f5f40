/**
 * Order of the marks in their columns: newest on top. Kept from reading to reading, because a reading only says who owns a
 * connection now, not since when.
 */
import { MOVES_MS } from './history.ts';
import type { Reading } from './reading.ts';

export interface Sediment {
  add(reading: Reading): void;
  /** Places in column `tid`, oldest first. */
  column(tid: number): Int32Array;
  /** Whether place `c` came to its thread by a move of the last 10 s. */
  fresh(c: number): boolean;
  /** How long place `c` has been seen on its thread, ms. */
  age(c: number): number;
  /** Moves of the last 10 s into and out of column `tid` that were seen. */
  came(tid: number): number;
  went(tid: number): number;
  /** Datagrams a second of place `c`, over about the last second. */
  rate(c: number): number;
  /** Mean of `rate` over all connections there are. */
  mean(): number;
}

interface Move {
  at: number;
  from: number;
  to: number;
}

/** Rates of single connections are renewed this often, ms. */
const RATE_MS = 1000;

/** Columns of a pool of `threads` threads with room for `places` connections. */
export function createSediment(threads: number, places: number): Sediment {
  const owner = new Int16Array(places).fill(-1);
  const since = new Float64Array(places);
  const movedAt = new Float64Array(places).fill(Number.NEGATIVE_INFINITY);
  const columns = Array.from({ length: threads }, () => new Int32Array(64));
  const lengths = new Int32Array(threads);
  const rates = new Float64Array(places);
  const counted = new Uint32Array(places);
  const generation = new Int32Array(places);
  const countedIn = new Int32Array(places);
  /** Changed in the reading that is being taken in. */
  const changed = new Uint8Array(places);
  /** By the first place of what is read in one go: when it was counted, and the sum and number of its rates. */
  const portions = new Map<number, { at: number; sum: number; n: number }>();
  let moves: Move[] = [];
  /** By thread, of `moves`. */
  const came = new Int32Array(threads);
  const went = new Int32Array(threads);
  let now = 0;
  let mean = 0;

  function append(tid: number, c: number): void {
    const at = lengths[tid]!;
    let column = columns[tid]!;
    if (at === column.length) {
      column = new Int32Array(at * 2);
      column.set(columns[tid]!);
      columns[tid] = column;
    }
    column[at] = c;
    lengths[tid] = at + 1;
  }

  /** Moves that are older than the window. */
  function forget(): void {
    const first = moves.findIndex((m) => now - m.at < MOVES_MS);
    const old = first < 0 ? moves.length : first;
    for (let i = 0; i < old; i++) {
      came[moves[i]!.to]!--;
      went[moves[i]!.from]!--;
    }
    if (old > 0) moves = moves.slice(old);
  }

  function renewRates(reading: Reading): void {
    const { from, to, at } = reading;
    const portion = portions.get(from);
    if (!portion) {
      portions.set(from, { at, sum: 0, n: 0 });
      counted.set(reading.datagrams.subarray(from, to), from);
      countedIn.set(reading.generation.subarray(from, to), from);
      return;
    }
    const s = (at - portion.at) / 1000;
    if (s * 1000 < RATE_MS) return;
    let sum = 0;
    let n = 0;
    for (let c = from; c < to; c++) {
      // A place that was given to another connection counts from nothing again.
      const base = countedIn[c] === reading.generation[c] ? counted[c]! : 0;
      // Modulo 2^32; counts that went back to an earlier image are no rate.
      rates[c] = Math.max(0, (reading.datagrams[c]! - base) | 0) / s;
      counted[c] = reading.datagrams[c]!;
      countedIn[c] = reading.generation[c]!;
      if (owner[c]! < 0) continue;
      sum += rates[c]!;
      n++;
    }
    Object.assign(portion, { at, sum, n });
    const all = [...portions.values()].reduce((a, b) => ({ at, sum: a.sum + b.sum, n: a.n + b.n }));
    mean = all.n > 0 ? all.sum / all.n : 0;
  }

  return {
    add(reading) {
      now = reading.at;
      const left = new Set<number>();
      const arrived: number[] = [];
      for (let c = reading.from; c < reading.to; c++) {
        const was = owner[c]!;
        const is = reading.owner[c]!;
        const another = generation[c] !== reading.generation[c];
        if (was === is && !another) continue;
        if (was >= 0) left.add(was);
        owner[c] = is;
        changed[c] = 1;
        generation[c] = reading.generation[c]!;
        since[c] = now;
        const move = was >= 0 && is >= 0 && !another;
        movedAt[c] = move ? now : Number.NEGATIVE_INFINITY;
        if (move) {
          moves.push({ at: now, from: was, to: is });
          came[is]!++;
          went[was]!++;
        }
        if (is >= 0) arrived.push(c);
      }
      for (const t of left) {
        const column = columns[t]!;
        let kept = 0;
        for (let i = 0; i < lengths[t]!; i++) {
          const c = column[i]!;
          if (owner[c] === t && !changed[c]) column[kept++] = c;
        }
        lengths[t] = kept;
      }
      for (const c of arrived) append(owner[c]!, c);
      changed.fill(0);
      forget();
      renewRates(reading);
    },
    column: (tid) => columns[tid]!.subarray(0, lengths[tid]),
    fresh: (c) => now - movedAt[c]! < MOVES_MS,
    age: (c) => now - since[c]!,
    came: (tid) => came[tid]!,
    went: (tid) => went[tid]!,
    rate: (c) => rates[c]!,
    mean: () => mean,
  };
}
