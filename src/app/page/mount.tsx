/** Puts a session's figure into the page: the app, or with `?embed` the stage alone. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Guarded, later } from '../parts/later.tsx';
import { SessionProvider } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { App } from './App.tsx';
import './fonts.css';
import './tokens.css';
import './controls.css';
import '../first/first.css';
import '../story/story.css';

const Embed = later(
  { what: 'The figure' },
  () => import('../embed/Embed.tsx'),
  (m) => m.Embed,
);

export function mount(session: Session, into: HTMLElement, embed: boolean): void {
  createRoot(into).render(
    <StrictMode>
      <SessionProvider value={session}>
        <Guarded>{embed ? <Embed /> : <App />}</Guarded>
      </SessionProvider>
    </StrictMode>,
  );
}
