/** The matrix of moves, from row to column: area is count. */
import { scaleSqrt } from 'd3-scale';
import type { Pair } from './arcs.ts';
import { sized } from './canvas.ts';
import type { LiveColours } from './colours.ts';

export const MATRIX_LEFT = 24;
export const MATRIX_TOP = 18;

/** Side of one cell so that `threads` of them fit `width`. */
export function cellSide(threads: number, width: number): number {
  return Math.min(26, (width - MATRIX_LEFT) / threads);
}

/** Draws it; `thread` stands out. */
export function drawMatrix(
  canvas: HTMLCanvasElement,
  threads: number,
  pairs: readonly Pair[],
  width: number,
  thread: number,
  colours: LiveColours,
): void {
  const side = cellSide(threads, width);
  const s = sized(canvas, width, MATRIX_TOP + side * threads + 2);
  if (!s) return;
  const { context } = s;
  const gap = side > 5 ? 1 : 0.5;
  context.clearRect(0, 0, s.width, s.height);
  // Names of threads, as many as have room.
  const every = [1, 2, 4, 8, 16].find((n) => n * side >= 14) ?? 16;
  context.font = `10px ${getComputedStyle(canvas).getPropertyValue('--mono') || 'monospace'}`;
  for (let t = 0; t < threads; t++) {
    const stands = t === thread;
    context.fillStyle = stands ? colours.ink : colours.ink3;
    if (t % every === 0 || stands) {
      context.textAlign = 'center';
      context.fillText(String(t), MATRIX_LEFT + (t + 0.5) * side, MATRIX_TOP - 6);
      context.textAlign = 'right';
      context.fillText(String(t), MATRIX_LEFT - 5, MATRIX_TOP + (t + 0.5) * side + 3.5);
    }
    for (let u = 0; u < threads; u++) {
      context.fillStyle = t === u ? colours.line : colours.paper;
      context.fillRect(MATRIX_LEFT + u * side, MATRIX_TOP + t * side, side - gap, side - gap);
    }
  }
  const size = scaleSqrt()
    .domain([0, Math.max(1, pairs[0]?.count ?? 1)])
    .range([0, side - gap]);
  context.fillStyle = colours.commit;
  for (const p of pairs) {
    const z = Math.max(Math.min(3, side - gap), size(p.count));
    context.fillRect(
      MATRIX_LEFT + p.to * side + (side - gap - z) / 2,
      MATRIX_TOP + p.from * side + (side - gap - z) / 2,
      z,
      z,
    );
  }
}
