import { useState } from 'react';
import { order } from '../commands/table.ts';
import { useMedia } from '../page/useMedia.ts';
import { Icon } from '../parts/Icon.tsx';
import { later } from '../parts/later.tsx';
import { RevisionField } from '../program/RevisionField.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { Conditions } from './Conditions.tsx';
import { ModeSwitch } from './ModeSwitch.tsx';
import { PageButtons } from './PageButtons.tsx';
import { PageName } from './PageName.tsx';
import { Transport } from './Transport.tsx';

// Live itself says what could not be loaded: here its place stays empty.
const LiveTop = later(
  { what: 'Live', meanwhile: <div className="transport" />, around: () => <div className="transport" /> },
  () => import('../live/LiveTop.tsx'),
  (m) => m.LiveTop,
);

/** What is run, and how it is run. */
export function TopBar() {
  const session = useSession();
  const live = useChoice((c) => c.mode) === 'live';
  const drawer = useChoice((c) => c.drawer);
  // On a phone what is set once stands behind one button: the first sentence is what is seen first.
  const phone = useMedia('(max-width: 719px)');
  const [open, setOpen] = useState(false);
  const shut = phone && !live && !open;
  return (
    <header className={shut ? 'top shut' : 'top'}>
      <PageName />
      {live ? <LiveTop /> : <StepTop shut={shut} />}
      <PageButtons share={!live && !shut} theme={!shut}>
        {phone && !live && (
          <button
            type="button"
            className="btn plain"
            data-testid="top-settings"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Less' : 'Settings'}
          </button>
        )}
        {!live && (
          <button
            type="button"
            className="btn plain"
            data-testid="find-open"
            aria-label="Find"
            title="Find (/ or Ctrl K)"
            onClick={() => order(session, 'find')}
          >
            <Icon name="find" />
          </button>
        )}
        <ModeSwitch />
        {!live && (
          <button
            type="button"
            className="btn plain narrow-only"
            data-testid="drawer"
            aria-expanded={drawer}
            onClick={() => session.set({ drawer: !drawer })}
          >
            Inspector
          </button>
        )}
      </PageButtons>
    </header>
  );
}

function StepTop({ shut }: { shut: boolean }) {
  const session = useSession();
  const source = useChoice((c) => c.source);
  const sourceName = useChoice((c) => c.sourceName);
  const options = useChoice((c) => c.options);
  const { samples } = session.backend;
  const sample = source.kind === 'sample' ? source.id : '';
  if (shut) return <Transport />;
  return (
    <>
      <label className="field capture">
        <span>Capture</span>
        <select
          data-testid="sample"
          value={sample}
          onChange={(e) => void session.open({ kind: 'sample', id: e.target.value }, null)}
        >
          {!sample && (
            <option value="" disabled>
              {sourceName || 'none open'}
            </option>
          )}
          {samples.map((s) => (
            <option key={s.id} value={s.id}>
              {s.name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="btn plain"
        data-testid="open"
        title="Open a capture or a saved moment (O)"
        onClick={() => order(session, 'open')}
      >
        Open…
      </button>
      <button
        type="button"
        className="btn plain"
        data-testid="stories"
        onClick={() => order(session, 'stories')}
      >
        Stories
      </button>
      <RevisionField />
      <label className="field">
        <span>Sockets</span>
        <select
          data-testid="socket-owner"
          value={options.socketOwner}
          onChange={(e) =>
            void session.restart({ socketOwner: e.target.value === 'connection' ? 'connection' : 'listener' })
          }
        >
          <option value="listener">listener, shared</option>
          <option value="connection">one a connection</option>
        </select>
      </label>
      <Conditions />
      <Transport />
    </>
  );
}
