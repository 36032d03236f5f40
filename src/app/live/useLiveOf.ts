import { useStore } from 'zustand';
import type { Session } from '../session.ts';
import { liveFor } from './liveFor.ts';
import type { LiveSession } from './session.ts';
import type { LiveState } from './store.ts';

/** The session's Live, made when it is first asked for, and its state. */
export function useLiveOf(session: Session): { live: LiveSession; state: LiveState } {
  const live = liveFor(session);
  return { live, state: useStore(live.state) };
}
