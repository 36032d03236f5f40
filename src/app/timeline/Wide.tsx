import { useId } from 'react';
import type { Mark } from '../../hosts/engine.ts';
import { nameOf } from '../../report/look.ts';
import { hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import type { Fold } from './fold.ts';
import { type LaneSizes, laneTop, RULER } from './lanes.ts';
import { BAR } from './wide.ts';

interface Props {
  fold: Fold;
  bars: readonly Float64Array[];
  marks: readonly Mark[];
  left: number;
  width: number;
  lanes: LaneSizes;
  /** The playhead, px of the view: what lies behind it is not run yet. */
  head: number;
}

/** Lanes where steps are too many to be told apart: how busy each thread was, and every commit and redispatch. */
export function Wide({ fold, bars, marks, left, width, lanes, head }: Props) {
  const behind = useId();
  const at = Math.max(0, Math.min(width, head));
  return (
    <g className="wide" data-testid="wide">
      {/* A step moves where the two are cut, and no bar. */}
      <clipPath id={`${behind}a`}>
        <rect width={at} height={lanes.height} />
      </clipPath>
      <clipPath id={`${behind}b`}>
        <rect x={at} width={width - at} height={lanes.height} />
      </clipPath>
      <g clipPath={`url(#${behind}a)`}>
        <Bars bars={bars} lanes={lanes} ahead={false} />
      </g>
      <g clipPath={`url(#${behind}b)`}>
        <Bars bars={bars} lanes={lanes} ahead />
      </g>
      <Marks fold={fold} marks={marks} left={left} width={width} lanes={lanes} />
    </g>
  );
}

/** How busy each thread was, a path a thread. */
const Bars = memoised(({ bars, lanes, ahead }: Pick<Props, 'bars' | 'lanes'> & { ahead: boolean }) => (
  <>
    {bars.map((row, tid) => {
      const foot = laneTop(lanes, tid) + lanes.h;
      let d = '';
      for (const [b, share] of row.entries()) {
        if (share <= 0) continue;
        const h = Math.max(1, share * (lanes.h - 2)).toFixed(1);
        d += `M${b * BAR} ${foot}v-${h}h${BAR - 0.5}v${h}z`;
      }
      // biome-ignore lint/suspicious/noArrayIndexKey: a thread is its number.
      return <path key={tid} className={ahead ? 'bar ahead' : 'bar'} d={d} />;
    })}
  </>
));

const Marks = memoised(({ fold, marks, left, width, lanes }: Omit<Props, 'bars' | 'head'>) => {
  const x = (m: Mark): number => fold.x(m.ms * 1e6 + m.ns) - left;
  const seen = marks.filter((m) => m.kind !== 'refused' && x(m) >= -4 && x(m) <= width + 4);
  return thinned(seen, x).map((m) => <WideMark key={`${m.at} ${m.kind}`} m={m} x={x(m)} lanes={lanes} />);
});

function WideMark({ m, x, lanes }: { m: Mark; x: number; lanes: LaneSizes }) {
  const y = (tid: number) => laneTop(lanes, Math.max(0, tid)) + lanes.h / 2;
  if (m.kind === 'redispatch')
    return (
      <path
        className="tl-redispatch"
        d={`M${x - 1} ${y(m.tid)}L${x + 1} ${y(m.other < 0 ? m.tid : m.other)}`}
        data-dgram={m.dgram + 1}
        data-at={m.at + 1}
      />
    );
  if (m.kind === 'violation')
    return <path className="tl-violation" d={`M${x - 4} ${y(m.tid) - 4}h8v8h-8z`} />;
  return (
    <g className={hue(m.conn >= 0 ? nameOf(m.conn) : null)}>
      <path className="wide-commit" d={`M${x} ${RULER + 2}V${lanes.height}`} />
      <path className="diamond" d={`M${x} ${y(m.tid) - 5}l5 5l-5 5l-5 -5z`} />
    </g>
  );
}

/** Marks of a kind that fall on one pixel are drawn once. */
function thinned(marks: readonly Mark[], x: (m: Mark) => number): Mark[] {
  const seen = new Set<string>();
  return marks.filter((m) => {
    const key = `${Math.round(x(m))} ${m.kind} ${m.tid}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
