/** Every glyph of the page. Each has one meaning in all panels and sizes. */
import { memo } from 'react';
import type { ConnName, TimerView } from '../../report/view.ts';
import './glyphs.css';

export const hue = (name: ConnName | null): string => (name ? `hue${name.hue}` : 'hue-none');

interface ChipProps {
  name: ConnName;
  x: number;
  y: number;
  side: number;
  /** `solid` selected, `soft` other, `ghost` what has left. */
  look: 'solid' | 'soft' | 'ghost';
}

/** A connection: rounded square with its letter. `x`, `y` are its top left. */
export function Chip({ name, x, y, side, look }: ChipProps) {
  const r = side * 0.2;
  const cx = x + side / 2;
  const size = name.letter.length > 1 ? side * 0.42 : side * 0.5;
  const inset = look === 'solid' ? 0 : 0.75;
  return (
    <g className={`chip ${look} ${hue(name)}`}>
      <rect x={x + inset} y={y + inset} width={side - 2 * inset} height={side - 2 * inset} rx={r} />
      {name.pattern === 1 && look !== 'ghost' && (
        <path
          className="pattern"
          d={`M${x + side * 0.12} ${y + side * 0.88}L${x + side * 0.88} ${y + side * 0.12}M${x + side * 0.55} ${y + side * 0.95}L${x + side * 0.95} ${y + side * 0.55}M${x + side * 0.05} ${y + side * 0.45}L${x + side * 0.45} ${y + side * 0.05}`}
        />
      )}
      {name.pattern === 2 && look !== 'ghost' && (
        <rect
          className="pattern"
          x={x + side * 0.1}
          y={y + side * 0.1}
          width={side * 0.8}
          height={side * 0.8}
          rx={r * 0.7}
        />
      )}
      <text x={cx} y={y + side / 2 + size * 0.36} fontSize={size}>
        {name.letter}
      </text>
    </g>
  );
}

/** The chip inside a line of text. */
export function InlineChip({ name, side = 18 }: { name: ConnName; side?: number }) {
  return (
    <svg
      className="inline-chip"
      width={side}
      height={side}
      viewBox={`0 0 ${side} ${side}`}
      aria-hidden="true"
    >
      <Chip name={name} x={0} y={0} side={side} look="solid" />
    </svg>
  );
}

/** Size of text on the smallest sheet, stage units: 9.5 px and more in a usual window. */
const LEGIBLE = 10;

interface SheetProps {
  name: ConnName | null;
  /** Number on it; empty for none. */
  no: string;
  w: number;
  h: number;
  solid: boolean;
}

/** A datagram: sheet with a cut corner, its connection's letter and its number. Drawn at the origin. */
export function Sheet({ name, no, w, h, solid }: SheetProps) {
  const c = Math.min(w, h) * 0.26;
  const digits = Math.max(1, no.length);
  // On a small sheet neither is smaller than can be read, as long as the number fits.
  const size = Math.min(Math.max(h * 0.32, LEGIBLE), (w * 0.86) / (digits * 0.6));
  const low = h * 0.32 < LEGIBLE;
  return (
    <g className={`sheet ${solid ? 'solid' : ''} ${hue(name)}`}>
      <path d={`M0 0h${w - c}l${c} ${c}v${h - c}h${-w}z`} />
      <path className="fold" d={`M${w - c} 0v${c}h${c}`} />
      <text className="letter" x={w * 0.44} y={h * (low ? 0.46 : 0.5)} fontSize={Math.max(h * 0.4, LEGIBLE)}>
        {name?.letter ?? '–'}
      </text>
      {no && (
        <text className="number" x={w * 0.5} y={h * (low ? 0.92 : 0.88)} fontSize={Math.max(7, size)}>
          {no}
        </text>
      )}
    </g>
  );
}

/** A timer: ring that empties; `idle` has a hand, `loss` a dot. No arc when it is not armed. */
export function TimerRing({
  kind,
  timer,
  cx,
  cy,
  r,
}: {
  kind: 'idle' | 'loss';
  timer: TimerView;
  cx: number;
  cy: number;
  r: number;
}) {
  const around = 2 * Math.PI * r;
  const share = Math.max(0, Math.min(1, timer.share));
  return (
    <g className={`ring ${timer.armed ? '' : 'off'} ${timer.armed && !timer.queued ? 'dead' : ''}`}>
      <circle className="track" cx={cx} cy={cy} r={r} />
      {timer.armed && (
        <circle
          className="left"
          cx={cx}
          cy={cy}
          r={r}
          strokeDasharray={`${around * share} ${around}`}
          transform={`rotate(-90 ${cx} ${cy})`}
        />
      )}
      {kind === 'idle' ? (
        <path className="hand" d={`M${cx} ${cy - r * 0.5}V${cy}`} />
      ) : (
        <circle className="dot" cx={cx} cy={cy} r={r * 0.3} />
      )}
    </g>
  );
}

