/**
 * The marks as pixels. Written into an image by hand: 20 000 marks ten times a second are too many for drawing calls one by
 * one, and edges stay on whole device pixels.
 */
import type { Columns } from './geometry.ts';
import type { Heat } from './heat.ts';
import type { Sediment } from './sediment.ts';

/** Colours as an image of bytes holds them on this kind of machine: alpha, blue, green, red from the top byte down. */
export interface MarkColours {
  heat: readonly [number, number, number, number];
  commit: number;
}

export interface MarksImage {
  pixels: Uint32Array;
  /** Device pixels. */
  width: number;
  height: number;
  /** Device pixels per CSS px. */
  ratio: number;
}

/** Device pixels of a mark and of the pitch, `css` px of it: a mark is five sixths of it, and the gap never vanishes. */
export function markPixels(ratio: number, css: number): { side: number; pitch: number } {
  const pitch = css * ratio;
  return { side: Math.max(1, Math.min(Math.ceil(pitch) - 1, Math.round((pitch * 5) / 6 - 0.01))), pitch };
}

/** Clears the image and draws all columns up from `ground` (CSS px). Returns the first row of pixels that has any. */
export function paintMarks(
  image: MarksImage,
  columns: Columns,
  ground: number,
  unit: number,
  sediment: Sediment,
  heat: Heat,
  colours: MarkColours,
): number {
  image.pixels.fill(0);
  const { side, pitch } = markPixels(image.ratio, columns.pitch);
  let top = image.height;
  const foot = ground * image.ratio;
  const across = new Int32Array(columns.perRow);
  for (let t = 0; t < columns.threads; t++) {
    const column = sediment.column(t);
    const left = columns.x(t) * image.ratio;
    for (let k = 0; k < across.length; k++) across[k] = Math.round(left + k * pitch);
    const marks = Math.ceil(column.length / unit);
    const lost = Math.max(0, sediment.went(t) - sediment.came(t));
    const all = marks + Math.round(lost / unit);
    for (let i = 0, row = 1; i < all; row++) {
      const y = Math.round(foot - row * pitch);
      top = Math.min(top, y);
      for (let k = 0; k < across.length && i < all; k++, i++) {
        if (i < marks)
          square(image, across[k]!, y, side, colourOf(column, i * unit, unit, sediment, heat, colours));
        else hollow(image, across[k]!, y, side, colours.commit);
      }
    }
  }
  return Math.max(0, top);
}

/** A mark of several connections takes their mean rate, and is fresh when most of them are. */
function colourOf(
  column: Int32Array,
  from: number,
  unit: number,
  sediment: Sediment,
  heat: Heat,
  colours: MarkColours,
): number {
  if (unit === 1) {
    const c = column[from]!;
    return sediment.fresh(c) ? colours.commit : colours.heat[heat(sediment.rate(c))];
  }
  const to = Math.min(from + unit, column.length);
  let fresh = 0;
  let rate = 0;
  for (let i = from; i < to; i++) {
    if (sediment.fresh(column[i]!)) fresh++;
    rate += sediment.rate(column[i]!);
  }
  if (fresh * 2 > to - from) return colours.commit;
  return colours.heat[heat(rate / (to - from))];
}

function square(image: MarksImage, x: number, y: number, side: number, colour: number): void {
  for (let dy = 0; dy < side; dy++) run(image, x, y + dy, side, colour);
}

function hollow(image: MarksImage, x: number, y: number, side: number, colour: number): void {
  run(image, x, y, side, colour);
  run(image, x, y + side - 1, side, colour);
  for (let dy = 1; dy < side - 1; dy++) {
    run(image, x, y + dy, 1, colour);
    run(image, x + side - 1, y + dy, 1, colour);
  }
}

function run(image: MarksImage, x: number, y: number, n: number, colour: number): void {
  if (y < 0 || y >= image.height) return;
  const { pixels } = image;
  const row = y * image.width;
  // A few pixels each: a call of `fill` would take longer than to write them.
  for (let i = row + Math.max(0, x), to = row + Math.min(image.width, x + n); i < to; i++) pixels[i] = colour;
}
