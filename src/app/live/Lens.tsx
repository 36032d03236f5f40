import { useEffect, useRef, useState } from 'react';
import { CONN_STATE } from '../../hosts/live/board.ts';
import { count, plural } from '../stage/text.ts';
import { onColours, readColours } from './colours.ts';
import { useLive, useLiveState } from './context.tsx';
import { LENS_ACROSS, placeOf } from './geometry.ts';
import { heatOf } from './heat.ts';
import { drawLens, LENS_HEIGHT, LENS_WIDTH, magnifies, markOf } from './lens.ts';
import type { Place } from './store.ts';
import { ago, brief } from './words.ts';

interface Read {
  tid: number;
  age: number;
  rate: number;
  moves: number;
  closing: boolean;
  x: number;
  y: number;
}

const WORDS = 116;
/** What the button is larger by where fingers press it. */
const TOUCH = 22;

/** Reads the picked connection out and is the handle to rebind it by. */
export function Lens({ conn, place }: { conn: number; place: Place }) {
  const live = useLive();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [read, setRead] = useState<Read | null>(null);
  const over = useLiveState((s) => (s.drag?.conn === conn ? s.drag.over : -1));

  const large = magnifies(place.columns.pitch);
  useEffect(() => {
    const around = box.current;
    if (!around) return;
    let colours = readColours(around);
    const stopColours = onColours(() => {
      colours = readColours(around);
    });
    const stopDraw = live.onDraw((drawn) => {
      if (canvas.current) drawLens(canvas.current, drawn, place, conn, heatOf(place.heatFrom), colours);
      const mark = markOf(drawn, conn, place.unit);
      if (!mark) {
        setRead(null);
        return;
      }
      const [x, y] = placeOf(place.columns, place.ground, mark);
      const { sediment, pool } = drawn;
      const next: Read = {
        tid: mark.tid,
        // To the second, so that it does not flicker.
        age: Math.floor(sediment.age(conn) / 1000) * 1000,
        rate: sediment.rate(conn),
        moves: pool.conn(conn, 'moves'),
        closing: pool.conn(conn, 'state') === CONN_STATE.closing,
        x,
        y,
      };
      setRead((was) => (was && same(was, next) ? was : next));
    });
    return () => {
      stopColours();
      stopDraw();
    };
  }, [live, conn, place]);

  const wide = WORDS + (large ? LENS_WIDTH : 0);
  const beside = large ? (LENS_ACROSS / 2) * place.columns.pitch + 10 : place.columns.pitch / 2 + 8;
  const right = read ? read.x + beside + wide < place.width : true;
  const left = read ? Math.max(2, right ? read.x + beside : read.x - beside - wide) : 0;
  const top = read ? Math.max(4, Math.min(place.ground - LENS_HEIGHT - TOUCH, read.y - LENS_HEIGHT / 2)) : 40;
  return (
    <div
      ref={box}
      className="lens"
      style={{ left: read ? left : place.columns.left, top, width: wide, minHeight: LENS_HEIGHT }}
      data-testid="lens"
      data-conn={conn}
      data-owner={read?.tid ?? -1}
      data-lens=""
    >
      {large && (
        <canvas
          ref={canvas}
          width={1}
          height={1}
          style={{ width: LENS_WIDTH, height: LENS_HEIGHT }}
          role="img"
          aria-label="Marks about the picked one"
        />
      )}
      <div className="lens-words">
        <b className="mono">{count(conn)}</b>
        {read ? (
          <>
            <span>
              on T{read.tid}, {ago(read.age)}
            </span>
            <span>{brief(read.rate)} datagrams/s</span>
            <span>
              {plural(read.moves, 'move')}
              {read.closing ? ', closing' : ''}
            </span>
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

function same(a: Read, b: Read): boolean {
  return (Object.keys(a) as (keyof Read)[]).every((k) => a[k] === b[k]);
}
