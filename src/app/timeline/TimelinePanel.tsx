import { useMemo, useRef } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import type { StageView } from '../../report/view.ts';
import { useSize } from '../page/useSize.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { Lanes } from './Lanes.tsx';
import { Overview } from './Overview.tsx';
import { ownerSpans } from './owners.ts';
import { placeRows } from './places.ts';
import { SCALES } from './scales.ts';
import { TimelineGrid } from './TimelineGrid.tsx';
import { useSlices } from './useSlices.ts';
import { useView } from './useView.ts';
import './timeline.css';

/** What every thread did when, who owned the selected connection, and the whole run to scrub through. */
export function TimelinePanel() {
  const session = useSession();
  const rows = useSlices();
  const { at, end, marks, kept } = usePicture((p) => p.travel);
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const zoom = useChoice((c) => c.zoom);
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const words = session.stepWords;
  const fork = kept ? kept.from : -1;
  const now = nextNs(stage);
  const conn = stage?.conns.find((c) => c.index === selected) ?? null;
  const places = useMemo(
    () => (rows ? placeRows({ rows, words, marks, at, now, fork, scale: SCALES[zoom] ?? 20 }) : null),
    [rows, words, marks, at, now, fork, zoom],
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
  const left = useView(places, size.width, at < end);
  const shown = useMemo(
    () => (rows && places ? rowsIn(rows, places.fold.ns(left), places.fold.ns(left + size.width)) : null),
    [rows, places, left, size.width],
  );
  return (
    <div className="timeline" data-testid="timeline" data-at={at} data-end={end}>
      <Lanes
        box={box}
        size={size}
        threads={stage?.threads.length ?? 0}
        places={places}
        spans={spans}
        left={left}
        conn={conn}
      />
      <Overview rows={rows} shown={shown} />
      {places && <TimelineGrid places={places} threads={stage?.threads.length ?? 0} />}
    </div>
  );
}

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
