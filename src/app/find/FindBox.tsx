import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { EV } from '../../haproxy/step/events.ts';
import { rowAt } from '../../machine/recording/events.ts';
import { eventFilter, LINE_KINDS } from '../../report/find.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { count } from '../stage/text.ts';
import { lineIn } from '../trace/line-in.ts';
import { type Group, type Hit, pageHits } from './hits.ts';
import { findMoments, goToMoment, worldOf } from './moments.ts';
import './find.css';

const ORDER: readonly Group[] = [
  'Go to',
  'Connections',
  'Connection IDs',
  'Datagrams',
  'Events',
  'Trace',
  'Functions',
  'Rules',
  'Commands',
  'Stories',
];
/** Hits of a group that are shown before more are asked for. */
const FEW = 3;
const MORE = 30;
/** After the last key so long, ms. */
const SOON = 60;

const EVENTS = LINE_KINDS.filter((k) => k !== EV.TRACE);

interface Found {
  query: string;
  hits: Hit[];
  totals: Partial<Record<Group, number>>;
}

/** One box for everything: what is on the page, what happened, what can be ordered, what can be told. */
export function FindBox() {
  const session = useSession();
  const { find: before, finding: typed } = session.choices.getState();
  const [query, setQuery] = useState(typed || (before?.query ?? ''));
  const [open, setOpen] = useState<Group | null>(null);
  const [chosen, setChosen] = useState(0);
  const found = useFound(query, open);
  const find = useChoice((c) => c.find);
  const input = useRef<HTMLInputElement>(null);
  const from = useRef(session.picture.getState().travel.at);
  const id = useId();
  useEffect(() => {
    if (!typed) input.current?.select();
  }, [typed]);
  const rows = useMemo(() => grouped(found, open), [found, open]);
  const flat = rows.flatMap((r) => r.shown);
  const at = Math.min(chosen, flat.length - 1);
  /** Enter was pressed before the hits of these words were there: the first of them is meant. */
  const soon = useRef(false);
  useEffect(() => {
    if (!soon.current || found.query !== query) return;
    soon.current = false;
    const first = flat[0];
    if (!first) return;
    session.set({ finding: null });
    first.run(session);
  }, [found, query, flat, session]);
  const shut = () => session.set({ finding: null });
  const run = (hit: Hit) => {
    shut();
    hit.run(session);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Escape') {
      // The moment before the search comes back, and its ticks go.
      shut();
      session.set({ find: null });
      if (session.picture.getState().travel.at !== from.current)
        session.travel({ kind: 'seek', at: from.current });
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && e.altKey)
      void goToMoment(session, e.key === 'ArrowDown' ? 1 : -1);
    else if (e.key === 'F3') void goToMoment(session, e.shiftKey ? -1 : 1);
    else if (e.key === 'ArrowDown') setChosen(Math.min(flat.length - 1, at + 1));
    else if (e.key === 'ArrowUp') setChosen(Math.max(0, at - 1));
    else if (e.key === 'Enter' && found.query !== query) soon.current = true;
    else if (e.key === 'Enter' && flat[at]) run(flat[at]);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is not modal, the stage beside it goes on.
    <div className="find" role="dialog" aria-label="Find" data-testid="find" data-widget="">
      <div className="find-head">
        <input
          ref={input}
          type="search"
          role="combobox"
          aria-expanded={flat.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={flat[at] ? `${id}-${at}` : undefined}
          aria-label="Find"
          placeholder="A, 7ca4, 33, commit, T2, 8105, @55.85"
          data-testid="find-input"
          value={query}
          onChange={(e) => {
            setQuery(e.target.value);
            setOpen(null);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          // biome-ignore lint/a11y/noAutofocus: whoever asks for the box wants to write into it.
          autoFocus
        />
        <span className="find-count mono" role="status" data-testid="find-count">
          {find ? `${count(find.before)} of ${count(find.total)}` : ''}
        </span>
        <button
          type="button"
          className="btn icon"
          aria-label="Previous moment that was found"
          title="Shift F3"
          data-testid="find-previous"
          disabled={!find || find.total === 0}
          onClick={() => void goToMoment(session, -1)}
        >
          ◂
        </button>
        <button
          type="button"
          className="btn icon"
          aria-label="Next moment that was found"
          title="F3"
          data-testid="find-next"
          disabled={!find || find.total === 0}
          onClick={() => void goToMoment(session, 1)}
        >
          ▸
        </button>
        <button type="button" className="btn plain" data-testid="find-close" onClick={shut}>
          Close
        </button>
      </div>
      <div id={`${id}-list`} className="find-list" role="listbox" aria-label="Hits">
        {rows.map(({ group, shown, total }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox.
          <div key={group} role="group" aria-label={`${group}, ${total}`}>
            <p className="find-group" aria-hidden="true">
              {group} <span className="mono">{count(total)}</span>
            </p>
            {shown.map((hit) => {
              const n = flat.indexOf(hit);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input’s.
                <div
                  key={hit.id}
                  id={`${id}-${n}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={n === at}
                  className="find-hit"
                  data-testid="find-hit"
                  data-group={group}
                  onPointerMove={() => setChosen(n)}
                  onClick={() => run(hit)}
                >
                  <span className={hit.code ? 'mono' : ''}>
                    <Marked text={hit.text} query={query} />
                  </span>
                  <span className="find-note">{hit.note}</span>
                  <span className="find-right mono">{hit.right}</span>
                </div>
              );
            })}
            {total > shown.length && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input’s.
              <div
                role="option"
                tabIndex={-1}
                aria-selected={false}
                className="find-more"
                data-testid="find-more"
                onClick={() => setOpen(group)}
              >
                {count(total - shown.length)} more
              </div>
            )}
          </div>
        ))}
        {query.trim() !== '' && found.query === query && flat.length === 0 && (
          <p className="muted pad" data-testid="find-none">
            Nothing here is called “{query.trim()}”.
          </p>
        )}
      </div>
      <p className="find-foot muted">
        <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> go there <kbd>F3</kbd> next moment
      </p>
    </div>
  );
}

/** Text with the words of the query marked. */
function Marked({ text, query }: { text: string; query: string }) {
  const word = query.trim().split(/\s+/)[0] ?? '';
  const at = word.length > 1 ? text.toLowerCase().indexOf(word.toLowerCase()) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + word.length)}</mark>
      {text.slice(at + word.length)}
    </>
  );
}

function grouped(found: Found, open: Group | null): { group: Group; shown: Hit[]; total: number }[] {
  return ORDER.flatMap((group) => {
    const all = found.hits.filter((h) => h.group === group);
    const total = found.totals[group] ?? all.length;
    return total > 0 ? [{ group, shown: all.slice(0, open === group ? MORE : FEW), total }] : [];
  });
}

function useFound(query: string, open: Group | null): Found {
  const session = useSession();
  const [found, setFound] = useState<Found>({ query: '', hits: [], totals: {} });
  // Another line, or a longer one, has other moments.
  const line = usePicture((p) => (p.status.playing ? -1 : p.travel.line * 1e9 + p.travel.end));
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => {
    let wanted = true;
    const wait = setTimeout(async () => {
      const got = await search(session, query, open);
      if (wanted) setFound(got);
    }, SOON);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, query, open, line]);
  return found;
}

async function search(session: Session, query: string, open: Group | null): Promise<Found> {
  const { stage, travel } = session.picture.getState();
  const hits = pageHits(query, stage, session.opened(), travel.end);
  const totals: Found['totals'] = {};
  const where = worldOf(stage);
  for (const [group, kinds] of [
    ['Events', EVENTS],
    ['Trace', [EV.TRACE]],
  ] as const) {
    const filter = eventFilter(query, where, kinds);
    const got = filter && (await session.ask('events', { filter, from: 0, to: open === group ? MORE : FEW }));
    if (!got) continue;
    totals[group] = got.total;
    const n = Math.min(got.total, open === group ? MORE : FEW);
    for (let i = 0; i < n; i++) {
      const row = rowAt(got.rows, i);
      const line = lineIn(session, row);
      if (!line) continue;
      hits.push({
        id: `${group} ${i}`,
        group,
        text: line.text || line.note,
        note: '',
        right: count(row.at + 1),
        code: line.text !== '',
        run: (s) => {
          s.travel({ kind: 'seek', at: row.at + 1 });
          if (row.conn >= 0) s.select(row.conn);
          // What it was about is the datagram that G opens.
          if (row.dgram >= 0) s.set({ dgram: row.dgram + 1 });
        },
      });
    }
  }
  await findMoments(session, query);
  return { query, hits, totals };
}
