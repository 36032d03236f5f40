/** Picking marks with the pointer, and dragging the picked one to another column. It stays with its owner until it moves. */
import type { RefObject } from 'react';
import { useDrag } from '../parts/useDrag.ts';
import type { Point } from '../session/marks.ts';
import { useLive } from './context.tsx';
import { type Columns, markAt } from './geometry.ts';
import type { LiveSession } from './session.ts';

/** Thread of the column at `x`, the gap after it included, or -1. */
export function columnAt(columns: Columns, x: number): number {
  const t = Math.floor((x - columns.left) / columns.step);
  return t >= 0 && t < columns.threads ? t : -1;
}

/** Connection of the mark at (x, y), or of the top mark when the pointer is above the column; -1 where there is none. */
export function connAt(live: LiveSession, x: number, y: number): number {
  const { place } = live.state.getState();
  if (!place || !live.drawn) return -1;
  const mark = markAt(place.columns, place.ground, x, Math.min(y, place.ground - 1));
  const column = mark && live.drawn.sediment.column(mark.tid);
  if (!mark || !column || column.length === 0) return -1;
  return column[Math.min(column.length - 1, mark.index * place.unit)]!;
}

export function useMarkDrag(box: RefObject<HTMLElement | null>): void {
  const live = useLive();
  const within = (at: Point): Point => {
    const frame = box.current?.getBoundingClientRect();
    return frame ? { x: at.x - frame.left, y: at.y - frame.top } : at;
  };
  const over = (x: number): number => {
    const { place } = live.state.getState();
    return place ? columnAt(place.columns, x) : -1;
  };
  useDrag<number>(box, {
    press(at, e) {
      const target = e.target as Element;
      if (target.closest('button')) return null;
      const { x, y } = within(at);
      const inLens = target.closest('[data-lens]') !== null;
      const conn = inLens ? live.state.getState().pick : connAt(live, x, y);
      live.pick(conn);
      return conn < 0 ? null : conn;
    },
    move(conn, at) {
      const { x, y } = within(at);
      live.set({ drag: { conn, x, y, over: over(x) }, menu: null });
    },
    drop(conn, at) {
      live.set({ drag: null });
      const to = at ? over(within(at).x) : -1;
      if (to >= 0) live.rebindConn(conn, to);
    },
  });
}
