/** Events that a person expects an answer to. */
const ASKING = ['keydown', 'pointerdown'] as const;

/**
 * Calls `asked` before a page answers what a person asks of it, until what it returns is called. A key that is held down asks once.
 * @param page where its events pass: its window.
 */
export function onAsking(page: EventTarget, asked: () => void): () => void {
  const heard = (e: Event): void => {
    if (!('repeat' in e && e.repeat)) asked();
  };
  for (const kind of ASKING) page.addEventListener(kind, heard, { capture: true, passive: true });
  return () => {
    for (const kind of ASKING) page.removeEventListener(kind, heard, { capture: true });
  };
}
