import { useRef } from 'react';
import type { Move } from '../../report/ledger.ts';
import { duration } from '../../stories/cast.ts';
import { useSize } from '../page/useSize.ts';

const ROW = 18;
const SHOWN = 12;
/** The wait before the store is broken off where it is so many times the rest. */
const BREAK = 5;

/** Late datagrams on one axis, zero at the store: dashed while they wait with the old thread, filled with the new one. */
export function LateAxis({ move }: { move: Move }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const late = [...move.late]
    .sort((a, b) => b.ended - b.sorted - (a.ended - a.sorted))
    .slice(0, SHOWN)
    .sort((a, b) => a.sorted - b.sorted);
  const after = Math.max(1, ...late.map((l) => Math.max(l.ended, l.passed) - move.store));
  const before = Math.max(1, ...late.map((l) => move.store - l.sorted));
  const shownBefore = Math.min(before, after * BREAK);
  const broken = before > shownBefore;
  const left = 30;
  const x = (ns: number) =>
    left +
    ((Math.max(-shownBefore, ns - move.store) + shownBefore) / (shownBefore + after)) * (width - left - 14);
  const h = 22 + late.length * ROW;
  const words = late
    .map((l) => `${l.dgram + 1}: ${l.ended < 0 ? 'still waits' : `waited ${duration(l.ended - l.sorted)}`}`)
    .join(', ');
  return (
    <div ref={box} className="late-axis">
      {width > 0 && (
        <svg width={width} height={h} role="img" aria-label={`Late datagrams: ${words}`}>
          <path className="store-line" d={`M${x(move.store)} 4V${h - 2}`} />
          <text className="store-word" x={x(move.store) + 4} y={12}>
            store
          </text>
          {late.map((l, i) => {
            const y = 26 + i * ROW;
            const left = l.passed >= 0 ? l.passed : l.ended >= 0 ? l.ended : move.store + after;
            return (
              <g key={l.dgram}>
                <text className="mono" x={2} y={y + 4}>
                  {l.dgram + 1}
                </text>
                <path className="with-old" d={`M${x(l.sorted)} ${y}H${x(left)}`} />
                {broken && l.sorted < move.store - shownBefore && (
                  <path className="broken" d={`M${x(l.sorted) + 6} ${y - 5}l4 4l-4 4l4 4`} />
                )}
                {l.passed >= 0 && (
                  <>
                    <path className="passed" d={`M${x(l.passed)} ${y - 6}l7 6l-7 6z`} />
                    {l.ended >= 0 && <path className="with-new" d={`M${x(l.passed)} ${y}H${x(l.ended)}`} />}
                  </>
                )}
                {l.ended >= 0 && <circle className="ended" cx={x(l.ended)} cy={y} r={4} />}
              </g>
            );
          })}
        </svg>
      )}
      {move.late.length > SHOWN && (
        <p className="muted">{move.late.length - SHOWN} more, that waited less.</p>
      )}
    </div>
  );
}
