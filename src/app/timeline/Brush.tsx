import type { ScaleLinear } from 'd3-scale';
import { type KeyboardEvent, memo, useRef } from 'react';
import { useDrag } from '../parts/useDrag.ts';
import type { Point } from '../session/marks.ts';
import { count } from '../stage/text.ts';

/** Narrower than this its grips stand outside, px. */
const NARROW = 30;
/** A window has at least so many happenings. */
const LEAST = 8;

interface Props {
  /** Positions that the lanes show. */
  from: number;
  to: number;
  end: number;
  /** Position to px of the overview. */
  x: ScaleLinear<number, number>;
  onChange(from: number, to: number): void;
}

interface Held {
  what: 'move' | 'from' | 'to';
  x: number;
  from: number;
  to: number;
}

/** The window of the lanes on the whole run: dragged it moves, by its grips it is made wider; by arrows, with Shift resized; twice pressed, all. */
export const Brush = memo(({ from, to, end, x, onChange }: Props) => {
  const at = (px: number) => Math.round(x.invert(px));
  const box = useRef<HTMLDivElement>(null);
  const put = (a: number, b: number) => {
    const [low, high] = [Math.max(0, Math.min(a, b)), Math.min(end, Math.max(a, b))];
    onChange(low, Math.max(high, Math.min(end, low + LEAST)));
  };
  const moved = (a: number, b: number, by: number) => {
    const d = Math.max(-a, Math.min(end - b, by));
    onChange(a + d, b + d);
  };
  useDrag<Held>(box, {
    press(p, e) {
      const grip = (e.target as Element).closest<HTMLElement>('[data-grip]')?.dataset.grip;
      return { what: (grip as Held['what'] | undefined) ?? 'move', x: p.x, from, to };
    },
    move(held, p: Point) {
      const by = at(x(held.from) + p.x - held.x) - held.from;
      if (held.what === 'move') moved(held.from, held.to, by);
      else if (held.what === 'from') put(held.from + by, held.to);
      else put(held.from, at(x(held.to) + p.x - held.x));
    },
    drop(held, p) {
      if (p === null) onChange(held.from, held.to);
    },
  });
  const onKeyDown = (e: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    const step = Math.max(1, Math.round(end / 100)) * (by ?? 0);
    if (by !== undefined && e.shiftKey) put(from, Math.max(from + LEAST, to + step));
    else if (by !== undefined) moved(from, to, step);
    else if (e.key === 'Home') moved(from, to, -from);
    else if (e.key === 'End') moved(from, to, end - to);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const left = x(from);
  const width = Math.max(2, x(to) - left);
  return (
    <div
      ref={box}
      className={`tl-brush ${width < NARROW ? 'narrow' : ''}`}
      style={{ left, width }}
      role="slider"
      tabIndex={0}
      aria-label="What the timeline shows of the run"
      aria-valuemin={0}
      aria-valuemax={end}
      aria-valuenow={from}
      aria-valuetext={`steps ${count(from)} to ${count(to)} of ${count(end)}`}
      data-testid="brush"
      data-from={from}
      data-to={to}
      onKeyDown={onKeyDown}
      onDoubleClick={() => onChange(0, end)}
    >
      <i data-grip="from" />
      <i data-grip="to" />
    </div>
  );
});
