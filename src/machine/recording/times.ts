/** Positions of a line by time, found by standing at a few of them. */
import { NS_PER_MS } from '../time.ts';
import { type Line, positionAt } from './line.ts';
import type { Player } from './player.ts';

/** The first position of the line at which the world's present is `ms` (virtual) or later; -1 when none is recorded. */
export function positionAtMs(player: Player, line: Line, ms: number): number {
  const reached = (at: number): boolean => {
    player.go(line, positionAt(line, at));
    return player.machine.now() >= ms * NS_PER_MS;
  };
  if (!reached(line.end)) return -1;
  let low = 0;
  let high = line.end;
  while (low < high) {
    const half = (low + high) >> 1;
    if (reached(half)) high = half;
    else low = half + 1;
  }
  return low;
}
