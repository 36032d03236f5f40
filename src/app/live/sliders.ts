/** Sliders over several powers of ten. Positions are 0 to 100. */
import { scalePow } from 'd3-scale';

export interface SliderScale {
  value(position: number): number;
  position(value: number): number;
}

/** Steps of one to two in a hundred: what a person can tell apart. */
function rounded(x: number): number {
  if (x < 100) return Math.round(x);
  const unit = 10 ** (Math.floor(Math.log10(x)) - 1) / 5;
  return Math.round(x / unit) * unit;
}

/**
 * From 0 to `most`, finer at the low end; with `open` the last position means without limit. No two positions are the same, and
 * each of `stops` has one.
 */
export function sliderScale(most: number, open = false, stops: readonly number[] = []): SliderScale {
  const last = open ? 99 : 100;
  const scale = scalePow().exponent(3).domain([0, last]).range([0, most]);
  const values: number[] = [0];
  for (let p = 1; p < last; p++) values.push(Math.max(values[p - 1]! + 1, rounded(scale(p))));
  values.push(most);
  for (const stop of stops) values[nearest(values, stop)] = stop;
  if (open) values.push(Number.POSITIVE_INFINITY);
  return {
    value: (p) => values[p] ?? 0,
    position: (v) => (v === Number.POSITIVE_INFINITY ? values.length - 1 : nearest(values, v)),
  };
}

/** Place of the value in `values` that is nearest to `v`. */
function nearest(values: readonly number[], v: number): number {
  const at = values.findIndex((x) => x >= v);
  if (at <= 0) return at < 0 ? values.length - 1 : 0;
  return values[at]! - v < v - values[at - 1]! ? at : at - 1;
}

/** Most connections, and how many a pool has room for that was begun with fewer. */
export const MOST_CONNECTIONS = 100_000;
export const ROOMS = [1000, 4000, 20_000, MOST_CONNECTIONS] as const;

/** Room to begin a pool with that is to hold `connections`. */
export function roomFor(connections: number): number {
  return ROOMS.find((r) => connections <= r) ?? MOST_CONNECTIONS;
}
