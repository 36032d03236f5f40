import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useSize } from '../page/useSize.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { EVERYTHING } from './everything.ts';
import { FilterBar } from './FilterBar.tsx';
import { folded, isEverything, lineFilter, opening } from './filter.ts';
import { Line, Row } from './Line.tsx';
import { useLines } from './useLines.ts';
import { useWhere } from './useWhere.ts';
import { rowWindow } from './windowed.ts';
import './trace.css';

const ROW = 24;
/** Taller than this browsers draw nothing: a longer list is scrolled in coarser steps. px */
const TALLEST = 8_000_000;

/**
 * HAProxy's own lines, unchanged, with our notes beside them: those before the playhead, and behind it what is recorded ahead. A
 * line leads to its step. What one run of a callback told is one row until it is opened: by hand, by what is looked for, or by the
 * playhead. The playhead's line is kept in view until somebody scrolls.
 */
export function TracePanel() {
  const session = useSession();
  const past = useChoice((c) => c.past);
  const filter = useChoice((c) => c.traceFilter);
  const folds = useChoice((c) => c.traceFolds);
  const found = useChoice((c) => c.find?.filter ?? null);
  const where = useWhere();
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  const { height } = useSize(box);
  const [top, setTop] = useState(0);
  const [known, setKnown] = useState(0);
  const everything = isEverything(filter);
  const shownPast = everything ? past.length : 0;
  const pitch = Math.min(ROW, TALLEST / Math.max(1, known + shownPast));
  const w = rowWindow(known + shownPast, pitch, top, Math.max(height, 1) * (pitch / ROW) + ROW);
  const from = Math.max(0, w.first - shownPast);
  const fits = lineFilter(filter, where);
  const to = from + Math.ceil(height / ROW) + 14;
  const lines = useLines(fits && { filter: fits, from, to, ...folds, hits: opening(filter, fits, found) });
  if (lines.total !== known) setKnown(lines.total);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !follow.current) return;
    el.scrollTop = (lines.before + shownPast) * pitch - el.clientHeight + ROW;
  }, [lines.before, shownPast, pitch]);
  /** Callback whose first row is to take the focus when it is drawn, -1 none. */
  const wanted = useRef(-1);
  const onFold = useCallback(
    (call: number, open: boolean) => {
      wanted.current = call;
      const { traceFolds } = session.choices.getState();
      session.set({ traceFolds: folded(traceFolds, call, open) });
    },
    [session],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are drawn, so the one may be among them.
  useLayoutEffect(() => {
    if (wanted.current < 0) return;
    box.current?.querySelector<HTMLElement>(`.trace-line[data-call="${wanted.current}"]`)?.focus();
    wanted.current = -1;
  }, [lines.rows]);
  const onScroll = () => {
    const el = box.current;
    if (!el) return;
    const wanted = (lines.before + shownPast) * pitch - el.clientHeight + ROW;
    follow.current = Math.abs(el.scrollTop - Math.max(0, wanted)) < 3 * ROW;
    setTop(el.scrollTop);
  };
  // Through the lines by arrows, into a callback's and out of them: Enter goes to the step, G looks into the datagram.
  const onKeyDown = (e: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>('.trace-line:not(:disabled)') ?? [])];
    const here = all.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const dgram = Number(all[here]?.dataset.dgram ?? 0);
    if (by !== undefined) {
      const current = all.findIndex((l) => l.ariaCurrent === 'step');
      all[here >= 0 ? here + by : Math.max(0, current)]?.focus();
    } else if (e.key === 'g' && dgram > 0) session.openPacket(dgram);
    else if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') {
      const { call, shut } = all[here]?.dataset ?? {};
      const open = e.key === 'ArrowRight';
      if (call === undefined || (shut === undefined) === open) return;
      onFold(Number(call), open);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <>
      <FilterBar total={lines.lines} />
      <div
        className="trace"
        ref={box}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Trace"
        data-testid="trace"
        data-lines={lines.before + shownPast}
      >
        {lines.total + shownPast === 0 && (
          <p className="muted pad" data-testid="trace-none">
            {everything ? 'Nothing has been traced yet.' : 'No line is left by this filter.'}
            {!everything && (
              <>
                {' '}
                <button
                  type="button"
                  className="link"
                  onClick={() => session.set({ traceFilter: EVERYTHING })}
                >
                  Show all lines
                </button>
              </>
            )}
          </p>
        )}
        <div style={{ paddingTop: w.above, paddingBottom: w.below }}>
          {past.slice(w.first, Math.min(shownPast, w.end)).map((line) => (
            <Line key={`past ${line.seq}`} line={line} to={-1} dgram={0} state="" call={-1} fold={null} />
          ))}
          {lines.rows.map((row) => (
            <Row key={row.first} of={row} onFold={onFold} />
          ))}
        </div>
      </div>
    </>
  );
}
