import { count } from '../stage/text.ts';
import { type Arc, arcsFor, MOST_ARCS } from './arcs.ts';
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
          {count(total)} in the last 10 s{more > 0 ? `, the ${MOST_ARCS} widest` : ''}
        </span>
      </p>
      <svg width={place.width} height={HEIGHT} viewBox={`0 0 ${place.width} ${HEIGHT}`} aria-hidden="true">
        {arcs.map((a) => (
          <g key={`${a.from}-${a.to}`} className={a.label ? 'strong' : ''}>
            <path className="arc" d={a.path} strokeWidth={a.width} />
            <path className="head" d={a.head} />
          </g>
        ))}
        {arcs.map((a) => a.label && <Label key={`${a.from}-${a.to}`} arc={a} x={a.label.x} y={a.label.y} />)}
      </svg>
    </div>
  );
}

/** Half the height, and the width of a sign, of a label's ground: arcs behind it must not run through its numbers. */
const HALF = 8;
const SIGN = 6.6;

function Label({ arc, x, y }: { arc: Arc; x: number; y: number }) {
  const text = `T${arc.from} → T${arc.to}: ${count(arc.count)}`;
  const wide = text.length * SIGN + 6;
  const middle = Math.min(y, HEIGHT - HALF);
  return (
    <>
      <rect x={x - wide / 2} y={middle - HALF} width={wide} height={2 * HALF} />
      <text x={x} y={middle + 4}>
        {text}
      </text>
    </>
  );
}
