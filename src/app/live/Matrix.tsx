import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { count } from '../stage/text.ts';
import type { Pair } from './arcs.ts';
import { onSize } from './canvas.ts';
import { type LiveColours, onColours, readColours } from './colours.ts';
import { useLiveState } from './context.tsx';
import { cellSide, drawMatrix, MATRIX_LEFT, MATRIX_TOP } from './matrix.ts';
import { outstanding } from './Rows.tsx';

const NONE: Pair[] = [];

/** Moves from row to column, exactly; the list beneath says the same in words. */
export function Matrix() {
  const pairs = useLiveState((s) => s.facts?.pairs) ?? NONE;
  const threads = useLiveState((s) => s.facts?.threads ?? 0);
  const stands = useLiveState((s) => (s.facts ? outstanding(s.thread, s.facts) : -1));
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(264);
  const [colours, setColours] = useState<LiveColours | null>(null);
  const [at, setAt] = useState<{ from: number; to: number } | null>(null);

  useEffect(() => {
    const around = box.current;
    if (!around) return;
    const recolour = () => setColours(readColours(around));
    recolour();
    const stops = [onSize(around, (w) => setWidth(Math.floor(w))), onColours(recolour)];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);

  useEffect(() => {
    if (canvas.current && colours && threads > 0 && width > 0) {
      drawMatrix(canvas.current, threads, pairs, width, stands, colours);
    }
  }, [pairs, threads, width, stands, colours]);

  const side = cellSide(Math.max(1, threads), width);
  const onPointerMove = (e: PointerEvent) => {
    const r = e.currentTarget.getBoundingClientRect();
    const to = Math.floor((e.clientX - r.left - MATRIX_LEFT) / side);
    const from = Math.floor((e.clientY - r.top - MATRIX_TOP) / side);
    setAt(from >= 0 && to >= 0 && from < threads && to < threads ? { from, to } : null);
  };
  const total = pairs.reduce((n, p) => n + p.count, 0);
  const here = at ? (pairs.find((p) => p.from === at.from && p.to === at.to)?.count ?? 0) : 0;
  return (
    <section aria-label="Moves, from row to column">
      <h2>Moves, from row to column</h2>
      <p className="muted">
        {at ? `T${at.from} to T${at.to}: ${count(here)} in the last 10 s` : 'last 10 s, area is count'}
      </p>
      <div ref={box} className="matrix">
        <canvas
          ref={canvas}
          style={{ width, height: MATRIX_TOP + side * threads + 2 }}
          role="img"
          aria-label={`${count(total)} moves in the last 10 s; the list has each`}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setAt(null)}
        />
      </div>
      <details data-testid="moves-list">
        <summary>
          {count(total)} moves between {count(pairs.length)} pairs
        </summary>
        <ul>
          {pairs.map((p) => (
            <li key={`${p.from}-${p.to}`}>
              <span className="mono">
                T{p.from} → T{p.to}
              </span>{' '}
              {count(p.count)}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
