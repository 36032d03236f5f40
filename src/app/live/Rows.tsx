import { type CSSProperties, useEffect, useRef } from 'react';
import { STATE } from '../../hosts/live/board.ts';
import { count } from '../stage/text.ts';
import { onSize } from './canvas.ts';
import { onColours, readColours } from './colours.ts';
import { useLive, useLiveState } from './context.tsx';
import type { RowName } from './history.ts';
import { drawRows } from './rows.ts';
import type { Facts } from './store.ts';
import { brief, briefMs, crowded, threadsOf } from './words.ts';

const percent = (share: number) => `${Math.round(share * 100)}%`;

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
const mean = (values: ArrayLike<number>) => sum(values) / Math.max(1, values.length);
const most = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, b), 0);

interface Row {
  row: RowName;
  title: string;
  note: string;
  text(v: number): string;
  /** All threads as one number, and what kind of number that is. */
  all(values: ArrayLike<number>): number;
  of: string;
  /** Where the note, which says it too, has no room. */
  unit?: string;
}

const ROWS: readonly Row[] = [
  { row: 'load', title: 'Load', note: 'time not asleep', text: percent, all: mean, of: 'mean' },
  { row: 'datagrams', title: 'Datagrams/s', note: 'last 60 s', text: brief, all: sum, of: 'all' },
  { row: 'redispatches', title: 'Redispatches/s', note: 'last 60 s', text: brief, all: sum, of: 'all' },
  { row: 'inbox', title: 'Inbox depth', note: 'longest, 60 s', text: brief, all: most, of: 'most' },
  { row: 'loop', title: 'Loop time', note: 'p99, ms', text: briefMs, all: most, of: 'most', unit: ' ms' },
];

/** Lines are drawn so long after the numbers are written, ms: one frame would have to do for both. */
const AFTER_NUMBERS = 25;
/** Columns narrower than this have no room for numbers. */
const ROOMY = 42;

/** The thread that stands out: the chosen one, or the most crowded. */
export function outstanding(thread: number, facts: Facts): number {
  return thread >= 0 && thread < facts.threads ? thread : crowded(facts.connections);
}

/** The rows under the columns, each with one scale for all threads; the table holds every number that is drawn. */
export function Rows() {
  const live = useLive();
  const facts = useLiveState((s) => s.facts);
  const place = useLiveState((s) => s.place);
  const thread = useLiveState((s) => s.thread);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const at = canvas.current;
    const around = box.current;
    if (!at || !around) return;
    let colours = readColours(around);
    let soon = 0;
    const again = () => {
      if (live.drawn) drawRows(at, around, live, live.drawn, colours);
    };
    again();
    const stops = [
      onSize(around, again),
      onColours(() => {
        colours = readColours(around);
        again();
      }),
      // Points come twice a second, with the numbers; drawn more often they would be the same.
      live.state.subscribe((now, was) => {
        if (now.place !== was.place) again();
        if (now.facts === was.facts) return;
        window.clearTimeout(soon);
        soon = window.setTimeout(again, AFTER_NUMBERS);
      }),
      () => window.clearTimeout(soon),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [live]);

  const read = facts && thread < facts.threads ? thread : -1;
  const stands = facts ? outstanding(thread, facts) : -1;
  const roomy = (place?.columns.step ?? 0) >= ROOMY;
  const threads = facts ? threadsOf(facts.threads) : [];
  const aged = (t: number) => (facts?.ages[t] ?? 0) > 0;
  return (
    <div
      ref={box}
      className={`rows ${roomy ? '' : 'narrow'}`}
      style={
        place ? ({ '--gap': `${place.columns.step - place.columns.width}px` } as CSSProperties) : undefined
      }
    >
      <canvas ref={canvas} role="img" aria-label="The same numbers over the last minute" />
      {facts && place && (
        <table data-testid="live-table">
          <caption className="visually-hidden">Threads, side by side</caption>
          <colgroup>
            <col style={{ width: place.columns.left }} />
            {threads.map((t) => (
              <col key={t} style={{ width: place.columns.step }} />
            ))}
          </colgroup>
          <thead>
            <tr className="names">
              <th scope="col">{roomy ? 'Thread' : <ThreadChoice threads={facts.threads} />}</th>
              {threads.map((t) => (
                <th
                  key={t}
                  scope="col"
                  className={`${t === stands ? 'stands' : ''} ${aged(t) ? 'aged' : ''}`}
                >
                  {roomy ? (
                    <button
                      type="button"
                      aria-pressed={t === thread}
                      title={
                        facts.ages[t]
                          ? `No sign of life for ${facts.ages[t]} s`
                          : STATE_WORDS[facts.state[t] ?? 0]
                      }
                      onClick={() => live.set({ thread: t === thread ? -1 : t })}
                    >
                      T{t}
                    </button>
                  ) : (
                    <span className={t % 8 === 0 || t === stands ? '' : 'visually-hidden'}>{t}</span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="plain">
              <RowHead
                title="Connections"
                note=""
                shown={roomy ? '' : shownFor(read, facts.connections, count, sum, 'all')}
              />
              {threads.map((t) => (
                <Cell key={t} stands={t === stands} aged={aged(t)} text={count(facts.connections[t] ?? 0)} />
              ))}
            </tr>
            {ROWS.map(({ row, title, note, text, all, of, unit = '' }) => (
              <tr key={row} data-row={row}>
                <RowHead
                  title={title}
                  note={note}
                  shown={roomy ? '' : shownFor(read, facts.rates[row], (v) => text(v) + unit, all, of)}
                />
                {threads.map((t) => (
                  <Cell key={t} stands={t === stands} aged={aged(t)} text={text(facts.rates[row][t] ?? 0)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Where columns are too narrow for numbers: whose numbers stand beside the rows. */
function ThreadChoice({ threads }: { threads: number }) {
  const live = useLive();
  const thread = useLiveState((s) => s.thread);
  return (
    <select
      aria-label="Thread to read out"
      data-testid="live-thread"
      value={thread}
      onChange={(e) => live.set({ thread: Number(e.target.value) })}
    >
      <option value={-1}>All</option>
      {threadsOf(threads).map((t) => (
        <option key={t} value={t}>
          T{t}
        </option>
      ))}
    </select>
  );
}

const STATE_WORDS: Record<number, string> = {
  [STATE.starting]: 'starting',
  [STATE.running]: 'running',
  [STATE.asleep]: 'asleep',
  [STATE.stopped]: 'stopped at a safe point',
  [STATE.failed]: 'failed',
};

function shownFor(
  tid: number,
  values: ArrayLike<number>,
  text: (v: number) => string,
  all: (values: ArrayLike<number>) => number,
  of: string,
): string {
  return tid >= 0 ? `T${tid} ${text(values[tid] ?? 0)}` : `${of} ${text(all(values))}`;
}

function RowHead({ title, note, shown }: { title: string; note: string; shown: string }) {
  return (
    <th scope="row">
      {title}
      {shown ? <b className="mono">{shown}</b> : <small>{note}</small>}
    </th>
  );
}

function Cell({ stands, aged, text }: { stands: boolean; aged: boolean; text: string }) {
  return (
    <td className={`${stands ? 'stands' : ''} ${aged ? 'aged' : ''}`}>
      <span>{text}</span>
    </td>
  );
}
