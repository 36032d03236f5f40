/** Where the parts of a thread's head stand, relative to its lane's top. Null parts are left out at that size. */
import type { Box, StageLayout } from './layout.ts';

export interface HeadPlan {
  tid: { x: number; y: number; size: number };
  tag: Box;
  run: Box;
  hold: Box;
  verb: { x: number; y: number; w: number; size: number };
  fn: { x: number; y: number; w: number } | null;
  step: { x: number; y: number; w: number; lines: number } | null;
  queue: { x: number; y: number; w: number } | null;
}

/** Lanes of this height and more have room for everything. */
const ROOMY = 122;

export function headPlan(layout: StageLayout, simple: boolean): HeadPlan {
  const { x, w } = layout.head;
  const end = x + w;
  if (layout.kind === 'phone') {
    return {
      tid: { x, y: 32, size: 26 },
      tag: { x: x + 44, y: 12, w: 84, h: 22 },
      // The commit's line runs down the lane's edge, beside them.
      hold: { x: 228, y: 5, w: 54, h: 38 },
      run: { x: 285, y: 5, w: 44, h: 38 },
      verb: { x, y: 52, w: 200, size: 13 },
      fn: null,
      step: layout.compact ? null : { x, y: 68, w: 200, lines: 2 },
      queue: null,
    };
  }
  if (layout.compact) {
    return {
      tid: { x, y: 24, size: 20 },
      // Where no buttons stand beside it there is room for any face.
      tag: layout.kind === 'figure' ? { x: x + 36, y: 8, w: 84, h: 19 } : { x: x + 28, y: 8, w: 67, h: 19 },
      hold: { x: end - 86, y: 5, w: 46, h: 24 },
      run: { x: end - 38, y: 5, w: 38, h: 24 },
      verb: { x, y: 41, w: 152, size: 12 },
      fn: simple ? null : { x, y: 54, w: 152 },
      step: simple ? { x, y: 54, w: 152, lines: 1 } : null,
      queue: null,
    };
  }
  const h = layout.lane.h;
  // In a low lane the lines stand closer, so that the run queue keeps clear of the step's second line.
  const up = h < ROOMY ? 7 : 0;
  return {
    tid: { x, y: up ? 31 : 33, size: 28 },
    tag: { x: x + 46, y: up ? 11 : 13, w: 82, h: 21 },
    // In a usual window a unit is 0.93 to 0.98 px, and a target is at least 24 px high.
    run: { x: end - 50, y: up ? 2 : 9, w: 50, h: 26 },
    hold: { x: end - 50, y: up ? 30 : 37, w: 50, h: 26 },
    verb: { x, y: up ? 50 : 53, w: 132, size: 13 },
    // Beneath the button, with room for its brackets.
    fn: simple ? null : { x, y: up ? 66 : 71, w },
    step: { x, y: simple ? 72 : up ? 78 : 84, w, lines: simple ? 3 : 2 },
    queue: simple || layout.kind !== 'full' ? null : { x, y: h - (up ? 7 : 9), w: 150 },
  };
}
