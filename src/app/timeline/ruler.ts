/** Times along the top: d3's round numbers within each stretch that is drawn to scale. */
import { scaleLinear } from 'd3-scale';
import type { Fold } from './fold.ts';

export interface Tick {
  x: number;
  text: string;
}

const EVERY = 110;

/** Room that the playhead's own label takes on each side, px. */
const HEAD = 62;

/** Ticks of the view [left, left + width), px of the view; none where the playhead's label stands. */
export function ticksOf(
  fold: Fold,
  left: number,
  width: number,
  playhead = Number.NEGATIVE_INFINITY,
): Tick[] {
  const out: Tick[] = [];
  let from = left;
  for (const g of [...fold.gaps, { x: Number.POSITIVE_INFINITY, w: 0, ns: 0 }]) {
    const to = Math.min(g.x, left + width);
    if (to - from > 50) out.push(...within(fold, from, to, left));
    if (g.x >= left + width) break;
    from = Math.max(from, g.x + g.w);
  }
  return out.filter((t) => Math.abs(t.x - playhead) > HEAD);
}

function within(fold: Fold, from: number, to: number, left: number): Tick[] {
  const scale = scaleLinear().domain([fold.ns(from) / 1e6, fold.ns(to) / 1e6]);
  const n = Math.max(1, Math.floor((to - from) / EVERY));
  const words = scale.tickFormat(n);
  return scale
    .ticks(n)
    .map((ms) => ({ x: fold.x(ms * 1e6) - left, text: words(ms) }))
    .filter((t) => t.x - (from - left) > 18 && to - left - t.x > 18);
}
