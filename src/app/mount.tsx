/** Puts a session's figure into the page: the app, or with `?embed` the stage alone. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { SessionProvider } from './context.tsx';
import { Embed } from './embed/Embed.tsx';
import type { Session } from './session.ts';
import './tokens.css';
import './controls.css';

export function mount(session: Session, into: HTMLElement, embed: boolean): void {
  createRoot(into).render(
    <StrictMode>
      <SessionProvider value={session}>{embed ? <Embed /> : <App />}</SessionProvider>
    </StrictMode>,
  );
}
