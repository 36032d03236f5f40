/** The lens: the marks about the picked one, large enough to read. */
import { sized } from './canvas.ts';
import type { LiveColours } from './colours.ts';
import type { Drawn } from './drawn.ts';
import { LENS_ACROSS, LENS_UP } from './geometry.ts';
import type { Heat } from './heat.ts';
import type { Place } from './store.ts';

const SIDE = 12;
const STEP = 14;
export const LENS_WIDTH = LENS_ACROSS * STEP + 6;
export const LENS_HEIGHT = LENS_UP * STEP + 6;

/** Whether the lens shows marks larger than they are at this pitch; where it would not, it has words only. */
export function magnifies(pitch: number): boolean {
  return pitch < STEP - 2;
}

/** Place of a connection in its column: the thread and the mark, or null when it is gone. */
export function markOf(
  { reading, sediment }: Drawn,
  conn: number,
  unit: number,
): { tid: number; index: number } | null {
  const tid = conn >= 0 ? reading.owner[conn]! : -1;
  const at = tid >= 0 ? sediment.column(tid).indexOf(conn) : -1;
  return at >= 0 ? { tid, index: Math.floor(at / unit) } : null;
}

/** Draws the marks about `conn`. */
export function drawLens(
  canvas: HTMLCanvasElement,
  drawn: Drawn,
  place: Place,
  conn: number,
  heat: Heat,
  colours: LiveColours,
): void {
  const s = sized(canvas, LENS_WIDTH, LENS_HEIGHT);
  const at = markOf(drawn, conn, place.unit);
  if (!s) return;
  const { context } = s;
  context.clearRect(0, 0, LENS_WIDTH, LENS_HEIGHT);
  if (!at) return;
  const { sediment } = drawn;
  const column = sediment.column(at.tid);
  const { perRow } = place.columns;
  const row0 = Math.floor(at.index / perRow);
  const along0 = at.index % perRow;
  for (let r = 0; r < LENS_UP; r++) {
    for (let k = 0; k < LENS_ACROSS; k++) {
      const row = row0 + (LENS_UP - 1) / 2 - r;
      const along = along0 - (LENS_ACROSS - 1) / 2 + k;
      const index = row * perRow + along;
      if (row < 0 || along < 0 || along >= perRow || index * place.unit >= column.length) continue;
      const c = column[index * place.unit]!;
      context.fillStyle = sediment.fresh(c) ? colours.commit : colours.heat[heat(sediment.rate(c))];
      const x = 4 + k * STEP;
      const y = 4 + r * STEP;
      context.fillRect(x, y, SIDE, SIDE);
      if (index !== at.index) continue;
      context.strokeStyle = colours.focus;
      context.lineWidth = 2.5;
      context.strokeRect(x - 2, y - 2, SIDE + 4, SIDE + 4);
    }
  }
}
