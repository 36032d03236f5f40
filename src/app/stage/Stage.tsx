import { useEffect, useMemo, useRef } from 'react';
import type { StageView } from '../../report/view.ts';
import { useChoice, usePicture } from '../session/context.tsx';
import { CidTable } from './CidTable.tsx';
import { Clients } from './Clients.tsx';
import { chipPlaces } from './chips.ts';
import { clientsInView } from './clients.ts';
import { Datagrams } from './Datagrams.tsx';
import { DragLayer } from './DragLayer.tsx';
import { Headings } from './Headings.tsx';
import { Lane } from './Lane.tsx';
import { type StageKind, stageLayout } from './layout.ts';
import { Moves } from './Moves.tsx';
import { placeDatagrams, placedTrunks } from './placed.ts';
import { Redispatch } from './Redispatch.tsx';
import { Sockets } from './Sockets.tsx';
import { StageText } from './StageText.tsx';
import { Touch } from './Touch.tsx';
import { scrolledTo, tableWindow } from './table.ts';
import { Wires } from './Wires.tsx';
import './stage.css';

/** One frame = one state of the world between two steps. */
export function Stage({ view: whole, kind }: { view: StageView; kind: StageKind }) {
  const selected = useChoice((c) => c.selected);
  const clients = clientsInView(whole, selected);
  const view = clients === whole.clients ? whole : { ...whole, clients: [...clients] };
  const simple = useChoice((c) => c.detail) === 'simple';
  const from = useChoice((c) => c.tableFrom);
  const motion = usePicture((p) => p.motion);
  const trunkList = usePicture((p) => p.trunks);
  const hash = usePicture((p) => p.hash);
  const svg = useRef<SVGSVGElement>(null);
  const layout = useMemo(
    () => stageLayout(kind, view.threads.length, view.clients.length),
    [kind, view.threads.length, view.clients.length],
  );
  const conn = view.conns.find((c) => c.index === selected) ?? null;
  const first = tableWindow(layout, view.cids, selected, from);
  const main = view.cids.findIndex((c) => c.connIndex === selected);
  const start = main >= 0 && first.rows.length > 0 ? scrolledTo(from, first.rows.length, main) : from;
  // The wheel may look elsewhere; a new selection brings its own entry into view.
  const wheel = useRef({ selected, from });
  const follow = wheel.current.selected !== selected;
  if (follow) wheel.current = { selected, from };
  const table = follow && start !== from ? tableWindow(layout, view.cids, selected, start) : first;
  const places = chipPlaces(layout, view.conns, selected);
  const trunks = placedTrunks(layout, view, trunkList);
  const placed = placeDatagrams(layout, view, trunks);

  useEffect(() => {
    const chips = svg.current;
    if (!chips || !document.activeElement?.hasAttribute('data-chip')) return;
    chips.querySelector<SVGElement>(`[data-chip][data-conn="${selected}"]`)?.focus();
  }, [selected]);

  return (
    <div className="stage-scroll">
      {/* biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset. */}
      <svg
        ref={svg}
        className={`stage ${kind}`}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        style={{ aspectRatio: `${layout.width} / ${layout.height}` }}
        role="group"
        aria-label="Stage"
        data-testid="stage"
        data-steps={view.steps}
        data-hash={hash}
      >
        <Headings layout={layout} />
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> is not interactive. */}
        <g role="application" aria-label="Threads and their connections">
          {view.threads.map((thread) => (
            <Lane
              key={thread.tid}
              thread={thread}
              view={view}
              layout={layout}
              conn={conn}
              places={places}
              simple={simple}
              raised={trunkList.some((t) => t.to === thread.tid && t.from < t.to)}
            />
          ))}
        </g>
        <Clients
          view={view}
          layout={layout}
          selected={selected}
          more={whole.clients.length - clients.length}
        />
        <Sockets view={view} layout={layout} selected={selected} />
        {layout.kind === 'full' && <rect className="band-under" {...bandRect(layout.band)} />}
        <Wires layout={layout} table={table} motion={motion} selected={selected} />
        <CidTable layout={layout} table={table} total={view.cids.length} />
        <Redispatch trunks={trunks} layout={layout} total={view.totals.redispatches} />
        <Moves places={places} layout={layout} />
        <Touch view={view} layout={layout} places={places} />
        <Datagrams placed={placed} letter={conn?.name.letter ?? ''} motion={motion} />
        <DragLayer view={view} layout={layout} />
      </svg>
      <StageText view={view} />
    </div>
  );
}

function bandRect(b: { x: number; y: number; w: number; h: number }) {
  return { x: b.x, y: b.y, width: b.w, height: b.h };
}
