/** Paths of the rows beneath the columns: one scale a row, the same for all threads. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

export interface Strip {
  /** For a drawing context: `line` is open, `area` closed down to the foot. */
  draw(
    context: CanvasRenderingContext2D,
    values: Float64Array,
    x: number,
    width: number,
    part: 'line' | 'area',
  ): void;
}

/** A strip `height` px high whose foot is at `foot`; `top` is the value at full height. */
export function stripFor(top: number, foot: number, height: number, points: number): Strip {
  const y = scaleLinear()
    .domain([0, top])
    .range([foot, foot - height]);
  const defined = (v: number) => !Number.isNaN(v);
  return {
    draw(context, values, x, width, part) {
      const along = scaleLinear()
        .domain([0, points - 1])
        .range([x, x + width]);
      context.beginPath();
      const at = (_: number, i: number) => along(i);
      if (part === 'line')
        line<number>()
          .defined(defined)
          .x(at)
          .y((v) => y(v))
          .context(context)(values);
      else
        area<number>()
          .defined(defined)
          .x(at)
          .y0(foot)
          .y1((v) => y(v))
          .context(context)(values);
    },
  };
}
