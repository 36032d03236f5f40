import type { TraceLine } from '../../report/view.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';
import { lineIn } from './line-in.ts';
import type { TraceRow } from './useLines.ts';

/** Where a row stands to the playhead: `here` holds the last line that can be seen. */
export type LineState = '' | 'here' | 'later';

/** An event of the recording as a line, or what one run of a callback told as one row. */
export const Row = memoised(({ of, onFold }: { of: TraceRow; onFold(call: number, open: boolean): void }) => {
  const session = useSession();
  const { row, telling, shut, size, call } = of;
  const line = lineIn(session, shut ? telling : row);
  if (!line) return null;
  const state = of.here ? 'here' : of.seen === 0 ? 'later' : '';
  const fold = size > 1 ? <Fold of={of} fn={session.stepWords(of.pc)?.fn ?? ''} onFold={onFold} /> : null;
  if (!shut)
    return <Line line={line} to={row.at + 1} dgram={row.dgram + 1} state={state} call={call} fold={fold} />;
  const clock = lineIn(session, row)?.clock ?? line.clock;
  return <Folded of={of} line={{ ...line, clock }} state={state} fold={fold} onFold={onFold} />;
});

interface FoldProps {
  of: TraceRow;
  /** HAProxy's name of the callback. */
  fn: string;
  onFold(call: number, open: boolean): void;
}

/** What opens a callback's lines and shuts them, at the first of them; beside the others a rule. */
function Fold({ of: { call, shut, size, nth }, fn, onFold }: FoldProps) {
  if (nth > 1) return <span className="fold-rule" data-last={nth === size || undefined} />;
  const what = `the ${count(size)} lines of ${fn}`;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="fold"
      aria-expanded={!shut}
      aria-label={shut ? `Show ${what}` : `Fold ${what}`}
      title={shut ? `Show ${what} (→)` : `Fold ${what} (←)`}
      data-testid="trace-fold"
      onClick={() => onFold(call, shut)}
    >
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        <path d={shut ? 'M3 1l5 4-5 4z' : 'M1 3h8L5 8z'} fill="currentColor" />
      </svg>
    </button>
  );
}

interface FoldedProps {
  of: TraceRow;
  line: TraceLine;
  state: LineState;
  fold: React.ReactNode;
  onFold(call: number, open: boolean): void;
}

/** All lines of one run of a callback: how many, and what says most of it. A press shows them. */
function Folded({ of: { call, pc, size, seen, alike, telling }, line, state, fold, onFold }: FoldedProps) {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 2);
  const fn = session.stepWords(pc)?.fn ?? '';
  const told = line.kind === 'trace' ? '' : line.note;
  return (
    <div className={`trace-row ${state}`}>
      {fold}
      <button
        type="button"
        tabIndex={-1}
        className={`trace-line folded ${line.kind} ${state}`}
        data-testid="trace-line"
        data-call={call}
        data-shut=""
        data-dgram={telling.dgram + 1 || undefined}
        aria-current={state === 'here' ? 'step' : undefined}
        aria-expanded={false}
        onClick={() => onFold(call, true)}
      >
        <span className="kind">{MARK[line.kind]}</span>
        <ThreadBadge tid={line.tid} threads={threads} />
        <span className="mono time">{clockText(line.clock)}</span>
        <span className="lines">
          <code>{fn}</code> {count(size)} lines
          {seen > 0 && seen < size && `, ${count(size - seen)} of them to come`}
        </span>
        <span className="note">
          {told}
          {told && alike > 1 && ` And ${count(alike - 1)} more like it.`}
        </span>
      </button>
    </div>
  );
}

interface LineProps {
  line: TraceLine;
  /** Position that it leads to, -1 none: what was observed in Live has no step. */
  to: number;
  /** Datagram in the thread's hands, from 1; 0 none. */
  dgram: number;
  state: LineState;
  /** Happening that called its callback, -1 none. */
  call: number;
  /** What stands in front of it, where its callback told more. */
  fold: React.ReactNode;
}

/** A line leads to its step, and what it was about to the Packet tab. */
export const Line = memoised(({ line, to, dgram, state, call, fold }: LineProps) => {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 2);
  return (
    <div className={`trace-row ${state}`}>
      {fold ?? <span className="fold-rule none" />}
      <button
        type="button"
        tabIndex={-1}
        className={`trace-line ${line.kind} ${state}`}
        disabled={to < 0}
        title={to < 0 ? undefined : `To step ${count(to)}`}
        data-testid="trace-line"
        data-call={fold ? call : undefined}
        data-dgram={dgram || undefined}
        aria-current={state === 'here' ? 'step' : undefined}
        onClick={() => session.travel({ kind: 'seek', at: to })}
      >
        <span className="kind">{MARK[line.kind]}</span>
        <ThreadBadge tid={line.tid} threads={threads} />
        <span className="mono time">{clockText(line.clock)}</span>
        <code>{line.text}</code>
        <span className="note">{line.note}</span>
      </button>
      {dgram > 0 && (
        <button
          type="button"
          tabIndex={-1}
          className="line-dgram mono"
          aria-label={`Look into datagram ${dgram}`}
          title={`Look into datagram ${dgram} (G)`}
          data-testid="line-dgram"
          onClick={() => session.openPacket(dgram)}
        >
          {dgram}
        </button>
      )}
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
