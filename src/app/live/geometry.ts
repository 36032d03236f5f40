/** Where columns and marks stand. Lengths in CSS px. */
import { scaleBand } from 'd3-scale';

/** Least distance from one mark to the next, and the largest, where there are few. */
export const PITCH = 3;
const LARGEST = 18;
/** Share of the way from column to column that marks must fill: else columns look thinner than they are. */
const FULL = 0.74;
/** Share of the height that larger marks may take at most. */
const ROOM_TO_GROW = 0.82;
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
  /** From one mark to the next. */
  pitch: number;
  left: number;
  right: number;
}

/** Columns for `threads` threads between `left` and `right`, as wide as whole marks allow. */
export function columnsFor(threads: number, left: number, right: number, pitch = PITCH): Columns {
  const room = (right - left) / threads;
  const gap = Math.max(2, Math.min(6, room * 0.1));
  const band = scaleBand<number>()
    .domain(Array.from({ length: threads }, (_, t) => t))
    .range([left, right])
    .paddingInner(Math.min(0.9, gap / room));
  const perRow = Math.max(1, Math.floor(band.bandwidth() / pitch));
  return {
    threads,
    x: (t) => Math.round(band(t) ?? left),
    width: perRow * pitch,
    step: band.step(),
    perRow,
    pitch,
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

/** Height kept free above the columns for the legend, which wraps where `room` beside the labels is narrow. */
export function headFor(room: number): number {
  if (room >= 620) return 34;
  return room >= 340 ? 50 : 66;
}

export interface Fit {
  columns: Columns;
  unit: number;
}

/**
 * Columns whose tallest holds `tallest` of `total` connections in `height`: marks as large as there is room for, and only
 * when the smallest are too many, one for several. `was`: the pitch until now; it grows only when that leaves room, so
 * that the picture does not swing to and fro.
 */
export function fitColumns(
  threads: number,
  left: number,
  right: number,
  height: number,
  tallest: number,
  total: number,
  was: number,
): Fit {
  for (let pitch = LARGEST; pitch > PITCH; pitch--) {
    const columns = columnsFor(threads, left, right, pitch);
    if (columns.width < columns.step * FULL || columns.width > columns.step - 2) continue;
    const room = pitch > was ? height * ROOM_TO_GROW : height;
    if (Math.ceil(tallest / columns.perRow) * pitch <= room) return { columns, unit: 1 };
  }
  const columns = columnsFor(threads, left, right);
  return { columns, unit: connectionsPerMark(tallest, total, columns.perRow, height) };
}

/** Height in px of `connections` in a column. */
export function heightOf(connections: number, { perRow, pitch }: Columns, unit: number): number {
  return (connections / unit / perRow) * pitch;
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
    const row = Math.floor((ground - y) / columns.pitch);
    return { tid, index: row * columns.perRow + Math.floor(along / columns.pitch) };
  }
  return null;
}

/** Middle of a mark. */
export function placeOf(columns: Columns, ground: number, mark: MarkAt): [number, number] {
  const row = Math.floor(mark.index / columns.perRow);
  const along = mark.index % columns.perRow;
  return [columns.x(mark.tid) + (along + 0.5) * columns.pitch, ground - (row + 0.5) * columns.pitch];
}
