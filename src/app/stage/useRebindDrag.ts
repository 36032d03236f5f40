/**
 * Drag to rebind. The chip stays on its owner, because ownership has not moved yet; what moves is a copy (DragLayer).
 */
import { type D3DragEvent, drag } from 'd3-drag';
import { select } from 'd3-selection';
import { type RefObject, useEffect, useRef } from 'react';
import { useSession } from '../session/context.tsx';
import { laneAt, type StageLayout } from './layout.ts';
import { outcome } from './outcome.ts';

const THRESHOLD = 4;
const LONG_PRESS_MS = 500;

type Event = D3DragEvent<SVGGElement, unknown, unknown>;

/** Makes `node` the handle of connection `conn`. A touch held still opens the menu instead. */
export function useRebindDrag(node: RefObject<SVGGElement | null>, conn: number, layout: StageLayout): void {
  const session = useSession();
  const place = useRef(layout);
  place.current = layout;
  useEffect(() => {
    const g = node.current;
    if (!g) return;
    let from: [number, number] = [0, 0];
    let press = 0;
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      session.set({ drag: null });
      cancelled = true;
    };
    let cancelled = false;
    const swallow = (e: TouchEvent) => e.preventDefault();
    const behave = drag<SVGGElement, unknown>()
      .container(() => g.ownerSVGElement!)
      .clickDistance(THRESHOLD)
      .filter((e: MouseEvent) => !e.ctrlKey && !e.button)
      .on('start', (e: Event) => {
        from = [e.x, e.y];
        cancelled = false;
        window.addEventListener('keydown', onKey, true);
        const source = e.sourceEvent as MouseEvent | TouchEvent;
        if (!('touches' in source)) return;
        const touch = source.touches[0];
        if (!touch) return;
        press = window.setTimeout(() => {
          cancelled = true;
          // The finger lifts over the menu: without this the browser would click what lies there.
          window.addEventListener('touchend', swallow, { capture: true, once: true, passive: false });
          session.set({ drag: null, menu: { conn, x: touch.clientX, y: touch.clientY } });
        }, LONG_PRESS_MS);
      })
      .on('drag', (e: Event) => {
        if (
          cancelled ||
          (!session.choices.getState().drag && Math.hypot(e.x - from[0], e.y - from[1]) < THRESHOLD)
        )
          return;
        window.clearTimeout(press);
        if (!session.choices.getState().drag) session.select(conn);
        session.set({ drag: { conn, x: e.x, y: e.y, over: laneAt(place.current, e.x, e.y) }, menu: null });
      })
      .on('end', () => {
        window.clearTimeout(press);
        window.removeEventListener('keydown', onKey, true);
        const state = session.choices.getState().drag;
        session.set({ drag: null });
        const view = session.picture.getState().stage;
        const who = view?.conns.find((c) => c.index === conn);
        if (cancelled || !state || !view || !who || state.over < 0) return;
        const kind = outcome(view, who, state.over).kind;
        if (kind === 'rebind' || kind === 'refused') session.rebind(conn, state.over);
      });
    select(g).call(behave);
    return () => {
      select(g).on('.drag', null);
      window.clearTimeout(press);
      window.removeEventListener('touchend', swallow, true);
      window.removeEventListener('keydown', onKey, true);
    };
  }, [node, conn, session]);
}
