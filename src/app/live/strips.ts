/** Paths of the rows beneath the columns: one scale a row, the same for all threads. */

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

/**
 * A strip `height` px high whose foot is at `foot`; `top` is the value at full height. Worked out by hand: a row has some thousand points,
 * and all rows are drawn at once.
 */
export function stripFor(top: number, foot: number, height: number, points: number): Strip {
  const scale = height / top;
  return {
    draw(context, values, x, width, part) {
      const step = width / (points - 1);
      const area = part === 'area';
      context.beginPath();
      let begun = false;
      for (let i = 0; i < points; i++) {
        const v = values[i]!;
        // NaN: the run had not begun.
        if (Number.isNaN(v)) continue;
        const goesOn = i + 1 < points && !Number.isNaN(values[i + 1]!);
        // Within a level stretch a point shows nothing.
        if (begun && goesOn && values[i - 1] === v && values[i + 1] === v) continue;
        const [at, y] = [x + i * step, foot - v * scale];
        if (!begun && area) context.moveTo(at, foot);
        if (begun || area) context.lineTo(at, y);
        else context.moveTo(at, y);
        begun = goesOn;
        if (goesOn || !area) continue;
        context.lineTo(at, foot);
        context.closePath();
      }
    },
  };
}
