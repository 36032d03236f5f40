import type { Row } from './contract.ts';

/** One thing to measure. `once` does the work one time and gives the figure in the row's unit. */
export interface Case extends Pick<Row, 'what' | 'unit' | 'atMost' | 'atLeast'> {
  once(now: () => number): number | Promise<number>;
  /** Name of the case (its `what`) this one stands beside: the ratio is taken round by round. */
  beside?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Measures all cases in turn, round after round, so that a noisy neighbour falls on each of them alike. The first round
 * warms up and is thrown away.
 */
export async function measure(cases: readonly Case[], now: () => number, rounds = 7): Promise<Row[]> {
  const figures = new Map<Case, number[]>(cases.map((one) => [one, []]));
  for (let round = -1; round < rounds; round++) {
    for (const one of cases) {
      const figure = await one.once(now);
      if (round >= 0) figures.get(one)!.push(figure);
    }
  }
  return cases.map((one) => {
    const own = figures.get(one)!;
    const other = cases.find((c) => c.what === one.beside);
    const row: Row = {
      what: one.what,
      unit: one.unit,
      median: median(own),
      low: Math.min(...own),
      high: Math.max(...own),
    };
    if (one.atMost !== undefined) row.atMost = one.atMost;
    if (one.atLeast !== undefined) row.atLeast = one.atLeast;
    if (other) {
      const theirs = figures.get(other)!;
      // Of a rate more is better, of a time less.
      const faster = (mine: number, its: number): number =>
        one.atLeast === undefined ? its / mine : mine / its;
      row.ratio = { to: other.what, times: median(own.map((figure, i) => faster(figure, theirs[i]!))) };
    }
    return row;
  });
}

/** A case's `once` for work so short that it must be repeated: nanoseconds (or `scale` of a ms) for one of `n` times. */
export function each(n: number, work: () => void, perMs = 1e6): (now: () => number) => number {
  return (now) => {
    const began = now();
    for (let i = 0; i < n; i++) work();
    return ((now() - began) * perMs) / n;
  };
}
