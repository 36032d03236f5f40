/** Moves as arcs below the ground line, from the old owner to the new. Lengths in CSS px, y down from the ground line. */
import { scaleLinear } from 'd3-scale';
import type { Columns } from './geometry.ts';

export interface Pair {
  from: number;
  to: number;
  count: number;
}

export interface Arc extends Pair {
  path: string;
  head: string;
  width: number;
  /** Where its number stands, or null when it goes without. */
  label: { x: number; y: number } | null;
}

/** Arcs beyond these are in the matrix only, and the heading says so. */
export const MOST_ARCS = 24;
const LABELLED = 3;
const WIDEST = 10;
/** An arc is as wide as can be from this share of all moves on: where many pairs have about the same, none is wide. */
const LARGE = 0.2;
/** A number stands at an arc with so many times the mean of all pairs. */
const OUTSTANDING = 1.5;

/** All pairs with moves, most first; equal ones by thread. Where old and new owner are one nothing has moved. */
export function pairsOf(moves: Float64Array, threads: number): Pair[] {
  const out: Pair[] = [];
  for (let i = 0; i < moves.length; i++) {
    const from = Math.floor(i / threads);
    const to = i % threads;
    if (moves[i]! > 0 && from !== to) out.push({ from, to, count: moves[i]! });
  }
  return out.sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
}

/** The widest arcs, narrow ones first, so that they are drawn beneath. `height` is what an arc may hang down. */
export function arcsFor(pairs: readonly Pair[], columns: Columns, height: number): Arc[] {
  const shown = pairs.slice(0, MOST_ARCS);
  const total = pairs.reduce((n, p) => n + p.count, 0);
  const width = scaleLinear()
    .domain([0, Math.max(24, shown[0]?.count ?? 0, total * LARGE)])
    .range([0.75, WIDEST]);
  const outstanding = pairs.length > LABELLED ? (OUTSTANDING * total) / pairs.length : 0;
  const middle = (t: number) => columns.x(t) + columns.width / 2;
  // What leaves and what comes stand apart, so that heads are not under the arcs that go the other way.
  const aside = Math.min(10, columns.width / 6);
  const far = Math.max(columns.step, columns.right - columns.left);
  const labels: number[] = [];
  const arcs = shown.map((p, i): Arc => {
    const w = width(p.count);
    const x1 = middle(p.from) + aside;
    const x2 = middle(p.to) - aside;
    const head = Math.max(4, w * 0.8);
    // A cubic hangs three quarters of the way down to its handles.
    const deep = (0.3 + 0.7 * (Math.abs(x2 - x1) / far)) * (height - w) * (4 / 3);
    const tip = head + 2;
    const label = i < LABELLED && p.count > outstanding ? place(labels, columns, x1, x2, deep) : null;
    return {
      ...p,
      width: w,
      path: `M${x1} 1C${x1} ${deep} ${x2} ${deep} ${x2} ${tip}`,
      head: `M${x2} 1l${-head} ${tip}h${2 * head}z`,
      label,
    };
  });
  return arcs.reverse();
}

/** Half the room that a label takes. */
const LABEL = 48;

/** A label stands at the lowest point of its arc, within the columns, unless another is near. */
function place(
  taken: number[],
  columns: Columns,
  x1: number,
  x2: number,
  deep: number,
): { x: number; y: number } | null {
  const x = Math.max(columns.left + LABEL, Math.min(columns.right - LABEL, (x1 + x2) / 2));
  if (taken.some((t) => Math.abs(t - x) < 2 * LABEL)) return null;
  taken.push(x);
  return { x, y: deep * 0.75 };
}
