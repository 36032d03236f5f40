/** Motion after the fact: the state has changed, the mark follows. Nothing runs while nothing has changed. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { along, type Point } from './paths.ts';

interface TweenOptions {
  ms: number;
  delay?: number;
  /** Off: the value is taken at once. */
  on: boolean;
}

/** `target`, reached over `ms`. A new target starts from where the value is. */
export function useTween(target: number, { ms, delay = 0, on }: TweenOptions): number {
  const [value, setValue] = useState(target);
  const at = useRef(target);
  useEffect(() => {
    const from = at.current;
    if (!on || from === target) {
      at.current = target;
      setValue(target);
      return;
    }
    return run(ms, delay, (t) => {
      at.current = from + (target - from) * t;
      setValue(at.current);
    });
  }, [target, ms, delay, on]);
  return on ? value : target;
}

/**
 * Moves a `<g>` that is drawn at (x, y) there from where it was, without a render per frame.
 * @param via line to travel along instead of straight, when it is new there.
 */
export function useGlide(
  node: RefObject<SVGGElement | null>,
  x: number,
  y: number,
  via: readonly Point[] | null,
  on: boolean,
): void {
  const at = useRef<Point | null>(null);
  const line = useRef(via);
  useLayoutEffect(() => {
    line.current = via;
  }, [via]);
  useLayoutEffect(() => {
    const g = node.current;
    if (!g) return;
    const put = (p: Point) => {
      at.current = p;
      g.setAttribute('transform', `translate(${p[0]} ${p[1]})`);
    };
    const from = at.current;
    const far = from !== null && Math.hypot(from[0] - x, from[1] - y) > 1;
    if (far) g.dataset.moved = g.ownerSVGElement?.dataset.steps;
    if (!on || !from || !far) return put([x, y]);
    const trunk = line.current;
    const path: readonly Point[] = trunk ? [from, ...trunk.slice(1, -1), [x, y]] : [from, [x, y]];
    put(from);
    return run(
      trunk ? 420 : 220,
      0,
      (t) => put(along(path, t)),
      () => put([x, y]),
    );
  }, [node, x, y, on]);
}

/** Where nothing may glide, what moved is outlined: by the last step alone, never after a jump. */
export function useMoved(svg: RefObject<SVGSVGElement | null>, steps: number): void {
  const before = useRef(steps);
  useLayoutEffect(() => {
    const one = steps - before.current === 1;
    before.current = steps;
    for (const g of svg.current!.querySelectorAll<SVGGElement>('[data-moved]'))
      if (!one || g.dataset.moved !== `${steps}`) delete g.dataset.moved;
  }, [svg, steps]);
}

/** Calls `frame` with 0..1, eased, until done or stopped; stopping jumps to the end. */
function run(ms: number, delay: number, frame: (t: number) => void, stopped?: () => void): () => void {
  let id = 0;
  const begin = performance.now() + delay;
  const tick = (now: number) => {
    const t = Math.max(0, Math.min(1, (now - begin) / ms));
    frame(1 - (1 - t) ** 3);
    if (t < 1) id = requestAnimationFrame(tick);
    else id = 0;
  };
  id = requestAnimationFrame(tick);
  return () => {
    if (id === 0) return;
    cancelAnimationFrame(id);
    stopped?.();
  };
}
