import type { EventRow } from '../../machine/recording/events.ts';
import type { TraceLine } from '../../report/view.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';

/** Where a line stands to the playhead: `here` is the last one that can be seen. */
export type LineState = '' | 'here' | 'later';

/** An event of the recording as a line. */
export const Row = memoised(({ row, state }: { row: EventRow; state: LineState }) => {
  const session = useSession();
  const line = session.lineOf(row);
  return line && <Line line={line} to={row.at + 1} dgram={row.dgram + 1} state={state} />;
});

interface LineProps {
  line: TraceLine;
  /** Position that it leads to, -1 none: what was observed in Live has no step. */
  to: number;
  /** Datagram in the thread's hands, from 1; 0 none. */
  dgram: number;
  state: LineState;
}

/** A line leads to its step, and what it was about to the Packet tab. */
export const Line = memoised(({ line, to, dgram, state }: LineProps) => {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 2);
  return (
    <div className={`trace-row ${state}`}>
      <button
        type="button"
        tabIndex={-1}
        className={`trace-line ${line.kind} ${state}`}
        disabled={to < 0}
        title={to < 0 ? undefined : `To step ${count(to)}`}
        data-testid="trace-line"
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
