import { curveBumpX, line as curveLine } from 'd3-shape';
import { nameOf } from '../../report/look.ts';
import { Diamond, hue } from '../parts/Glyphs.tsx';
import type { Gap } from './fold.ts';
import { type LaneSizes, laneTop, RULER, STRIP } from './lanes.ts';
import type { ArrowPlace, Places, SpanPlace } from './places.ts';
import { gapWords } from './words.ts';

const curve = curveLine().curve(curveBumpX);
const WORD = 6.6;
/** Width of a redispatch's words, and what the words beside a vertical line need. */
const TIP = 88;
/** Width of its number alone. */
const NUMBER = 28;
/** Words of two commits need so much, and those of two folded stretches. */
const APART = 48;
const ROOM = 56;

/** `x`, moved so far that what reaches `half` to each side of it is seen whole. */
const within = (x: number, half: number, width: number): number =>
  Math.max(half + 2, Math.min(width - half - 2, x));

/** Who owned the selected connection. */
export function OwnerStrip({
  spans,
  left,
  width,
}: {
  spans: readonly SpanPlace[];
  left: number;
  width: number;
}) {
  return (
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
  );
}

/** A datagram goes from one thread to another. */
export function Arrows({
  arrows,
  left,
  width,
  lanes,
  conn,
}: {
  arrows: readonly ArrowPlace[];
  left: number;
  width: number;
  lanes: LaneSizes;
  conn: number;
}) {
  // The word stands where there is room for it; else the number alone.
  const pills = arrows.filter((a) => a.redispatch).map((a) => (a.from.x + a.to.x) / 2);
  return (
    <g className="arrows">
      {arrows.map((a) => {
        const mid = (a.from.x + a.to.x) / 2;
        const alone = pills.every((p) => p === mid || Math.abs(p - mid) > TIP + 2);
        const pill = alone ? TIP : NUMBER;
        const down = a.to.tid > a.from.tid;
        const y1 = laneTop(lanes, a.from.tid) + (down ? lanes.h - 2 : 2);
        const y2 = laneTop(lanes, a.to.tid) + (down ? -2 : lanes.h + 2);
        const x1 = a.from.x - left;
        const x2 = a.to.x - left;
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
            {a.redispatch && (
              <g transform={`translate(${within((x1 + x2) / 2, pill / 2, width)} ${(y1 + y2) / 2})`}>
                <rect x={-pill / 2} y={-7} width={pill} height={14} />
                <text y={3.5}>
                  {alone && 'redispatch '}
                  {a.dgram + 1}
                </text>
              </g>
            )}
          </g>
        );
      })}
    </g>
  );
}

export function Arrivals({ places, left, width }: { places: Places; left: number; width: number }) {
  return (
    <g className="arrivals">
      {places.arrivals.map((a) => {
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
  );
}

export function Commits({
  places,
  left,
  width,
  lanes,
}: {
  places: Places;
  left: number;
  width: number;
  lanes: LaneSizes;
}) {
  return (
    <g className="commits">
      {places.commits.map((c, i) => (
        <g key={`${c.x} ${c.tid}`} className={`commit-mark ${c.state}`}>
          <path className="commit-line" d={`M${c.x - left} ${RULER + 2}V${lanes.height}`} />
          <Diamond cx={c.x - left} cy={laneTop(lanes, c.tid) + lanes.h / 2} r={7} />
          {(places.commits[i + 1]?.x ?? Number.POSITIVE_INFINITY) - c.x > APART && (
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
  );
}

/** Stretches that are folded, with the time they stand for. */
export function Gaps({
  gaps,
  left,
  width,
  height,
}: {
  gaps: readonly Gap[];
  left: number;
  width: number;
  height: number;
}) {
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
}
