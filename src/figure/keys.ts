/** Keys of a figure: what the page has for the same. Esc gives the focus back to the page around it. */
import type { StoreApi } from 'zustand/vanilla';
import type { FigureState } from './begin.tsx';

export function keysOf(node: HTMLElement, state: StoreApi<FigureState>, threads: number): void {
  /** H was pressed: a digit holds that thread. */
  let holds = false;
  node.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    const { deck, session } = state.getState();
    if (e.key === 'Escape') {
      if (session.choices.getState().drag) return;
      (document.activeElement as HTMLElement | null)?.blur();
      if (parent !== window) parent.focus();
      return;
    }
    const tid = Number(/^Digit(\d)$/.exec(e.code)?.[1] ?? threads);
    if (tid < threads && (holds || e.shiftKey)) {
      e.preventDefault();
      deck.pause();
      if (holds) session.toggleHold(tid);
      else session.rebind(session.choices.getState().selected, tid);
    }
    holds = e.code === 'KeyH';
  });
}
