import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import type { StageView } from '../../report/view.ts';
import { useSize } from '../page/useSize.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { Lanes } from './Lanes.tsx';
import { Overview } from './Overview.tsx';
import { ownerSpans } from './owners.ts';
import { placeRows } from './places.ts';
import { SpanPanel } from './SpanPanel.tsx';
import { SCALES } from './scales.ts';
import { sumSpan } from './span.ts';
import { TimelineGrid } from './TimelineGrid.tsx';
import type { Span } from './usePointer.ts';
import { useSlices } from './useSlices.ts';
import { useView } from './useView.ts';
import './timeline.css';

/** What every thread did when, who owned the selected connection, and the whole run to scrub through. */
export function TimelinePanel() {
  const session = useSession();
  const { at, end, marks, kept } = usePicture((p) => p.travel);
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const zoom = useChoice((c) => c.zoom);
  const scale = SCALES[zoom] ?? 20;
  /** Where somebody has gone away from the playhead; null: nowhere. */
  const [centre, setCentre] = useState<number | null>(null);
  const [span, setSpan] = useState<Span | null>(null);
  const rows = useSlices(Math.min(centre ?? at, end), rowsAround(scale));
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const words = session.stepWords;
  const fork = kept ? kept.from : -1;
  const now = nextNs(stage);
  const conn = stage?.conns.find((c) => c.index === selected) ?? null;
  const places = useMemo(
    () => (rows ? placeRows({ rows, words, marks, at, now, fork, scale }) : null),
    [rows, words, marks, at, now, fork, scale],
  );
  const spans = useMemo(() => {
    if (!rows || !places) return [];
    const letter = conn?.name.letter ?? '';
    return ownerSpans(places.fold, {
      rows,
      words,
      marks,
      conn: selected,
      letter,
      at,
      now,
      owner: conn?.owner ?? -1,
    });
  }, [rows, places, words, marks, selected, conn, at, now]);
  const view = useView(places, size.width, at < end, at);
  const { left } = view;
  const shown = useMemo(
    () => (rows && places ? rowsIn(rows, places.fold.ns(left), places.fold.ns(left + size.width)) : null),
    [rows, places, left, size.width],
  );
  // Rows are wanted around what is looked at: the playhead, or where somebody has gone.
  useEffect(() => {
    setCentre(view.free && shown ? Math.round((shown[0] + shown[1]) / 2) : null);
  }, [view.free, shown]);
  const sum = useMemo(
    () => (rows && span ? sumSpan(rows, words, marks, span.from, span.to) : null),
    [rows, span, words, marks],
  );
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.altKey || e.metaKey || !places) return;
    const half = size.width / 2;
    const pan = { KeyA: -0.4, KeyD: 0.4 }[e.code];
    const closer = { KeyW: -1, KeyS: 1, Equal: -1, Minus: 1 }[e.code];
    if (pan !== undefined) view.pan(pan * size.width);
    else if (closer !== undefined) {
      view.keep(half);
      session.set({ zoom: clampZoom(zoom + closer) });
    } else if (e.code === 'KeyF') {
      const wanted = span ?? { from: places.fold.ns(left), to: places.fold.ns(left + size.width) };
      view.bring((wanted.from + wanted.to) / 2, half);
      const least = (wanted.to - wanted.from) / Math.max(1, size.width * 0.9);
      session.set({ zoom: clampZoom(SCALES.findIndex((s) => s >= least)) });
    } else if (e.code === 'Digit0' && !e.shiftKey) {
      view.follow();
      session.set({ zoom: SCALES.length - 1 });
    } else if (e.code === 'Enter' && e.target === e.currentTarget.querySelector('.tl-lanes')) {
      const here = places.slices.find((s) => s.state === 'now' && !s.group.loop)?.group.dgram ?? -1;
      if (here < 0) return;
      session.openPacket(here + 1);
    } else if (e.code === 'Escape' && span) setSpan(null);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of whatever in it has the focus.
    <div className="timeline" data-testid="timeline" data-at={at} data-end={end} onKeyDown={onKeyDown}>
      <div className="tl-upper">
        <Lanes
          view={view}
          span={span}
          onSpan={setSpan}
          onZoom={(by, x) => {
            view.keep(x);
            session.set({ zoom: clampZoom(zoom + by) });
          }}
          box={box}
          size={size}
          threads={stage?.threads.length ?? 0}
          places={places}
          spans={spans}
          left={left}
          conn={conn}
        />
        {sum && <SpanPanel sum={sum} onClear={() => setSpan(null)} />}
      </div>
      <Overview rows={rows} shown={shown} />
      {places && <TimelineGrid places={places} threads={stage?.threads.length ?? 0} />}
    </div>
  );
}

/** Rows on each side of what is looked at: more of them fit, the wider the view. */
const rowsAround = (scale: number): number => Math.max(700, Math.min(12_000, Math.round(scale * 30)));

const clampZoom = (zoom: number): number => (zoom < 0 ? 0 : Math.min(SCALES.length - 1, zoom));

/** When what the clock would choose next begins, virtual ns. */
function nextNs(stage: StageView | null): number {
  if (!stage) return 0;
  const next = stage.next.kind === 'step' ? stage.threads[stage.next.tid] : undefined;
  const clock = next?.clock ?? stage.clock;
  return clock.ms * 1e6 + clock.ns;
}

/** First and last position among rows that begin within [from, to) ns: orders by hand may mix threads' times. */
function rowsIn(rows: Slices, from: number, to: number): [number, number] | null {
  const within = (s: number) => s >= from && s < to;
  const first = rows.start.findIndex(within);
  return first < 0 ? null : [rows.from + first, rows.from + rows.start.findLastIndex(within) + 1];
}
