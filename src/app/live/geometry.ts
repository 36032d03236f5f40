/** Where columns and marks stand. Lengths in CSS px. */
import { scaleBand } from 'd3-scale';

/** Side of a mark and distance from one to the next. */
export const MARK = 2.5;
export const PITCH = 3;
/** Beyond so many marks one mark stands for 2, 4, 8 … connections. */
export const MOST_MARKS = 40_000;

/** Marks that the lens shows each way; odd, the picked one stands in the middle. */
export const LENS_ACROSS = 9;
export const LENS_UP = 7;

export interface Columns {
  threads: number;
  /** Left edge and width of column `t`; the width is whole marks. */
  x(t: number): number;
  width: number;
  /** From one column to the next. */
  step: number;
  /** Marks side by side. */
  perRow: number;
  left: number;
  right: number;
}

/** Columns for `threads` threads between `left` and `right`, as wide as whole marks allow. */
export function columnsFor(threads: number, left: number, right: number): Columns {
  const room = (right - left) / threads;
  const gap = Math.max(2, Math.min(6, room * 0.1));
  const band = scaleBand<number>()
    .domain(Array.from({ length: threads }, (_, t) => t))
    .range([left, right])
    .paddingInner(Math.min(0.9, gap / room));
  const perRow = Math.max(1, Math.floor(band.bandwidth() / PITCH));
  return {
    threads,
    x: (t) => Math.round(band(t) ?? left),
    width: perRow * PITCH,
    step: band.step(),
    perRow,
    left,
    right,
  };
}

/** How many connections one mark stands for, a power of two: all columns fit `height` and no more than 40 000 marks are drawn. */
export function connectionsPerMark(tallest: number, total: number, perRow: number, height: number): number {
  const rows = Math.max(1, Math.floor(height / PITCH));
  let unit = 1;
  while (total / unit > MOST_MARKS || Math.ceil(Math.ceil(tallest / unit) / perRow) > rows) unit *= 2;
  return unit;
}

/** Height in px of `connections` in a column. */
export function heightOf(connections: number, perRow: number, unit: number): number {
  return (connections / unit / perRow) * PITCH;
}

export interface MarkAt {
  tid: number;
  /** Place in the column, oldest 0; the mark stands for `unit` connections from `index * unit` on. */
  index: number;
}

/** The mark under (x, y), whether or not one is drawn there; null between columns. `ground` is the y of the ground line. */
export function markAt(columns: Columns, ground: number, x: number, y: number): MarkAt | null {
  for (let tid = 0; tid < columns.threads; tid++) {
    const along = x - columns.x(tid);
    if (along < 0 || along >= columns.width || y >= ground) continue;
    const row = Math.floor((ground - y) / PITCH);
    return { tid, index: row * columns.perRow + Math.floor(along / PITCH) };
  }
  return null;
}

/** Middle of a mark. */
export function placeOf(columns: Columns, ground: number, mark: MarkAt): [number, number] {
  const row = Math.floor(mark.index / columns.perRow);
  const along = mark.index % columns.perRow;
  return [columns.x(mark.tid) + (along + 0.5) * PITCH, ground - (row + 0.5) * PITCH];
}
