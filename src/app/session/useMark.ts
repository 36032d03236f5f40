import { type RefObject, useLayoutEffect, useRef } from 'react';
import { useSession } from './context.tsx';
import type { MarkName } from './marks.ts';

/** For the element that is to be found by `name` (null: by nobody) while it is on screen. */
export function useMark<E extends HTMLElement | SVGElement>(name: MarkName | null): RefObject<E | null> {
  const { marks } = useSession();
  const node = useRef<E>(null);
  useLayoutEffect(() => {
    const el = node.current;
    return el && name ? marks.put(name, el) : undefined;
  }, [marks, name]);
  return node;
}
