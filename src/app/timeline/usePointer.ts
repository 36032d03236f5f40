/** Pointers over the lanes: a click goes there, a drag chooses a span, with Space, the middle button or two fingers it moves; the wheel zooms. */
import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';

/** Virtual ns. */
export interface Span {
  from: number;
  to: number;
}

interface On {
  /** The time at `x` of the view. */
  ns(x: number): number;
  pan(dx: number): void;
  zoom(by: number, x: number): void;
  span(span: Span | null): void;
  click(e: PointerEvent): void;
}

/** A press that moves less than this is a click, px. */
const SLACK = 4;
/** So much of a wheel, or of a pinch, is one zoom. */
const WHEEL = 80;
const PINCH = 1.5;

interface Press {
  x: number;
  pans: boolean;
  moved: boolean;
}

export function usePointer(box: RefObject<HTMLDivElement | null>, on: On) {
  const press = useRef<Press | null>(null);
  const touches = useRef(new Map<number, number>());
  const pinch = useRef(0);
  const space = useRef(false);
  const latest = useRef(on);
  useEffect(() => {
    latest.current = on;
  });

  // A wheel listener of React's own cannot keep the page from scrolling.
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    let turned = 0;
    const onWheel = (e: WheelEvent) => {
      e.preventDefault();
      const sideways = e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY);
      if (sideways) {
        latest.current.pan(e.deltaX || e.deltaY);
        return;
      }
      turned += e.ctrlKey ? e.deltaY * 8 : e.deltaY;
      const by = Math.trunc(turned / WHEEL);
      if (by === 0) return;
      turned -= by * WHEEL;
      latest.current.zoom(Math.sign(by), e.clientX - el.getBoundingClientRect().left);
    };
    const onKey = (e: KeyboardEvent) => {
      if (e.code === 'Space') space.current = e.type === 'keydown';
    };
    el.addEventListener('wheel', onWheel, { passive: false });
    addEventListener('keydown', onKey);
    addEventListener('keyup', onKey);
    return () => {
      el.removeEventListener('wheel', onWheel);
      removeEventListener('keydown', onKey);
      removeEventListener('keyup', onKey);
    };
  }, [box]);

  const xOf = (e: PointerEvent): number => e.clientX - e.currentTarget.getBoundingClientRect().left;
  const apart = (): number => {
    const [a = 0, b = 0] = touches.current.values();
    return Math.abs(a - b);
  };

  return {
    down(e: PointerEvent) {
      e.currentTarget.setPointerCapture(e.pointerId);
      const x = xOf(e);
      if (e.pointerType === 'touch') touches.current.set(e.pointerId, x);
      pinch.current = apart();
      press.current = { x, pans: e.button === 1 || space.current || e.pointerType === 'touch', moved: false };
    },
    move(e: PointerEvent) {
      const p = press.current;
      if (!p) return;
      const x = xOf(e);
      if (touches.current.has(e.pointerId)) touches.current.set(e.pointerId, x);
      if (touches.current.size > 1) {
        p.moved = true;
        const now = apart();
        const by = now > pinch.current * PINCH ? -1 : now * PINCH < pinch.current ? 1 : 0;
        if (by !== 0) {
          pinch.current = now;
          on.zoom(by, x);
        }
        return;
      }
      if (!p.moved && Math.abs(x - p.x) < SLACK) return;
      p.moved = true;
      if (p.pans) {
        on.pan(p.x - x);
        p.x = x;
      } else on.span(ordered(on.ns(p.x), on.ns(x)));
    },
    up(e: PointerEvent) {
      const p = press.current;
      touches.current.delete(e.pointerId);
      if (touches.current.size > 0) return;
      press.current = null;
      if (p && !p.moved && e.button === 0) on.click(e);
    },
    cancel(e: PointerEvent) {
      touches.current.delete(e.pointerId);
      press.current = null;
    },
  };
}

const ordered = (a: number, b: number): Span => ({ from: Math.min(a, b), to: Math.max(a, b) });
