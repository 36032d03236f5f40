import { curveBumpX, line as curveLine } from 'd3-shape';
import { nameOf } from '../../report/look.ts';
import { Diamond, hue } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import type { Gap } from './fold.ts';
import { type LaneSizes, laneTop, RULER, STRIP } from './lanes.ts';
import { placePills } from './pills.ts';
import type { ArrowPlace, Places, SpanPlace } from './places.ts';
import { gapWords } from './words.ts';

const curve = curveLine().curve(curveBumpX);
const WORD = 6.6;
/** Words of two commits need so much, and those of two folded stretches. */
const APART = 48;
const ROOM = 56;

/** Who owned the selected connection. */
interface StripProps {
  spans: readonly SpanPlace[];
  left: number;
  width: number;
}

export const OwnerStrip = memoised(({ spans, left, width }: StripProps) => (
  <g className="owner-strip">
    {spans.map((s) => {
      const x = Math.max(-2, s.x - left);
      const w = Math.min(width + 2, s.x + s.w - left) - x;
      if (w <= 0) return null;
      return (
        <g key={`${s.x} ${s.kind}`} className={`span ${s.kind} ${s.state}`}>
          <rect x={x} y={RULER + 3} width={w} height={STRIP - 4} />
          {s.text.length * WORD + 10 < w && (
            <text x={x + 9} y={RULER + STRIP / 2 + 5}>
              {s.text}
            </text>
          )}
        </g>
      );
    })}
  </g>
));

interface ArrowsProps {
  arrows: readonly ArrowPlace[];
  left: number;
  width: number;
  lanes: LaneSizes;
  conn: number;
}

/** A datagram goes from one thread to another. */
export const Arrows = memoised(({ arrows, left, width, lanes, conn }: ArrowsProps) => {
  const lines = arrows.map((a) => {
    const down = a.to.tid > a.from.tid;
    const y1 = laneTop(lanes, a.from.tid) + (down ? lanes.h - 2 : 2);
    const y2 = laneTop(lanes, a.to.tid) + (down ? -2 : lanes.h + 2);
    return { a, down, y1, y2, x1: a.from.x - left, x2: a.to.x - left };
  });
  const pills = placePills(
    lines
      .filter(({ a }) => a.redispatch)
      .map(({ a: { dgram, at, state }, x1, x2, y1, y2 }) => ({
        ...{ dgram, at, state },
        x: (x1 + x2) / 2,
        y: (y1 + y2) / 2,
      })),
    width,
  );
  return (
    <g className="arrows">
      {lines.map(({ a, down, x1, x2, y1, y2 }) => {
        const d = curve([
          [x1, y1],
          [x2, y2],
        ]);
        const tip = down ? `M${x2} ${y2 + 4}l-4 -6h8z` : `M${x2} ${y2 - 4}l-4 6h8z`;
        const tone = a.redispatch ? 'redispatch' : a.conn === conn ? 'own' : 'other';
        return (
          <g
            key={`${a.dgram} ${a.from.x}`}
            className={`arrow ${tone} ${a.state}`}
            data-dgram={a.dgram + 1}
            data-at={a.at + 1}
          >
            <path className="shaft" d={d ?? ''} />
            <path className="tip" d={tip} />
          </g>
        );
      })}
      {/* Over every curve. */}
      {pills.map((p) => (
        <g
          key={p.at}
          className={`arrow redispatch ${p.state}`}
          data-dgram={p.dgram + 1}
          data-at={p.at + 1}
          transform={`translate(${p.x} ${p.y})`}
        >
          <rect x={-p.w / 2} y={-7} width={p.w} height={14} />
          <text y={3.5}>
            {p.word && 'redispatch '}
            {p.dgram + 1}
            {p.more > 0 && ` +${p.more}`}
          </text>
        </g>
      ))}
    </g>
  );
});

interface ArrivalsProps {
  arrivals: Places['arrivals'];
  left: number;
  width: number;
}

export const Arrivals = memoised(({ arrivals, left, width }: ArrivalsProps) => (
  <g className="arrivals">
    {arrivals.map((a) => {
      const x = a.x - left;
      if (x < -10 || x > width + 10) return null;
      return (
        <g
          key={a.at}
          className={`arrival ${a.state} ${hue(a.conn >= 0 ? nameOf(a.conn) : null)}`}
          data-dgram={a.dgram + 1}
          data-at={a.at + 1}
        >
          <path d={`M${x} ${RULER}l-4 -7h8z`} />
          <title>{`Datagram ${a.dgram + 1} arrives`}</title>
        </g>
      );
    })}
  </g>
));

interface CommitsProps {
  commits: Places['commits'];
  left: number;
  width: number;
  lanes: LaneSizes;
}

export const Commits = memoised(({ commits, left, width, lanes }: CommitsProps) => (
  <g className="commits">
    {commits.map((c, i) => (
      <g key={`${c.x} ${c.tid}`} className={`commit-mark ${c.state}`}>
        <path className="commit-line" d={`M${c.x - left} ${RULER + 2}V${lanes.height}`} />
        <Diamond cx={c.x - left} cy={laneTop(lanes, c.tid) + lanes.h / 2} r={7} />
        {(commits[i + 1]?.x ?? Number.POSITIVE_INFINITY) - c.x > APART && (
          <text
            x={c.x - left + (c.x - left > width - ROOM ? -6 : 6)}
            y={lanes.height - 4}
            textAnchor={c.x - left > width - ROOM ? 'end' : 'start'}
          >
            commit
          </text>
        )}
      </g>
    ))}
  </g>
));

interface GapsProps {
  gaps: readonly Gap[];
  left: number;
  width: number;
  height: number;
}

/** Stretches that are folded, with the time they stand for. */
export const Gaps = memoised(({ gaps, left, width, height }: GapsProps) => {
  // Where they lie close together the first of them says its time.
  const labelled = new Set<number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const g of gaps)
    if (g.x - last >= APART) {
      labelled.add(g.x);
      last = g.x;
    }
  return (
    <g className="gaps">
      {gaps.map((g) => {
        const x = g.x - left;
        if (x + g.w < 0 || x > width) return null;
        return (
          <g key={g.x}>
            <rect x={x} y={RULER} width={g.w} height={height - RULER} />
            {labelled.has(g.x) && (
              <text x={x + g.w / 2} y={13}>
                {gapWords(g.ns)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
});
