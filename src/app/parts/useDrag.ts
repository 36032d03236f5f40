/**
 * Dragging something by pointer. A press becomes a drag after a few pixels; Esc gives it up; whatever way it ends, no click
 * follows a drag. A finger that is held still may ask for something else.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { Point } from '../session/marks.ts';

/** A press that moves less is a click, px. */
const THRESHOLD = 4;
const LONG_PRESS_MS = 500;

export interface Dragging<T> {
  /** What would be dragged from here; null leaves the press alone. `at` is in CSS px of the window. */
  press(at: Point, e: PointerEvent): T | null;
  /** It is dragged, and the pointer is at `at`. */
  move(what: T, at: Point): void;
  /** It was let go at `at`; null when it was given up. Called after at least one `move`. */
  drop(what: T, at: Point | null): void;
  /** A finger has been held still. */
  held?(what: T, at: Point): void;
}

export function useDrag<T>(node: RefObject<HTMLElement | SVGElement | null>, dragging: Dragging<T>): void {
  const latest = useRef(dragging);
  useLayoutEffect(() => {
    latest.current = dragging;
  });
  useEffect(() => {
    const el = node.current;
    return el ? listen(el, () => latest.current) : undefined;
  }, [node]);
}

function listen<T>(el: HTMLElement | SVGElement, how: () => Dragging<T>): () => void {
  let end = (_: boolean): void => {};

  const onDown = (down: Event): void => {
    if (!(down instanceof PointerEvent) || down.button !== 0 || down.ctrlKey || !down.isPrimary) return;
    const from = { x: down.clientX, y: down.clientY };
    const what = how().press(from, down);
    if (what === null) return;
    let at = from;
    let moved = false;
    const { pointerId } = down;
    const timer =
      down.pointerType === 'touch' && how().held
        ? setTimeout(() => {
            end(false);
            // The finger lifts over what opened there: without this the browser would click it.
            window.addEventListener('click', swallow, { capture: true, once: true });
            how().held?.(what, at);
          }, LONG_PRESS_MS)
        : undefined;
    const onMove = (e: PointerEvent): void => {
      if (e.pointerId !== pointerId) return;
      at = { x: e.clientX, y: e.clientY };
      if (!moved && Math.hypot(at.x - from.x, at.y - from.y) < THRESHOLD) return;
      clearTimeout(timer);
      if (!moved) el.setPointerCapture(pointerId);
      moved = true;
      how().move(what, at);
    };
    const onUp = (e: PointerEvent): void => {
      if (e.pointerId === pointerId) end(e.type === 'pointerup');
    };
    const onKey = (e: KeyboardEvent): void => {
      if (e.key !== 'Escape' || !moved) return;
      e.stopPropagation();
      e.preventDefault();
      end(false);
    };
    end(false);
    end = (dropped) => {
      end = () => {};
      clearTimeout(timer);
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', onUp);
      window.removeEventListener('keydown', onKey, true);
      if (!moved) return;
      window.addEventListener('click', swallow, { capture: true, once: true });
      // A press that ends outside makes no click: the next one is meant.
      setTimeout(() => window.removeEventListener('click', swallow, true));
      how().drop(what, dropped ? at : null);
    };
    // The first move may already lie outside: a quick hand.
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', onUp);
    window.addEventListener('keydown', onKey, true);
  };

  el.addEventListener('pointerdown', onDown);
  return () => {
    el.removeEventListener('pointerdown', onDown);
    end(false);
  };
}

function swallow(e: Event): void {
  e.preventDefault();
  e.stopPropagation();
}
