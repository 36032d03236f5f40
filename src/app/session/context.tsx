/** How a component gets at its figure's session. One session per figure, so many figures can stand on one page. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Session } from './session.ts';
import type { Choices, Picture, PictureStore } from './store.ts';

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('A view stands outside its session');
  return session;
}

export function useChoice<T>(pick: (c: Choices) => T): T {
  return useStore(useSession().choices, pick);
}

/** The picture of a part that has another than its session's; null: it has that one. */
export const PictureContext = createContext<PictureStore | null>(null);

export function usePicture<T>(pick: (p: Picture) => T): T {
  const { picture } = useSession();
  return useStore(useContext(PictureContext) ?? picture, pick);
}
