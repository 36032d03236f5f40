/** The slices in view as boxes, the same for SVG and canvas. */
import { type LaneSizes, laneTop } from './lanes.ts';
import type { Places, SlicePlace, SliceState } from './places.ts';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  /** `own`: about the selected connection. `loop`: the thread looks for work. */
  tone: 'loop' | 'work' | 'own' | 'move' | 'redispatch';
  state: SliceState;
  text: string;
  cuts: readonly number[];
  slice: SlicePlace;
}

/** Above this many steps in view a canvas draws them. */
export const DOM_LIMIT = 400;

export interface InView {
  boxes: Box[];
  /** Steps among them. */
  steps: number;
}

/** @param left pixels of the fold that stand left of the view. */
export function boxesInView(
  places: Places,
  left: number,
  width: number,
  lanes: LaneSizes,
  conn: number,
): InView {
  const boxes: Box[] = [];
  let steps = 0;
  for (const slice of places.slices) {
    if (slice.x + slice.w < left || slice.x > left + width) continue;
    steps += slice.group.steps.length;
    const top = laneTop(lanes, slice.group.tid);
    if (slice.steps.length === 0) boxes.push(box(slice, left, top, lanes, conn));
    for (const s of slice.steps) {
      const tone = s.step.redispatch ? 'redispatch' : slice.group.part !== '' ? 'move' : toneOf(slice, conn);
      const { x, w, text, state } = s;
      boxes.push({
        x: x - left,
        y: top + 3,
        w: Math.max(1, w - 1),
        h: lanes.h - 6,
        tone,
        state,
        text: lanes.h - 6 < WORDS ? '' : text,
        cuts: [],
        slice,
      });
    }
  }
  return { boxes, steps };
}

function box(slice: SlicePlace, left: number, top: number, lanes: LaneSizes, conn: number): Box {
  const { loop } = slice.group;
  const h = loop ? Math.max(4, Math.round(lanes.h * 0.24)) : lanes.h - 6;
  return {
    x: slice.x - left,
    y: top + (lanes.h - h) / 2,
    w: Math.max(1, slice.w - 1),
    h,
    tone: toneOf(slice, conn),
    state: slice.state,
    text: loop || h < WORDS ? '' : slice.text,
    cuts: loop ? [] : slice.cuts,
    slice,
  };
}

/** Lower than this a box has no room for words, px. */
const WORDS = 12;

const toneOf = (s: SlicePlace, conn: number): Box['tone'] =>
  s.group.loop ? 'loop' : conn >= 0 && s.group.conn === conn ? 'own' : 'work';

/** The box under a point of the view, or null. */
export function boxAt(boxes: readonly Box[], x: number, y: number): Box | null {
  return (
    boxes.findLast((b) => x >= b.x - 1 && x <= b.x + b.w + 1 && y >= b.y - 3 && y <= b.y + b.h + 3) ?? null
  );
}
