import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { order } from '../commands/table.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { count } from '../stage/text.ts';
import { PANELS, type PanelRow } from './panels.ts';

/** The strip of tabs; the arrow keys go along it. */
export function PanelTabs() {
  const session = useSession();
  const panel = useChoice((c) => c.panel);
  const strip = useRef<HTMLDivElement>(null);
  // The strip scrolls where it is narrow: the tab in front is in view.
  useLayoutEffect(() => {
    const tab = strip.current?.querySelector<HTMLElement>(`#panel-${panel}`);
    const box = strip.current;
    if (!tab || !box) return;
    const [left, right] = [
      tab.offsetLeft - box.offsetLeft,
      tab.offsetLeft - box.offsetLeft + tab.offsetWidth,
    ];
    if (left < box.scrollLeft) box.scrollLeft = left;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
  }, [panel]);
  const onKeyDown = (e: KeyboardEvent) => {
    const by = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    e.preventDefault();
    const at = PANELS.findIndex((p) => p.id === panel);
    const next = PANELS[(at + by + PANELS.length) % PANELS.length]!;
    session.set({ panel: next.id });
    document.getElementById(`panel-${next.id}`)?.focus();
  };
  return (
    <>
      <div
        ref={strip}
        className="tabs"
        role="tablist"
        aria-label="Panels"
        data-widget=""
        onKeyDown={onKeyDown}
      >
        {PANELS.map((row) => (
          <button
            key={row.id}
            id={`panel-${row.id}`}
            type="button"
            role="tab"
            aria-selected={panel === row.id}
            aria-controls="bottom-panel"
            tabIndex={panel === row.id ? 0 : -1}
            data-testid={`panel-${row.id}`}
            onClick={() => session.set({ panel: row.id })}
          >
            {row.name}
            {row.count && <Count of={row.count} />}
          </button>
        ))}
      </div>
      <button
        type="button"
        className="btn plain"
        title="X"
        data-testid="panel-explorer"
        onClick={() => order(session, 'explorer')}
      >
        Explorer
      </button>
    </>
  );
}

function Count({ of }: { of: NonNullable<PanelRow['count']> }) {
  const n = usePicture(of);
  return <span className="mono muted"> {count(n)}</span>;
}
