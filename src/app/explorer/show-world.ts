/** Brings the Explorer with a museum world ready to be searched: where something on the page leads to what could have broken. */
import type { Session } from '../session/session.ts';
import { explorerOf } from './control.ts';
import { startForm, withWorld } from './form.ts';

export function showWorld(session: Session, world: string): void {
  explorerOf(session).change(withWorld(startForm(world), world, false));
  session.set({ explorer: true, menu: null });
}
