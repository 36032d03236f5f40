import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import type { TallyRead } from '../../machine/recording/tally.ts';
import type { StageView } from '../../report/view.ts';
import { useSize } from '../page/useSize.ts';
import { later } from '../parts/later.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { Lanes } from './Lanes.tsx';
import { Overview } from './Overview.tsx';
import { ownerSpans } from './owners.ts';
import { layRows, placeRows } from './places.ts';
import { SCALES, scaleAt } from './scales.ts';
import { TimelineGrid } from './TimelineGrid.tsx';
import type { Span } from './usePointer.ts';
import { useSlices } from './useSlices.ts';
import { useTally } from './useTally.ts';
import { useView } from './useView.ts';
import { foldOf, nsAt, ownersOf, positionAt, WIDE } from './wide.ts';
import './timeline.css';

const SpanPanel = later(
  { what: 'What the span held' },
  () => import('./SpanPanel.tsx'),
  (m) => m.SpanPanel,
);

/** What every thread did when, who owned the selected connection, and the whole run to scrub through. */
export function TimelinePanel() {
  const session = useSession();
  const { at, end, marks, kept } = usePicture((p) => p.travel);
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const zoom = useChoice((c) => c.zoom);
  const scale = scaleAt(zoom);
  /** Where somebody has gone away from the playhead; null: nowhere. */
  const [centre, setCentre] = useState<number | null>(null);
  const [span, setSpan] = useState<Span | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const upper = useRef<HTMLDivElement>(null);
  const full = useSize(upper).width;
  const tally = useTally();
  const whole = useMemo(() => (tally && tally.of.length > 0 ? foldOf(tally, scale) : null), [tally, scale]);
  // Where a view holds more steps than can be told apart, they are drawn added up; the panel of a span that opens beside it changes nothing.
  const wide =
    tally !== null && whole !== null && (tally.upTo / Math.max(1, whole.width)) * full > WIDE ? whole : null;
  const rows = useSlices(Math.min(centre ?? at, end), wide ? FEWEST : rowsAround(scale));
  const words = session.stepWords;
  const fork = kept ? kept.from : -1;
  const now = nextNs(stage);
  const conn = stage?.conns.find((c) => c.index === selected) ?? null;
  // What is laid out stays while the playhead moves over it.
  const laid = useMemo(
    () => (rows ? { rows, fold: layRows({ rows, words, marks, scale }) } : null),
    [rows, words, marks, scale],
  );
  const places = useMemo(
    () => (laid ? placeRows({ rows: laid.rows, words, marks, at, now, fork, scale }, laid.fold) : null),
    [laid, words, marks, at, now, fork, scale],
  );
  const added = useMemo(
    () => (wide && tally ? { fold: wide, tally, playhead: wide.x(now) } : null),
    [wide, tally, now],
  );
  const drawn = added ?? places;
  const spans = useMemo(() => {
    const letter = conn?.name.letter ?? '';
    const owner = conn?.owner ?? -1;
    if (wide) return ownersOf(wide, marks, selected, letter, at, owner);
    if (!rows || !places) return [];
    return ownerSpans(places.fold, { rows, words, marks, conn: selected, letter, at, now, owner });
  }, [wide, rows, places, words, marks, selected, conn, at, now]);
  const view = useView(drawn, size.width, at < end, at);
  const { left } = view;
  const shown = useMemo((): [number, number] | null => {
    if (!drawn) return null;
    return positionsIn(drawn.fold.ns(left), drawn.fold.ns(left + size.width), wide ? null : rows, tally, end);
  }, [drawn, wide, tally, rows, left, size.width, end]);
  // Rows are wanted around what is looked at: the playhead, or where somebody has gone.
  useEffect(() => {
    if (!view.free) setCentre(null);
    else if (shown) setCentre(Math.round((shown[0] + shown[1]) / 2));
  }, [view.free, shown]);
  const chosen = useMemo(() => {
    if (!span) return null;
    const of = positionsIn(span.from, span.to, wide ? null : rows, tally, end);
    return of && of[1] > of[0] ? { from: of[0], to: of[1], ns: [span.from, span.to] as const } : null;
  }, [span, wide, tally, rows, end]);
  /** Shows positions [from, to] from edge to edge. */
  const { bring } = view;
  const showWindow = useCallback(
    (from: number, to: number) => {
      if (!tally || tally.of.length === 0) return;
      const [a, b] = [nsAt(tally, from), nsAt(tally, to)];
      let [low, high] = [0, SCALES.length - 1];
      for (let i = 0; i < 10; i++) {
        const half = (low + high) / 2;
        const fold = foldOf(tally, scaleAt(half));
        if (fold.x(b) - fold.x(a) > size.width) low = half;
        else high = half;
      }
      session.set({ zoom: high });
      setCentre(Math.round((from + to) / 2));
      bring(a, 0);
    },
    [session, tally, size.width, bring],
  );
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.altKey || e.metaKey || !drawn) return;
    const half = size.width / 2;
    const pan = { KeyA: -0.4, KeyD: 0.4 }[e.code];
    const closer = { KeyW: -1, KeyS: 1, Equal: -1, Minus: 1 }[e.code];
    if (pan !== undefined) view.pan(pan * size.width);
    else if (closer !== undefined) {
      view.keep(half);
      session.set({ zoom: clampZoom(zoom + closer) });
    } else if (e.code === 'KeyF') {
      const fit = chosen ? [chosen.from, chosen.to] : shown;
      if (fit) showWindow(fit[0]!, fit[1]!);
    } else if (e.code === 'Digit0' && !e.shiftKey) showWindow(0, end);
    else if (e.code === 'Enter' && e.target === e.currentTarget.querySelector('.tl-lanes')) {
      const here = places?.slices.find((s) => s.state === 'now' && !s.group.loop)?.group.dgram ?? -1;
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
      <div className="tl-upper" ref={upper}>
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
          wide={added}
          spans={spans}
          left={left}
          conn={conn}
        />
        {chosen && <SpanPanel chosen={chosen} onClear={() => setSpan(null)} />}
      </div>
      <Overview
        rows={rows}
        from={shown?.[0] ?? -1}
        to={shown?.[1] ?? -1}
        tally={tally}
        onWindow={showWindow}
      />
      {places && <TimelineGrid places={places} threads={stage?.threads.length ?? 0} />}
    </div>
  );
}

