/** What of the fold is in view: it follows the playhead until somebody pans or zooms, and again once the playhead moves. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { Places } from './places.ts';

/** The playhead may wander within this share of the width before the view moves. */
const INNER = [0.1, 0.88] as const;

/** A time that stands at a place of the view, px. */
interface Anchor {
  ns: number;
  x: number;
}

/** Where the playhead stood, and on which fold what edge. */
interface Last extends Anchor {
  fold: Places['fold'];
  left: number;
}

export interface View {
  /** Left edge, px of the fold. */
  left: number;
  /** Somebody has moved it away from the playhead, at position `at`. */
  free: boolean;
  /** Moves what is drawn by so many px to the left. */
  pan(dx: number): void;
  /** Keeps the time at `x` of the view where it is, whatever the scale will be. */
  keep(x: number): void;
  /** Brings a time to `x` of the view. */
  bring(ns: number, x: number): void;
  /** Follows the playhead again. */
  follow(): void;
}

/** What is drawn, as far as a view goes by it. */
type Drawn = Pick<Places, 'fold' | 'playhead'>;

export function useView(places: Drawn | null, width: number, past: boolean, at: number): View {
  const [held, setHeld] = useState<(Anchor & { at: number }) | null>(null);
  const last = useRef<Last | null>(null);
  const free = held !== null && held.at === at;
  const left = leftOf(places, width, past, free ? held : null, last.current);
  const { fold, playhead } = places ?? {};
  useLayoutEffect(() => {
    if (fold && playhead !== undefined && width > 0)
      last.current = { ns: fold.ns(playhead), x: playhead - left, fold, left };
  });
  const here = useRef(at);
  useLayoutEffect(() => {
    here.current = at;
  }, [at]);
  const bring = useCallback((ns: number, x: number) => setHeld({ ns, x, at: here.current }), []);
  return {
    left,
    free,
    bring,
    pan: (dx) => fold && bring(fold.ns(left + dx + width / 2), width / 2),
    keep: (x) => fold && bring(fold.ns(left + x), x),
    follow: () => setHeld(null),
  };
}

function leftOf(
  places: Drawn | null,
  width: number,
  past: boolean,
  held: Anchor | null,
  last: Last | null,
): number {
  if (!places || width === 0) return 0;
  const { fold, playhead } = places;
  if (held) return fold.x(held.ns) - held.x;
  const home = playhead - width * (past ? 0.42 : 0.74);
  // On one fold exactly the same: what is drawn by it is not drawn again.
  const left = !last ? home : last.fold === fold ? last.left : fold.x(last.ns) - last.x;
  const x = playhead - left;
  return x < width * INNER[0] || x > width * INNER[1] ? home : left;
}
