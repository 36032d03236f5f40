/** Key presses to commands, for the whole page. */

import type { Session } from '../session/session.ts';
import { commandFor, type KeyState } from './keymap.ts';
import { order } from './table.ts';

/** Listens until the returned function is called. */
export function listenKeys(session: Session): () => void {
  const state: KeyState = { pending: '' };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.isComposing || e.defaultPrevented) return;
    // Where browsers and others have their command box. Not inside fields: there it may be the field's own.
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.code === 'KeyK') {
      const field = e.target instanceof Element && e.target.closest('input, select, textarea') !== null;
      const { story, mode, explorer } = session.choices.getState();
      if (field || story || mode === 'live' || explorer) return;
      e.preventDefault();
      order(session, 'find');
      return;
    }
    const { finding } = session.choices.getState();
    const inBox = e.target instanceof Element && e.target.closest('[role=dialog]') !== null;
    // The box is on its way: what is typed is its own already.
    if (finding !== null && !inBox && e.key.length === 1 && !e.ctrlKey && !e.altKey && !e.metaKey) {
      e.preventDefault();
      session.set({ finding: finding + e.key });
      return;
    }
    const el = e.target instanceof Element ? e.target : null;
    const inWidget =
      el?.closest('input, select, textarea, dialog, [data-widget], [role=log]') !== null && el !== null;
    // A chip is the stage's own: Enter opens its menu and Space plays, as anywhere on the stage.
    const onControl = el?.closest('button, a, summary') !== null && el !== null;
    const press = {
      code: e.code,
      key: e.key,
      shift: e.shiftKey,
      modified: e.ctrlKey || e.altKey || e.metaKey,
      inWidget,
      onControl,
    };
    const { singleKeys, mode, story, explorer, presenting } = session.choices.getState();
    const hit = commandFor(
      press,
      state,
      singleKeys,
      story && !explorer ? (presenting ? 'presenting' : 'story') : mode,
    );
    if (!hit) return;
    // The stage is not there to be ordered about while the Explorer stands in its place.
    if (explorer && hit.command.group !== 'Page') return;
    const threads =
      mode === 'live' ? session.parts.live?.threads : session.picture.getState().stage?.threads.length;
    if (hit.digit >= (threads ?? 0)) return;
    e.preventDefault();
    hit.command.run(session, hit.digit);
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
