/** Picking marks with the pointer, and dragging the picked one to another column. It stays with its owner until it moves. */
import { type D3DragEvent, drag } from 'd3-drag';
import { select } from 'd3-selection';
import { type RefObject, useEffect } from 'react';
import { useLive } from './context.tsx';
import { type Columns, markAt } from './geometry.ts';
import type { LiveSession } from './session.ts';

const THRESHOLD = 4;

type Event = D3DragEvent<HTMLElement, unknown, unknown>;

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
  useEffect(() => {
    const div = box.current;
    if (!div) return;
    let from: [number, number] = [0, 0];
    let conn = -1;
    let cancelled = false;
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      cancelled = true;
      live.set({ drag: null });
    };
    const behave = drag<HTMLElement, unknown>()
      .container(() => div)
      .clickDistance(THRESHOLD)
      .filter((e: MouseEvent) => !e.ctrlKey && !e.button && !(e.target as Element).closest('button'))
      .on('start', (e: Event) => {
        from = [e.x, e.y];
        cancelled = false;
        const inLens = (e.sourceEvent.target as Element).closest('[data-lens]') !== null;
        conn = inLens ? live.state.getState().pick : connAt(live, e.x, e.y);
        live.pick(conn);
        window.addEventListener('keydown', onKey, true);
      })
      .on('drag', (e: Event) => {
        const { place } = live.state.getState();
        if (cancelled || conn < 0 || !place) return;
        if (!live.state.getState().drag && Math.hypot(e.x - from[0], e.y - from[1]) < THRESHOLD) return;
        live.set({ drag: { conn, x: e.x, y: e.y, over: columnAt(place.columns, e.x) }, menu: null });
      })
      .on('end', () => {
        window.removeEventListener('keydown', onKey, true);
        const dragged = live.state.getState().drag;
        live.set({ drag: null });
        if (cancelled || !dragged || dragged.over < 0) return;
        live.rebindConn(dragged.conn, dragged.over);
      });
    select(div).call(behave);
    return () => {
      select(div).on('.drag', null);
      window.removeEventListener('keydown', onKey, true);
    };
  }, [box, live]);
}
