import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { count } from '../stage/text.ts';
import { PANELS, type PanelRow } from './panels.ts';
import { useFitting } from './useFitting.ts';

const NAMES = PANELS.map((p) => p.id);

/** The strip of tabs; the arrow keys go along it. Those that find no room stand in a menu at its end. */
export function PanelTabs() {
  const session = useSession();
  const panel = useChoice((c) => c.panel);
  const strip = useRef<HTMLDivElement>(null);
  const fits = useFitting(strip, NAMES, panel);
  const hidden = NAMES.filter((n) => !fits.has(n));
  const open = useChoice((c) => c.menu?.kind === 'panels');
  /** A tab that an arrow key went to takes the focus once it is to be seen. */
  const focusSoon = useRef(false);
  useLayoutEffect(() => {
    if (!focusSoon.current || !fits.has(panel)) return;
    focusSoon.current = false;
    strip.current?.querySelector<HTMLElement>(`[data-item="${panel}"]`)?.focus();
  });
  const onKeyDown = (e: KeyboardEvent) => {
    const by = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    e.preventDefault();
    const at = NAMES.indexOf(panel);
    focusSoon.current = true;
    session.set({ panel: NAMES[(at + by + NAMES.length) % NAMES.length]! });
  };
  return (
    <div ref={strip} className="panel-strip">
      <div className="tabs" role="tablist" aria-label="Panels" data-widget="" onKeyDown={onKeyDown}>
        {PANELS.map((row) => (
          <button
            key={row.id}
            id={`panel-${row.id}`}
            type="button"
            role="tab"
            className={fits.has(row.id) ? '' : 'no-room'}
            aria-selected={panel === row.id}
            aria-controls="bottom-panel"
            tabIndex={panel === row.id ? 0 : -1}
            data-item={row.id}
            data-testid={`panel-${row.id}`}
            onClick={() => session.set({ panel: row.id })}
          >
            {row.name}
            {row.count && <Count of={row.count} />}
          </button>
        ))}
      </div>
      {hidden.length > 0 && (
        <button
          type="button"
          className="btn plain"
          aria-haspopup="menu"
          aria-expanded={open}
          aria-label={`${hidden.length} more panels`}
          data-testid="panels-more"
          onClick={(e) => {
            const { left, bottom } = e.currentTarget.getBoundingClientRect();
            session.openMenu({ kind: 'panels', hidden }, { x: left, y: bottom + 4 });
          }}
        >
          More ▾
        </button>
      )}
    </div>
  );
}

function Count({ of }: { of: NonNullable<PanelRow['count']> }) {
  const n = usePicture(of);
  return <span className="mono muted"> {count(n)}</span>;
}
