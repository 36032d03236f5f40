/**
 * Stands in place of app/stage/dragging.ts in the figure's build: a classic script has no parts that come later, so what shows a
 * drag is in it.
 */
import * as layer from '../app/stage/DragLayer.tsx';

export const draggingHere = (): typeof layer => layer;
export const dragging = async (): Promise<typeof layer> => layer;
