import { useStore } from 'zustand';
import type { Session } from '../session/session.ts';
import { liveFor } from './liveFor.ts';
import type { LiveSession } from './session.ts';
import type { LiveState } from './store.ts';

/** The session's Live, made when it is first asked for, and what `pick` picks of its state: nothing else draws again. */
export function useLiveOf<T>(session: Session, pick: (s: LiveState) => T): { live: LiveSession; picked: T } {
  const live = liveFor(session);
  return { live, picked: useStore(live.state, pick) };
}
