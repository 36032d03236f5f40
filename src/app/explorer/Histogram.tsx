import { scaleBand, scaleLog } from 'd3-scale';
import { Octagon } from '../parts/Glyphs.tsx';
import { count } from '../stage/text.ts';
import type { Run } from './types.ts';

const W = 430;
const H = 62;
/** Bars beyond which depths share one. */
const BARS = 60;

/** States by depth, on a logarithmic scale: how far the search is, and where it found what. */
export function Histogram({ run }: { run: Run }) {
  const byDepth = run.progress?.byDepth ?? [];
  if (byDepth.length === 0) return null;
  const per = Math.ceil(byDepth.length / BARS);
  const bars = Array.from({ length: Math.ceil(byDepth.length / per) }, (_, i) =>
    byDepth.slice(i * per, (i + 1) * per).reduce((a, b) => a + b, 0),
  );
  const x = scaleBand<number>()
    .domain(bars.map((_, i) => i))
    .range([0, W])
    .paddingInner(0.16);
  const most = Math.max(2, ...bars);
  const y = scaleLog()
    .domain([1, most])
    .range([3, H - 14]);
  const violation = run.verdict?.verdict === 'violation';
  const width = Math.min(26, x.bandwidth());
  const step = Math.max(1, Math.ceil(bars.length / 8));
  return (
    <figure
      className="ex-histogram"
      aria-label={`States by depth, most at one depth ${count(most)}`}
      data-testid="histogram"
    >
      <svg viewBox={`0 0 ${W} ${H + 14}`} width={W} height={H + 14} aria-hidden="true">
        {bars.map((n, i) => {
          const h = n > 0 ? y(n) : 0;
          const found = violation && i === bars.length - 1;
          const left = bars.length < 16 ? i * 27 : (x(i) ?? 0);
          return (
            <g key={`d${i.toString()}`}>
              <rect className={found ? 'bar found' : 'bar'} x={left} y={H - h} width={width} height={h} />
              {found && <Octagon cx={left + width / 2} cy={H - h - 7} r={5} />}
              {i % step === 0 && (
                <text x={left + width / 2} y={H + 12}>
                  {i * per}
                </text>
              )}
            </g>
          );
        })}
        <path className="base" d={`M0 ${H}.5H${W}`} />
      </svg>
    </figure>
  );
}
