import type { KeyboardEvent } from 'react';
import { hue, InlineChip } from '../parts/Glyphs.tsx';
import { later } from '../parts/later.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { ProgramTab } from './ProgramTab.tsx';
import './inspector.css';

const ConnectionTab = later(
  { what: 'The tab' },
  () => import('./ConnectionTab.tsx'),
  (m) => m.ConnectionTab,
);

const PacketTab = later(
  { what: 'The tab' },
  () => import('../packet/PacketTab.tsx'),
  (m) => m.PacketTab,
);

const TABS = [
  ['connection', 'Connection'],
  ['packet', 'Packet'],
  ['program', 'Program'],
] as const;

/** The selected connection, close up. */
export function Inspector() {
  const session = useSession();
  const region = useMark<HTMLElement>('region:inspector');
  const selected = useChoice((c) => c.selected);
  const tab = useChoice((c) => c.tab);
  const drawer = useChoice((c) => c.drawer);
  const conn = usePicture((p) => p.stage?.conns.find((c) => c.index === selected));
  const awaited = usePicture((p) => !p.stage || p.stage.flights.length > 0);
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    e.preventDefault();
    const here = TABS.findIndex(([id]) => id === tab);
    const by = e.key === 'ArrowRight' ? 1 : TABS.length - 1;
    const [other] = TABS[(here + by) % TABS.length]!;
    session.set({ tab: other });
    document.getElementById(`tab-${other}`)?.focus();
  };
  return (
    <aside
      ref={region}
      className={`inspector ${drawer ? 'open' : ''}`}
      aria-label="Inspector"
      tabIndex={-1}
      data-testid="inspector"
    >
      {conn ? (
        <div className={`inspector-head ${hue(conn.name)}`}>
          <InlineChip name={conn.name} side={38} />
          <div>
            <h2>Connection {conn.name.letter}</h2>
            <code>
              {conn.cids[0]?.cid} {conn.client}
            </code>
          </div>
          <div className="owner" data-testid="owner">
            owner <b>{conn.owner >= 0 ? `T${conn.owner}` : 'none'}</b>
          </div>
        </div>
      ) : (
        <div className="inspector-head">
          <div>
            <h2>{awaited ? 'No connections yet' : 'No connections'}</h2>
            <p className="muted">
              {awaited ? 'The first Initial has not been read. Step or play.' : 'No datagram is on its way.'}
            </p>
          </div>
        </div>
      )}
      <div className="tabs" data-widget="">
        <div className="tab-list" role="tablist" aria-label="Inspector" onKeyDown={onKeyDown}>
          {TABS.map(([id, text]) => (
            <button
              key={id}
              id={`tab-${id}`}
              type="button"
              role="tab"
              aria-selected={tab === id}
              aria-controls="inspector-panel"
              tabIndex={tab === id ? 0 : -1}
              data-testid={`tab-${id}`}
              onClick={() => session.set({ tab: id })}
            >
              {text}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="btn plain close narrow-only"
          onClick={() => session.set({ drawer: false })}
        >
          Close
        </button>
      </div>
      <div
        id="inspector-panel"
        className="inspector-body"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
        tabIndex={0}
      >
        {tab === 'packet' ? (
          <PacketTab />
        ) : tab === 'program' ? (
          <ProgramTab />
        ) : conn ? (
          <ConnectionTab conn={conn} />
        ) : null}
      </div>
    </aside>
  );
}
