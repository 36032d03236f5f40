/** Keys of a figure: what the page has for the same. Esc gives the focus back to the page around it. */
import type { StoreApi } from 'zustand/vanilla';
import type { FigureState } from './begin.tsx';

export function keysOf(node: HTMLElement, state: StoreApi<FigureState>, threads: number): void {
  node.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    const { deck, session } = state.getState();
    if (e.key === 'Escape') {
      if (session.choices.getState().drag) return;
      (document.activeElement as HTMLElement | null)?.blur();
      if (parent !== window) parent.focus();
      return;
    }
    const tid = e.shiftKey ? /^Digit(\d)$/.exec(e.code)?.[1] : undefined;
    if (tid === undefined || Number(tid) >= threads) return;
    e.preventDefault();
    deck.pause();
    session.rebind(session.choices.getState().selected, Number(tid));
  });
}
