import { memo, useEffect, useRef } from 'react';
import { useMedia } from '../page/useMedia.ts';
import { useChoice } from '../session/context.tsx';
import type { Box } from './boxes.ts';
import { paintBoxes, paletteAt } from './paint.ts';

/** Slices as SVG. */
export function SvgBoxes({ boxes }: { boxes: readonly Box[] }) {
  return (
    <g className="slices">
      {boxes.map((b) => (
        <SvgBox key={`${b.slice.group.steps[0]?.at} ${b.x}`} b={b} />
      ))}
    </g>
  );
}

/** What of a box is drawn. */
const drawn = ({ x, y, w, h, tone, state, text, cuts }: Box): string =>
  `${x} ${y} ${w} ${h} ${tone} ${state} ${text} ${cuts.join()}`;

const SvgBox = memo(
  ({ b }: { b: Box }) => (
    <g className={`slice ${b.tone} ${b.state}`}>
      <rect x={b.x} y={b.y} width={b.w} height={b.h} />
      {b.cuts.length > 0 && (
        <path className="cut" d={b.cuts.map((x) => `M${b.x + x - 0.5} ${b.y}v${b.h}`).join('')} />
      )}
      {b.text && (
        <text x={b.x + b.w / 2} y={b.y + b.h / 2 + 3.5}>
          {b.text}
        </text>
      )}
    </g>
  ),
  (was, is) => drawn(was.b) === drawn(is.b),
);

/** Slices on a canvas of the same size. */
export function CanvasBoxes({ boxes, hue }: { boxes: readonly Box[]; hue: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useChoice((c) => c.theme);
  const dark = useMedia('(prefers-color-scheme: dark)');
  // Colours are read from the tokens, which change with these.
  const look = `${hue} ${theme} ${dark}`;
  const painted = useRef('');
  useEffect(() => {
    if (!canvas.current) return;
    painted.current = look;
    paintBoxes(canvas.current, boxes, paletteAt(canvas.current));
  }, [boxes, look]);
  return <canvas ref={canvas} className={`slices ${hue}`} data-testid="slices-canvas" />;
}
