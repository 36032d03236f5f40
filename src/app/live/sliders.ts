/** Sliders over several powers of ten. Positions are 0 to 100. */
import { scalePow } from 'd3-scale';

export interface SliderScale {
  value(position: number): number;
  position(value: number): number;
}

/** Two leading digits: what a person can tell apart. */
function rounded(x: number): number {
  if (x < 20) return Math.round(x);
  const unit = 10 ** (Math.floor(Math.log10(x)) - 1);
  return Math.round(x / unit) * unit;
}

/** From 0 to `most`, finer at the low end; with `open` the last position means without limit. */
export function sliderScale(most: number, open = false): SliderScale {
  const scale = scalePow()
    .exponent(3)
    .domain([0, open ? 99 : 100])
    .range([0, most])
    .clamp(true);
  return {
    value: (p) => (open && p >= 100 ? Number.POSITIVE_INFINITY : rounded(scale(p))),
    position: (v) => (v === Number.POSITIVE_INFINITY ? 100 : Math.round(scale.invert(v))),
  };
}

/** Most connections, and how many a pool has room for that was begun with fewer. */
export const MOST_CONNECTIONS = 20_000;
const ROOMS = [1000, 4000, MOST_CONNECTIONS] as const;

/** Room to begin a pool with that is to hold `connections`. */
export function roomFor(connections: number): number {
  return ROOMS.find((r) => connections <= r) ?? MOST_CONNECTIONS;
}
