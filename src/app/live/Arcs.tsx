import { count } from '../stage/text.ts';
import { arcsFor, MOST_ARCS } from './arcs.ts';
import { useLiveState } from './context.tsx';

const HEIGHT = 64;

/** Moves of the last 10 s, below the ground line: from the old owner to the new, width is count. */
export function Arcs() {
  const place = useLiveState((s) => s.place);
  const pairs = useLiveState((s) => s.facts?.pairs);
  if (!place) return <div className="arcs" style={{ height: HEIGHT }} />;
  const arcs = arcsFor(pairs ?? [], place.columns, HEIGHT);
  const total = pairs?.reduce((n, p) => n + p.count, 0) ?? 0;
  const more = Math.max(0, (pairs?.length ?? 0) - MOST_ARCS);
  return (
    <div className="arcs" style={{ height: HEIGHT }}>
      <p>
        <b>Moves</b>
        <span>
          {count(total)} in the last 10 s{more > 0 ? `, the ${MOST_ARCS} widest` : ''}
        </span>
      </p>
      <svg width={place.width} height={HEIGHT} viewBox={`0 0 ${place.width} ${HEIGHT}`} aria-hidden="true">
        {arcs.map((a) => (
          <g key={`${a.from}-${a.to}`} className={a.label ? 'strong' : ''}>
            <path className="arc" d={a.path} strokeWidth={a.width} />
            <path className="head" d={a.head} />
          </g>
        ))}
        {arcs.map(
          (a) =>
            a.label && (
              <text key={`${a.from}-${a.to}`} x={a.label.x} y={a.label.y + 4}>
                T{a.from} → T{a.to}: {count(a.count)}
              </text>
            ),
        )}
      </svg>
    </div>
  );
}
