import { useEffect, useRef, useState } from 'react';
import { count, plural } from '../stage/text.ts';
import { onColours, readColours } from './colours.ts';
import { useLive, useLiveState } from './context.tsx';
import { LENS_ACROSS, placeOf } from './geometry.ts';
import { heatScale } from './heat.ts';
import { drawLens, LENS_HEIGHT, LENS_WIDTH, markOf } from './lens.ts';
import type { Place } from './store.ts';
import { ago, brief } from './words.ts';

interface Read {
  tid: number;
  age: number;
  rate: number;
  moves: number;
  x: number;
  y: number;
}

const WIDE = LENS_WIDTH + 116;

/** Reads the picked connection out and is the handle to rebind it by. */
export function Lens({ conn, place }: { conn: number; place: Place }) {
  const live = useLive();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [read, setRead] = useState<Read | null>(null);
  const over = useLiveState((s) => (s.drag?.conn === conn ? s.drag.over : -1));

  useEffect(() => {
    const at = canvas.current;
    if (!at) return;
    let colours = readColours(at.parentElement ?? at);
    const stopColours = onColours(() => {
      colours = readColours(at.parentElement ?? at);
    });
    const stopDraw = live.onDraw((drawn) => {
      const scale = heatScale(drawn.sediment.mean());
      drawLens(at, drawn, place, conn, scale, colours);
      const mark = markOf(drawn, conn, place.unit);
      if (!mark) {
        setRead(null);
        return;
      }
      const [x, y] = placeOf(place.columns, place.ground, mark);
      const { sediment, pool } = drawn;
      setRead({
        tid: mark.tid,
        // To the second and two digits, so that it does not flicker.
        age: Math.floor(sediment.age(conn) / 1000) * 1000,
        rate: sediment.rate(conn),
        moves: pool.conn(conn, 'moves'),
        x,
        y,
      });
    });
    return () => {
      stopColours();
      stopDraw();
    };
  }, [live, conn, place]);

  const beside = (LENS_ACROSS / 2) * place.columns.pitch + 10;
  const right = read ? read.x + beside + WIDE < place.width : true;
  const left = read ? Math.max(2, right ? read.x + beside : read.x - beside - WIDE) : 0;
  const top = read ? Math.max(4, Math.min(place.ground - LENS_HEIGHT - 4, read.y - LENS_HEIGHT / 2)) : 40;
  return (
    <div
      className="lens"
      style={{ left: read ? left : place.columns.left, top, width: WIDE }}
      data-testid="lens"
      data-conn={conn}
      data-owner={read?.tid ?? -1}
      data-lens=""
    >
      <canvas
        ref={canvas}
        width={1}
        height={1}
        style={{ width: LENS_WIDTH, height: LENS_HEIGHT }}
        role="img"
        aria-label="Marks about the picked one"
      />
      <div className="lens-words">
        <b className="mono">{count(conn)}</b>
        {read ? (
          <>
            <span>
              on T{read.tid}, {ago(read.age)}
            </span>
            <span>{brief(read.rate)} datagrams/s</span>
            <span>{plural(read.moves, 'move')}</span>
            <button
              type="button"
              className="btn"
              data-lens-menu=""
              data-testid="lens-rebind"
              aria-haspopup="menu"
              title="Enter; or drag the mark"
              onClick={() => live.openMenu()}
            >
              {over >= 0 ? `To T${over}` : 'Rebind to…'}
            </button>
          </>
        ) : (
          <span>This connection has closed.</span>
        )}
      </div>
    </div>
  );
}
