import type { KeyboardEvent, PointerEvent } from 'react';
import { useChoice, useSession } from '../session/context.tsx';

const EDGES = {
  inspector: { name: 'Width of the inspector', least: 280, most: 700, first: 360, axis: 'x' },
  bottom: { name: 'Height of the bottom panel', least: 140, most: 640, first: 280, axis: 'y' },
} as const;

/** Size of a panel in px, as chosen; 0 leaves it to the layout. */
export type Edge = keyof typeof EDGES;

const STEP = 16;

/** The edge of a panel that can be moved: by pointer, by arrow keys, back to the first size by double click or Home. */
export function Divider({ edge }: { edge: Edge }) {
  const session = useSession();
  const chosen = useChoice((c) => c.sizes[edge]);
  const { name, least, most, first, axis } = EDGES[edge];
  const size = chosen || first;
  const set = (px: number) => {
    const sizes = session.choices.getState().sizes;
    const fitting = px === 0 ? 0 : Math.round(Math.max(least, Math.min(most, px)));
    session.set({ sizes: { ...sizes, [edge]: fitting } });
  };
  const onPointerDown = (e: PointerEvent) => {
    if (e.button !== 0) return;
    e.preventDefault();
    e.currentTarget.setPointerCapture(e.pointerId);
  };
  const onPointerMove = (e: PointerEvent) => {
    if (!e.currentTarget.hasPointerCapture(e.pointerId)) return;
    set(axis === 'x' ? window.innerWidth - e.clientX : window.innerHeight - e.clientY);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const grow = axis === 'x' ? 'ArrowLeft' : 'ArrowUp';
    const shrink = axis === 'x' ? 'ArrowRight' : 'ArrowDown';
    if (e.key === grow) set(size + STEP);
    else if (e.key === shrink) set(size - STEP);
    else if (e.key === 'Home') set(0);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <input
      type="range"
      className={`divider along-${axis}`}
      aria-label={name}
      aria-orientation={axis === 'x' ? 'horizontal' : 'vertical'}
      min={least}
      max={most}
      value={size}
      data-testid={`divider-${edge}`}
      onChange={(e) => set(Number(e.target.value))}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => set(0)}
      onKeyDown={onKeyDown}
    />
  );
}