/** A tasklet (hollow) or task (filled). */
export function Hexagon({
  cx,
  cy,
  r,
  filled = false,
}: {
  cx: number;
  cy: number;
  r: number;
  filled?: boolean;
}) {
  const points = Array.from({ length: 6 }, (_, i) => {
    const a = Math.PI / 6 + (i * Math.PI) / 3;
    return `${(cx + r * Math.cos(a)).toFixed(1)},${(cy + r * Math.sin(a)).toFixed(1)}`;
  });
  return <polygon className={`hexagon ${filled ? 'filled' : ''}`} points={points.join(' ')} />;
}

/** A file descriptor: plug, with a gap when it is not polled. */
export function Plug({
  cx,
  cy,
  size,
  polled = true,
}: {
  cx: number;
  cy: number;
  size: number;
  polled?: boolean;
}) {
  const gap = polled ? 0.05 : 0.17;
  return (
    <g className="plug">
      <path d={`M${cx - size / 2} ${cy - size / 4}h${size * 0.55}v${size / 2}h${-size * 0.55}z`} />
      <path
        className="pins"
        d={`M${cx + size * gap} ${cy - size * 0.12}h${size * 0.4}M${cx + size * gap} ${cy + size * 0.12}h${size * 0.4}`}
      />
    </g>
  );
}

/** A lock on a tree: open while it is read, shut while it is written. */
export function Lock({
  cx,
  cy,
  size,
  kind,
}: {
  cx: number;
  cy: number;
  size: number;
  kind: 'read' | 'write';
}) {
  const bow = `M${cx - size * 0.3} ${cy - size * 0.1}v${-size * 0.2}a${size * 0.3} ${size * 0.3} 0 0 1 ${size * 0.6} 0`;
  return (
    <g className="lock">
      <rect x={cx - size / 2} y={cy - size * 0.1} width={size} height={size * 0.62} rx={1} />
      <path d={kind === 'write' ? `${bow}v${size * 0.2}` : bow} />
    </g>
  );
}

export function Diamond({ cx, cy, r }: { cx: number; cy: number; r: number }) {
  return <path className="diamond" d={`M${cx} ${cy - r}L${cx + r} ${cy}L${cx} ${cy + r}L${cx - r} ${cy}z`} />;
}

export function Octagon({ cx, cy, r }: { cx: number; cy: number; r: number }) {
  const k = r * 0.414;
  const a = r * 0.38;
  return (
    <g className="octagon">
      <path
        d={`M${cx - k} ${cy - r}h${2 * k}L${cx + r} ${cy - k}v${2 * k}L${cx + k} ${cy + r}h${-2 * k}L${cx - r} ${cy + k}v${-2 * k}z`}
      />
      <path className="cross" d={`M${cx - a} ${cy - a}l${2 * a} ${2 * a}m0 ${-2 * a}l${-2 * a} ${2 * a}`} />
    </g>
  );
}

/** A held thread: flag at the row's left edge. */
export function Flag({ x, y }: { x: number; y: number }) {
  return <path className="flag" d={`M${x} ${y}v18M${x} ${y}h9l-3 4l3 4h-9`} />;
}

/** Thread badge: tick at the lane's position, and its number. */
export const ThreadBadge = memo(({ tid, threads }: { tid: number; threads: number }) => {
  const n = Math.max(2, Math.min(8, threads));
  const pitch = 13 / n;
  return (
    <span className="thread-badge">
      <svg width="9" height="13" viewBox="0 0 9 13" aria-hidden="true">
        {Array.from({ length: n }, (_, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place.
            key={`tick${i}of${n}`}
            className={i === tid ? 'tick on' : 'tick'}
            y={i * pitch}
            width="9"
            height={Math.max(1, pitch - 1)}
          />
        ))}
      </svg>
      T{tid}
    </span>
  );
});