/** Rows on each side for what is said of them in words. */
const FEWEST = 700;

/** Rows on each side of what is looked at: more of them fit, the wider the view. */
const rowsAround = (scale: number): number => Math.max(FEWEST, Math.min(12_000, Math.round(scale * 30)));

const clampZoom = (zoom: number): number => (zoom < 0 ? 0 : Math.min(SCALES.length - 1, zoom));

/** When what the clock would choose next begins, virtual ns. */
function nextNs(stage: StageView | null): number {
  if (!stage) return 0;
  const next = stage.next.kind === 'step' ? stage.threads[stage.next.tid] : undefined;
  const clock = next?.clock ?? stage.clock;
  return clock.ms * 1e6 + clock.ns;
}

/** First and last position within [from, to) ns: by rows where those at hand reach so far, else as near as the line's sums tell. */
function positionsIn(
  from: number,
  to: number,
  rows: Slices | null,
  tally: TallyRead | null,
  end: number,
): [number, number] | null {
  const reach =
    rows !== null &&
    (rows.from === 0 || (rows.start[0] ?? to) <= from) &&
    (rows.to >= end || (rows.start.at(-1) ?? from) >= to);
  if (tally && !reach) return [positionAt(tally, from), positionAt(tally, to)];
  return rows && rowsIn(rows, from, to);
}

/** First and last position among rows that begin within [from, to) ns: orders by hand may mix threads' times. */
function rowsIn(rows: Slices, from: number, to: number): [number, number] | null {
  const within = (s: number) => s >= from && s < to;
  const first = rows.start.findIndex(within);
  return first < 0 ? null : [rows.from + first, rows.from + rows.start.findLastIndex(within) + 1];
}
