/** Puts a session's figure into the page: the app, or with `?embed` the stage alone. */
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { SessionProvider } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { App } from './App.tsx';
import './tokens.css';
import './controls.css';

const Embed = lazy(() => import('../embed/Embed.tsx').then((m) => ({ default: m.Embed })));

export function mount(session: Session, into: HTMLElement, embed: boolean): void {
  createRoot(into).render(
    <StrictMode>
      <SessionProvider value={session}>
        <Suspense>{embed ? <Embed /> : <App />}</Suspense>
      </SessionProvider>
    </StrictMode>,
  );
}
