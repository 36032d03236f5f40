/**
 * Rows of the CID table. They stand in the order the reader gives and never change places while the run goes on; when
 * more exist than fit, a window of them is shown.
 */
import type { CidView } from '../../report/view.ts';
import type { Box, StageLayout } from './layout.ts';

export interface EntryBox extends Box {
  entry: CidView;
  index: number;
  selected: boolean;
  /** 0 one line, 1 two lines, 2 two lines and old → new. */
  size: 0 | 1 | 2;
}

export interface TableWindow {
  rows: EntryBox[];
  above: number;
  below: number;
}

const TOP = 26;
const ROW = [22, 42, 76] as const;

/** @param from first row in view; moved as far as needed to keep the window full and inside. */
export function tableWindow(
  layout: StageLayout,
  cids: readonly CidView[],
  selected: number,
  from: number,
): TableWindow {
  const { band } = layout;
  if (layout.kind !== 'full') return oneEntry(layout, cids, selected);
  const room = band.h - TOP - 8;
  const main = cids.findIndex((c) => c.connIndex === selected && selected >= 0);
  const roomy = cids.length * (ROW[1] + 10) + (ROW[2] - ROW[1]) <= room;
  const small = roomy ? ROW[1] : ROW[0];
  const footer = 20;
  const fits = (n: number, extra: number, foot: number) => n * (small + 3) + extra + foot <= room;
  const extra = main >= 0 ? ROW[2] - small : 0;
  let count = cids.length;
  if (!fits(count, extra, 0)) while (count > 1 && !fits(count, extra, footer)) count--;
  const start = Math.max(0, Math.min(from, cids.length - count));
  const shown = cids.slice(start, start + count);
  const used = shown.reduce((sum, _, i) => sum + (start + i === main ? ROW[2] : small), 0);
  const free = room - used - (count < cids.length ? footer : 0);
  const gap = shown.length > 1 ? Math.min(32, free / (shown.length - 1)) : 0;
  let y = band.y + TOP;
  const rows = shown.map((entry, i): EntryBox => {
    const isMain = start + i === main;
    const h = isMain ? ROW[2] : small;
    const box = { x: band.x + 8, y, w: 155, h };
    y += h + gap;
    const isSelected = entry.connIndex === selected && selected >= 0;
    return { ...box, entry, index: start + i, selected: isSelected, size: isMain ? 2 : roomy ? 1 : 0 };
  });
  return { rows, above: start, below: cids.length - start - count };
}

function oneEntry(layout: StageLayout, cids: readonly CidView[], selected: number): TableWindow {
  const { band } = layout;
  const index = Math.max(
    0,
    cids.findIndex((c) => c.connIndex === selected),
  );
  const entry = cids[index];
  if (!entry) return { rows: [], above: 0, below: 0 };
  const row: EntryBox = { ...band, entry, index, selected: true, size: 2 };
  return { rows: [row], above: 0, below: 0 };
}

/** The window that shows row `index`, given the one that begins at `from` and holds `count`. */
export function scrolledTo(from: number, count: number, index: number): number {
  if (index < from) return index;
  if (index >= from + count) return index - count + 1;
  return from;
}
