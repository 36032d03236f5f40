import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { TraceLine } from '../../report/view.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useChoice, usePicture } from '../session/context.tsx';
import { clockText } from '../stage/text.ts';
import { rowWindow } from './windowed.ts';
import './trace.css';

const ROW = 23;

/** HAProxy's own lines, unchanged, with our notes beside them. Follows the newest line while scrolled to the end. */
export function TracePanel() {
  const traced = usePicture((p) => p.trace);
  const past = useChoice((c) => c.past);
  const lines = useMemo(() => (past.length > 0 ? [...past, ...traced] : traced), [past, traced]);
  const threads = usePicture((p) => p.stage?.threads.length ?? 2);
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  const [view, setView] = useState({ top: 0, height: 260 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end.
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !follow.current) return;
    el.scrollTop = el.scrollHeight;
  }, [lines]);
  const onScroll = () => {
    const el = box.current;
    if (!el) return;
    follow.current = el.scrollTop + el.clientHeight >= el.scrollHeight - ROW;
    setView({ top: el.scrollTop, height: el.clientHeight });
  };
  const w = rowWindow(lines.length, ROW, view.top, view.height);
  return (
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
      data-lines={lines.length}
    >
      {lines.length === 0 && <p className="muted pad">Nothing has been traced yet.</p>}
      <div style={{ paddingTop: w.above, paddingBottom: w.below }}>
        {lines.slice(w.first, w.end).map((line) => (
          <Line key={line.seq} line={line} threads={threads} />
        ))}
      </div>
    </div>
  );
}

const Line = memoised(({ line, threads }: { line: TraceLine; threads: number }) => {
  return (
    <div className={`trace-line ${line.kind}`}>
      <span className="kind">{MARK[line.kind]}</span>
      <ThreadBadge tid={line.tid} threads={threads} />
      <span className="mono time">{clockText(line.clock)}</span>
      <code>{line.text}</code>
      <span className="note">{line.note}</span>
    </div>
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
