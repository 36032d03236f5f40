/**
 * Time to pixels, with the stretches in which no thread does anything folded to a fixed width: threads work for
 * microseconds and wait for milliseconds.
 */

/** A stretch of time, virtual ns. */
export interface Span {
  from: number;
  to: number;
}

export interface Gap {
  /** Pixels from the fold's beginning. */
  x: number;
  w: number;
  /** Virtual ns that are folded. */
  ns: number;
}

export interface Fold {
  /** Pixels from the first busy moment; never decreasing. */
  x(ns: number): number;
  /** The time drawn at `x`. */
  ns(x: number): number;
  gaps: readonly Gap[];
  width: number;
}

/** Width of a folded stretch, px. */
export const GAP = 30;

interface Piece {
  from: number;
  to: number;
  x: number;
  w: number;
}

/**
 * @param busy when something was done, in any order.
 * @param scale virtual ns a pixel.
 */
export function makeFold(busy: readonly Span[], scale: number): Fold {
  const pieces = piecesOf(merged(busy, GAP * 2 * scale), scale);
  const gaps: Gap[] = [];
  for (let i = 1; i < pieces.length; i += 2) {
    const p = pieces[i]!;
    gaps.push({ x: p.x, w: p.w, ns: p.to - p.from });
  }
  const last = pieces.at(-1);
  const find = (key: 'from' | 'x', v: number): Piece | undefined => {
    let lo = 0;
    let hi = pieces.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (pieces[mid]![key] <= v) lo = mid;
      else hi = mid - 1;
    }
    return pieces[lo];
  };
  return {
    gaps,
    width: last ? last.x + last.w : 0,
    x(ns) {
      const p = find('from', ns);
      if (!p) return 0;
      if (ns <= p.from) return p.x + (ns - p.from) / scale;
      if (ns > p.to) return p.x + p.w + (ns - p.to) / scale;
      return p.x + ((ns - p.from) / (p.to - p.from)) * p.w;
    },
    ns(x) {
      const p = find('x', x);
      if (!p) return 0;
      if (x <= p.x) return p.from + (x - p.x) * scale;
      if (x > p.x + p.w) return p.to + (x - p.x - p.w) * scale;
      return p.from + ((x - p.x) / p.w) * (p.to - p.from);
    },
  };
}

/** Busy stretches in order, those less than `least` apart joined. */
function merged(busy: readonly Span[], least: number): Span[] {
  const out: Span[] = [];
  for (const s of [...busy].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && s.from - last.to < least) last.to = Math.max(last.to, s.to);
    else out.push({ ...s });
  }
  return out;
}

/** Busy pieces at even places, what is folded between them at odd ones. */
function piecesOf(busy: readonly Span[], scale: number): Piece[] {
  const out: Piece[] = [];
  let x = 0;
  for (const s of busy) {
    const last = out.at(-1);
    if (last) {
      out.push({ from: last.to, to: s.from, x, w: GAP });
      x += GAP;
    }
    const w = (s.to - s.from) / scale;
    out.push({ from: s.from, to: s.to, x, w });
    x += w;
  }
  return out;
}
