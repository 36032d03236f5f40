import { useRef } from 'react';
import type { Places } from './places.ts';

/** The playhead may wander within this share of the width before the view moves. */
const INNER = [0.1, 0.88] as const;

/** Left edge of the view, px of the fold: it stands still while the playhead moves within it. */
export function useView(places: Places | null, width: number, past: boolean): number {
  const anchor = useRef<{ ns: number; x: number } | null>(null);
  if (!places || width === 0) return 0;
  const { fold, playhead } = places;
  const home = playhead - width * (past ? 0.42 : 0.74);
  const a = anchor.current;
  let left = a ? fold.x(a.ns) - a.x : home;
  const x = playhead - left;
  if (x < width * INNER[0] || x > width * INNER[1]) left = home;
  anchor.current = { ns: fold.ns(playhead), x: playhead - left };
  return left;
}
