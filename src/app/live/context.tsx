import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { LiveSession } from './session.ts';
import type { LiveState } from './store.ts';

const LiveContext = createContext<LiveSession | null>(null);

export const LiveProvider = LiveContext.Provider;

export function useLive(): LiveSession {
  const live = useContext(LiveContext);
  if (!live) throw new Error('A part of Live stands outside its session');
  return live;
}

export function useLiveState<T>(pick: (s: LiveState) => T): T {
  return useStore(useLive().state, pick);
}
