import { useLayoutEffect, useRef, useState } from 'react';
import type { EventRow } from '../../machine/recording/events.ts';
import type { TraceLine } from '../../report/view.ts';
import { useSize } from '../page/useSize.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';
import { EVERYTHING } from './everything.ts';
import { FilterBar } from './FilterBar.tsx';
import { isEverything, lineFilter } from './filter.ts';
import { useLines } from './useLines.ts';
import { useWhere } from './useWhere.ts';
import { rowWindow } from './windowed.ts';
import './trace.css';

const ROW = 23;
/** Taller than this browsers draw nothing: a longer list is scrolled in coarser steps. px */
const TALLEST = 8_000_000;

/**
 * HAProxy's own lines, unchanged, with our notes beside them: those before the playhead, and behind it what is recorded ahead. A
 * line leads to its step. The playhead's line is kept in view until somebody scrolls.
 */
export function TracePanel() {
  const session = useSession();
  const past = useChoice((c) => c.past);
  const filter = useChoice((c) => c.traceFilter);
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
  const lines = useLines(lineFilter(filter, where), from, from + Math.ceil(height / ROW) + 14);
  if (lines.total !== known) setKnown(lines.total);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !follow.current) return;
    el.scrollTop = (lines.before + shownPast) * pitch - el.clientHeight + ROW;
  }, [lines.before, shownPast, pitch]);
  const onScroll = () => {
    const el = box.current;
    if (!el) return;
    const wanted = (lines.before + shownPast) * pitch - el.clientHeight + ROW;
    follow.current = Math.abs(el.scrollTop - Math.max(0, wanted)) < 3 * ROW;
    setTop(el.scrollTop);
  };
  return (
    <>
      <FilterBar total={lines.total} />
      <div
        className="trace"
        ref={box}
        onScroll={onScroll}
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
            <Line key={`past ${line.seq}`} line={line} to={-1} state="" />
          ))}
          {lines.rows.map(({ number, row }) => (
            <Row key={number} row={row} number={number} before={lines.before} />
          ))}
        </div>
      </div>
    </>
  );
}

function Row({ row, number, before }: { row: EventRow; number: number; before: number }) {
  const session = useSession();
  const line = session.lineOf(row);
  if (!line) return null;
  const state = number >= before ? 'later' : number === before - 1 ? 'here' : '';
  return <Line line={line} to={row.at + 1} state={state} />;
}

interface LineProps {
  line: TraceLine;
  /** Position that it leads to, -1 none: what was observed in Live has no step. */
  to: number;
  state: '' | 'here' | 'later';
}

const Line = memoised(({ line, to, state }: LineProps) => {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 2);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`trace-line ${line.kind} ${state}`}
      disabled={to < 0}
      title={to < 0 ? undefined : `To step ${count(to)}`}
      data-testid="trace-line"
      aria-current={state === 'here' ? 'step' : undefined}
      onClick={() => session.travel({ kind: 'seek', at: to })}
    >
      <span className="kind">{MARK[line.kind]}</span>
      <ThreadBadge tid={line.tid} threads={threads} />
      <span className="mono time">{clockText(line.clock)}</span>
      <code>{line.text}</code>
      <span className="note">{line.note}</span>
    </button>
  );
});
const MARK: Record<TraceLine['kind'], React.ReactNode> = {
  trace: null,
  other: null,
  drop: '×',
  commit: (
    <svg width="12" height="12" viewBox="0 0 12 12" role="img" aria-label="commit">
      <path className="diamond" d="M6 0.5L11.5 6L6 11.5L0.5 6z" />
    </svg>
  ),
  redispatch: (
    <svg width="14" height="10" viewBox="0 0 14 10" role="img" aria-label="redispatch">
      <path className="redispatch-mark" d="M0 3.5h7V0l7 5-7 5V6.5H0z" />
    </svg>
  ),
  bug: (
    <svg width="14" height="14" viewBox="0 0 20 20" role="img" aria-label="violation" className="octagon">
      <path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z" />
      <path className="cross" d="M6.5 6.5l7 7m0-7l-7 7" />
    </svg>
  ),
};
