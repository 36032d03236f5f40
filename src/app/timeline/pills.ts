/** Where the words of redispatches stand, each on its own curve, so that none covers another. */

/** Of a redispatch whose middle is at (x, y) of the view, px. */
export interface PillWanted {
  dgram: number;
  x: number;
  y: number;
}

export interface PillPlace {
  w: number;
  /** The word stands before the number. */
  word: boolean;
  /** So many more fall on this place. */
  more: number;
}
export type Pill<T extends PillWanted = PillWanted> = T & PillPlace;

/** Widths of number, word and number, and of "+9", px. */
export const NUMBER = 28;
export const WORD = 88;
const MORE = 20;
const HEIGHT = 14;
const APART = 2;
/** A number stands at most so far from its curve, px: else it is counted with the one before. */
const FAR = 32;

/** @param width of the view, px: what reaches beyond it is moved into it. */
export function placePills<T extends PillWanted>(wanted: readonly T[], width: number): Pill<T>[] {
  const out: Pill<T>[] = [];
  const bands: T[][] = [];
  for (const p of [...wanted].sort((a, b) => a.y - b.y)) {
    const band = bands.at(-1);
    if (band && p.y - band[0]!.y < HEIGHT + APART) band.push(p);
    else bands.push([p]);
  }
  for (const band of bands) out.push(...worded(inLine(band, width), width));
  return out;
}

/** Numbers alone, from left to right; then from the right edge back. */
function inLine<T extends PillWanted>(band: readonly T[], width: number): Pill<T>[] {
  const row: Pill<T>[] = [];
  for (const p of [...band].sort((a, b) => a.x - b.x)) {
    const before = row.at(-1);
    const own = Math.max(NUMBER / 2 + APART, p.x);
    const x = before ? Math.max(own, right(before) + APART + NUMBER / 2) : own;
    if (before && x - own > FAR) {
      if (before.more === 0) grow(before, MORE);
      before.more++;
    } else row.push({ ...p, x, w: NUMBER, word: false, more: 0 });
  }
  let end = width;
  for (const p of row.toReversed()) {
    p.x = Math.min(p.x, end - APART - p.w / 2);
    end = p.x - p.w / 2;
  }
  return row;
}

/** The word where there is room for it: about its curve, else to the left. */
function worded<T extends Pill>(row: readonly T[], width: number): readonly T[] {
  let from = APART;
  for (const [i, p] of row.entries()) {
    const next = row[i + 1];
    const to = (next ? next.x - next.w / 2 : width) - APART;
    const wide = WORD + p.w - NUMBER;
    const [about, before] = [p.x - wide / 2, right(p) - wide];
    if (about >= from && about + wide <= to) {
      p.w = wide;
      p.word = true;
    } else if (before >= from) {
      p.x = before + wide / 2;
      p.w = wide;
      p.word = true;
    }
    from = right(p) + APART;
  }
  return row;
}

const right = (p: Pill): number => p.x + p.w / 2;

/** Its left edge stays. */
function grow(p: Pill, by: number): void {
  p.w += by;
  p.x += by / 2;
}
