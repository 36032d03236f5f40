/** Lines of the stage as points, so that the same line can be drawn and travelled along. */
import type { StageLayout } from './layout.ts';

export type Point = readonly [number, number];

/** A wire from a CID entry's right edge to an inbox. */
export function wire([x0, y0]: Point, [x1, y1]: Point): string {
  const mid = (x0 + x1) / 2;
  return `M${x0},${y0}C${mid},${y0},${mid},${y1},${x1},${y1}`;
}

/** The same on a phone, where the entry lies above the lanes and the wire runs down their left side. */
export function marginWire(layout: StageLayout, target: Point): string {
  const { band } = layout;
  const x = 6;
  return rounded(
    [
      [band.x, band.y + band.h / 2],
      [x, band.y + band.h / 2],
      [x, target[1]],
      [target[0], target[1]],
    ],
    6,
  );
}

/** From the head of one inbox through the gutter to the tail of another. */
export function trunkPoints(
  layout: StageLayout,
  from: number,
  to: number,
  toLength: number,
  shift: number,
): Point[] {
  const { inbox, lane } = layout;
  const mid = (tid: number) => (lane.y[tid] ?? 0) + inbox.dy + inbox.slotH / 2;
  const right = inbox.x + inbox.w;
  const slot = Math.min(33, inbox.w / 4);
  const landing = Math.max(inbox.x + slot / 2, right - slot / 2 - Math.min(3, toLength) * slot);
  const gx = layout.gutterX + shift;
  const y0 = mid(from);
  const down = to > from;
  // Over the top edge of the inbox when coming from above, from beneath otherwise: the arrow ends at the push.
  const edge = (lane.y[to] ?? 0) + inbox.dy + (down ? 0 : inbox.slotH);
  const run = edge + (down ? -13 : 13);
  return [
    [right - slot / 2, y0],
    [gx, y0],
    [gx, run],
    [landing, run],
    [landing, edge],
  ];
}

/** Polyline with its corners rounded by at most `r`. */
export function rounded(points: readonly Point[], r: number): string {
  const first = points[0];
  if (!first) return '';
  let d = `M${first[0]} ${first[1]}`;
  for (let i = 1; i < points.length - 1; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const c = points[i + 1]!;
    const before = Math.min(r, dist(a, b) / 2);
    const after = Math.min(r, dist(b, c) / 2);
    const p = toward(b, a, before);
    const q = toward(b, c, after);
    d += `L${p[0]} ${p[1]}Q${b[0]} ${b[1]} ${q[0]} ${q[1]}`;
  }
  const last = points[points.length - 1]!;
  return `${d}L${last[0]} ${last[1]}`;
}

/** The point at share `t` (0..1) of a polyline's length. */
export function along(points: readonly Point[], t: number): Point {
  const total = points.reduce((sum, p, i) => (i === 0 ? 0 : sum + dist(points[i - 1]!, p)), 0);
  let left = Math.max(0, Math.min(1, t)) * total;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const d = dist(a, b);
    if (left <= d || i === points.length - 1) return d === 0 ? b : toward(a, b, Math.min(left, d));
    left -= d;
  }
  return points[0] ?? [0, 0];
}

function dist(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

function toward(a: Point, b: Point, by: number): Point {
  const d = dist(a, b);
  return d === 0 ? a : [a[0] + ((b[0] - a[0]) * by) / d, a[1] + ((b[1] - a[1]) * by) / d];
}
