/** Key presses to commands, for the whole page. */

import type { Session } from '../session/session.ts';
import { commandFor, type KeyState } from './keymap.ts';

/** Listens until the returned function is called. */
export function listenKeys(session: Session): () => void {
  const state: KeyState = { pending: '' };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.isComposing || e.defaultPrevented) return;
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
    const { singleKeys, mode, story, explorer } = session.choices.getState();
    const hit = commandFor(press, state, singleKeys, story && !explorer ? 'story' : mode);
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
