import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useSize } from '../page/useSize.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { EVERYTHING } from './everything.ts';
import { FilterBar } from './FilterBar.tsx';
import { isEverything, lineFilter } from './filter.ts';
import { Line, Row } from './Line.tsx';
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
  // Through the lines by arrows: Enter goes to the step, G looks into the datagram.
  const onKeyDown = (e: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>('.trace-line:not(:disabled)') ?? [])];
    const here = all.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const dgram = Number(all[here]?.dataset.dgram ?? 0);
    if (by !== undefined) {
      const current = all.findIndex((l) => l.ariaCurrent === 'step');
      all[here >= 0 ? here + by : Math.max(0, current)]?.focus();
    } else if (e.key === 'g' && dgram > 0) session.openPacket(dgram);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <>
      <FilterBar total={lines.total} />
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
            <Line key={`past ${line.seq}`} line={line} to={-1} dgram={0} state="" />
          ))}
          {lines.rows.map(({ number, row }) => (
            <Row
              key={number}
              row={row}
              state={number >= lines.before ? 'later' : number === lines.before - 1 ? 'here' : ''}
            />
          ))}
        </div>
      </div>
    </>
  );
}
