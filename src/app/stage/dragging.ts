/** What a drag shows and does when it ends: loaded when a connection is first pressed. */
import { loaded } from '../session/loaded.ts';
import type { Session } from '../session/session.ts';

type Dragging = typeof import('./DragLayer.tsx');

let here: Dragging | null = null;
let coming: Promise<Dragging> | null = null;

/** Null until it has been loaded. */
export const draggingHere = (): Dragging | null => here;

/** Never, where it cannot be had: that is said, with a way to try again. */
export function dragging(session: Session): Promise<Dragging> {
  coming ??= loaded(
    session,
    'What shows a drag',
    () => import('./DragLayer.tsx'),
    (m) => m,
  ).then((m) => {
    here = m;
    return m;
  });
  return coming;
}
