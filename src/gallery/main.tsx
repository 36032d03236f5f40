/** Shows one state at a time: that which the address names, or the first. */
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../app/page/App.tsx';
import { Guarded } from '../app/parts/later.tsx';
import type { Session } from '../app/session/api.ts';
import { SessionProvider } from '../app/session/context.tsx';
import { type State, states } from './states.ts';
import '../app/page/fonts.css';
import '../app/page/tokens.css';
import '../app/page/controls.css';
import '../app/story/story.css';
import './gallery.css';

const named = (): string => decodeURIComponent(location.hash.slice(1));

function Gallery({ all }: { all: readonly State[] }) {
  const [name, setName] = useState(named);
  const [shown, setShown] = useState<{ name: string; session: Session } | null>(null);
  useEffect(() => {
    const changed = () => setName(named());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  const state = all.find((s) => s.name === name) ?? all[0]!;
  useEffect(() => {
    let wanted = true;
    void state.session().then((session) => wanted && setShown({ name: state.name, session }));
    return () => {
      wanted = false;
    };
  }, [state]);
  const bare = new URLSearchParams(location.search).has('bare');
  return (
    <>
      {shown && (
        <div data-gallery={shown.name}>
          <SessionProvider key={shown.name} value={shown.session}>
            <Guarded>
              <App />
            </Guarded>
          </SessionProvider>
        </div>
      )}
      {!bare && (
        <select
          className="gallery-states"
          aria-label="State"
          value={state.name}
          onChange={(e) => {
            location.hash = encodeURIComponent(e.target.value);
          }}
        >
          {all.map((s) => (
            <option key={s.name}>{s.name}</option>
          ))}
        </select>
      )}
    </>
  );
}

const all = await states();
const root = document.getElementById('root')!;
root.dataset.states = JSON.stringify(all.map((s) => s.name));
createRoot(root).render(
  <StrictMode>
    <Gallery all={all} />
  </StrictMode>,
);
