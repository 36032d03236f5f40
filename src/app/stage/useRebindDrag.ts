/**
 * Drag to rebind. The chip stays on its owner, because ownership has not moved yet; what moves is a copy (DragLayer).
 */
import type { RefObject } from 'react';
import { useDrag } from '../parts/useDrag.ts';
import { useSession } from '../session/context.tsx';
import type { Point } from '../session/marks.ts';
import { dragging } from './dragging.ts';
import { laneAt, type StageLayout } from './layout.ts';

/** Makes `node` the handle of connection `conn`. A touch held still opens the menu instead. */
export function useRebindDrag(node: RefObject<SVGGElement | null>, conn: number, layout: StageLayout): void {
  const session = useSession();
  const onStage = (at: Point): Point => {
    const svg = node.current?.ownerSVGElement;
    const matrix = svg?.getScreenCTM()?.inverse();
    return matrix ? new DOMPoint(at.x, at.y).matrixTransform(matrix) : at;
  };
  useDrag<number>(node, {
    press() {
      void dragging(session).then(() => {
        // A drag that began before this came is drawn from where it is.
        const { drag } = session.choices.getState();
        if (drag) session.set({ drag: { ...drag } });
      });
      return conn;
    },
    move(_, at) {
      const { x, y } = onStage(at);
      if (!session.choices.getState().drag) session.select(conn);
      session.set({ drag: { conn, x, y, over: laneAt(layout, x, y) }, menu: null });
    },
    drop(_, at) {
      session.set({ drag: null });
      if (!at) return;
      const { x, y } = onStage(at);
      const over = laneAt(layout, x, y);
      if (over >= 0) void dragging(session).then(({ dropOn }) => dropOn(session, conn, over));
    },
    held: (_, at) => session.openMenu({ kind: 'conn', conn }, at),
  });
}
