/** Going through time, in the page's words: which mark comes next, and what is said of a branch. */
import type { Frame, Mark } from '../../hosts/engine.ts';
import type { Travel } from './store.ts';

/** Where a person wants to go on the recorded line. */
export type TimeStep =
  | { kind: 'back' }
  | { kind: 'seek'; at: number }
  /** The nearest commit, redispatch or violation before (-1) or after (1) this moment. */
  | { kind: 'mark'; by: -1 | 1 }
  | { kind: 'bring-back' };

/** Marks that ⇧← and ⇧→ stop at. */
export const stopsAt = (m: Mark): boolean => m.kind !== 'refused';

/**
 * Position from which the nearest mark can be seen in that direction, or -1. A mark made by happening `at` is seen from
 * position `at + 1` on.
 */
export function nextMark(here: Pick<Travel, 'at' | 'marks'>, by: -1 | 1): number {
  const stops = here.marks.filter(stopsAt);
  const found = by > 0 ? stops.find((m) => m.at + 1 > here.at) : stops.findLast((m) => m.at + 1 < here.at);
  return found ? found.at + 1 : -1;
}

/** What is said when the line has become another one; empty when nothing was kept. */
export function branchWords(before: Travel['kept'], now: Pick<Travel, 'kept' | 'end'>): string {
  const { kept } = now;
  if (!kept) return '';
  if (before && before.from === kept.from && before.end === now.end)
    return `The old future is back, from step ${kept.from} on. The branch is kept.`;
  return `New branch at step ${kept.from}. The old future is kept.`;
}

/** Whether a frame lies before the picture, or on a line that the picture was not on the way to. */
export function isElsewhere(
  before: Pick<Travel, 'at' | 'line'>,
  frame: Pick<Frame, 'steps' | 'line' | 'kept'>,
): boolean {
  if (frame.steps < before.at) return true;
  return frame.line !== before.line && !(frame.kept && before.at <= frame.kept.from);
}
