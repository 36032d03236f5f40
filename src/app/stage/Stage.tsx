import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { StageView } from '../../report/view.ts';
import { memoised } from '../parts/memoised.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { isAsking, lanesOf, litOf, type Telling } from '../story/telling.ts';
import { CidTable } from './CidTable.tsx';
import { Clients } from './Clients.tsx';
import { chipPlaces } from './chips.ts';
import { clientsInView } from './clients.ts';
import { Datagrams } from './Datagrams.tsx';
import { draggingHere } from './dragging.ts';
import { followed } from './follow.ts';
import { Headings } from './Headings.tsx';
import { Lane } from './Lane.tsx';
import { type StageKind, type StageLayout, stageLayout } from './layout.ts';
import { LitProvider, Part } from './lit.tsx';
import { Moves } from './Moves.tsx';
import { placeDatagrams, placedTrunks } from './placed.ts';
import { Redispatch } from './Redispatch.tsx';
import { Sockets } from './Sockets.tsx';
import { StageText } from './StageText.tsx';
import { socketRows } from './sockets.ts';
import { Touch } from './Touch.tsx';
import { scrolledTo, tableWindow } from './table.ts';
import { useMoved } from './tween.ts';
import { Wires } from './Wires.tsx';
import { laneWords } from './words.ts';
import './stage.css';

interface Props {
  view: StageView;
  kind: StageKind;
  /** The story that lights parts of it. */
  telling?: Telling | null;
  /** A picture that nobody drives: nothing lands or swings in it. */
  still?: boolean;
  /** A figure’s: threads that have a lane, and no buttons of theirs. */
  lanes?: readonly number[] | null;
}

/** One frame = one state of the world between two steps. */
export function Stage({ view: whole, kind, telling = null, still = false, lanes: own = null }: Props) {
  const session = useSession();
  const selected = useChoice((c) => c.selected);
  const clients = clientsInView(whole, selected);
  const view = clients === whole.clients ? whole : { ...whole, clients: [...clients] };
  const more = whole.clients.length - clients.length;
  const simple = useChoice((c) => c.detail) === 'simple';
  const from = useChoice((c) => c.tableFrom);
  const motion = usePicture((p) => p.motion);
  const trunkList = usePicture((p) => p.trunks);
  const hash = usePicture((p) => p.hash);
  const blame = usePicture((p) => p.blame);
  const svg = useRef<SVGSVGElement>(null);
  const lanes = useMemo(() => (telling ? lanesOf(telling) : own), [telling, own]);
  const follow = useChoice((c) => c.follow);
  const lit = useMemo(() => {
    if (telling) return telling.toward === null ? { keys: litOf(telling), inert: true } : null;
    const keys = follow >= 0 ? followed(whole, follow) : null;
    return keys && { keys, inert: false };
  }, [telling, follow, whole]);
  const layout = useMemo(
    () => stageLayout(kind, view.threads.length, view.clients.length, lanes, more > 0),
    [kind, view.threads.length, view.clients.length, lanes, more],
  );
  const conn = view.conns.find((c) => c.index === selected) ?? null;
  const table = tableWindow(layout, view.cids, selected, from);
  const main = view.cids.findIndex((c) => c.connIndex === selected);
  const rows = table.rows.length;
  const places = chipPlaces(layout, view.conns, selected);
  view.beyond?.forEach((n, t) => {
    places.hidden[t]! += n;
    table.below += n;
  });
  const trunks = placedTrunks(layout, view, trunkList);
  const placed = placeDatagrams(layout, view, trunks);

  // The wheel may look elsewhere; a new selection brings its own entry into view.
  const shown = useRef(-1);
  useLayoutEffect(() => {
    if (shown.current === selected || main < 0 || rows === 0) return;
    shown.current = selected;
    const start = scrolledTo(session.choices.getState().tableFrom, rows, main);
    session.set({ tableFrom: start });
  }, [session, selected, main, rows]);

  useMoved(svg, view.steps);

  useEffect(() => {
    if (session.marks.focused('conn')) session.marks.focus(`conn:${selected}`);
  }, [session, selected]);

  return (
    <LitProvider value={lit}>
      <div className="stage-scroll">
        {/* biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset. */}
        <svg
          ref={svg}
          className={`stage ${kind} ${telling || own ? 'told' : ''} ${telling && isAsking(telling) ? 'asking' : ''} ${still ? 'still' : ''}`}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label="Stage"
          data-testid="stage"
          data-steps={view.steps}
          data-hash={hash}
        >
          <Part of={['headings']}>
            <Headings layout={layout} />
          </Part>
          {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a <g> is not interactive. */}
          <g role="application" aria-label="Threads and their connections">
            {view.threads
              .filter((t) => layout.lane.y[t.tid] !== undefined)
              .map((thread) => (
                <Lane
                  key={thread.tid}
                  thread={thread}
                  words={laneWords(view, thread)}
                  layout={layout}
                  conn={conn}
                  chips={places.chips.filter((c) => c.tid === thread.tid)}
                  hidden={places.hidden[thread.tid] ?? 0}
                  simple={simple}
                  fatal={view.fatal?.tid === thread.tid || blame?.tid === thread.tid}
                  raised={trunkList.some((t) => t.to === thread.tid && t.from < t.to)}
                  under={trunkList.some((t) => t.to === thread.tid && t.from > t.to)}
                />
              ))}
          </g>
          <Clients clients={view.clients} layout={layout} selected={selected} more={more} />
          <Sockets {...socketRows(view)} layout={layout} selected={selected} />
          {layout.kind === 'full' && <BandFloor {...layout.band} />}
          <Wires layout={layout} table={table} motion={motion} selected={selected} />
          <CidTable layout={layout} table={table} total={view.cids.length} />
          <Redispatch trunks={trunks} layout={layout} total={view.totals.redispatches} />
          <Moves chips={places.chips} ghosts={places.ghosts} layout={layout} />
          {blame && <Touch blame={blame} chips={places.chips} layout={layout} />}
          <Datagrams placed={placed} letter={conn?.name.letter ?? ''} motion={motion} />
          <Dragged view={view} layout={layout} />
        </svg>
        <StageText view={view} />
      </div>
    </LitProvider>
  );
}

const BandFloor = memoised(({ x, y, w, h }: { x: number; y: number; w: number; h: number }) => (
  <rect className="band-under" x={x} y={y} width={w} height={h} />
));

/** Shown while a connection is dragged; every move draws it again, and so does its coming. */
function Dragged(props: { view: StageView; layout: StageLayout }) {
  const dragged = useChoice((c) => c.drag);
  const Layer = draggingHere()?.DragLayer;
  return dragged && Layer ? <Layer {...props} /> : null;
}
