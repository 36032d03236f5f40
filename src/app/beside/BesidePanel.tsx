import { useEffect, useRef, useState } from 'react';
import { type EventRow, ROW, rowAt } from '../../machine/recording/events.ts';
import type { EventFilter } from '../../machine/recording/query.ts';
import { BESIDE_KINDS, besideRows, MOST_BESIDE } from '../../report/beside.ts';
import type { TraceLine } from '../../report/view.ts';
import { order } from '../commands/table.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';
import { lineIn } from '../trace/line-in.ts';
import { useOtherRun } from './useOtherRun.ts';
import './beside.css';

/** A run that grows is asked again so often, ms. */
const AGAIN = 300;

/** This run beside the future that was left, or beside the same choices in another revision: what is the same, and the first difference. */
export function BesidePanel() {
  const session = useSession();
  const selected = useChoice((c) => c.selected);
  const letter = usePicture((p) => p.stage?.clients.find((c) => c.connIndex === selected)?.conn.letter ?? '');
  const here = useChoice((c) => c.options.revision);
  const [own, setOwn] = useState(true);
  const [revision, setRevision] = useState('');
  const all = [{ kinds: BESIDE_KINDS }, ...(own && selected >= 0 ? [{ conns: [selected] }] : [])];
  // The revision that runs beside itself shows nothing.
  const other = revision === here ? '' : revision;
  const { revisions } = session.backend;
  const nameOf = (id: string): string => revisions.find((r) => r.id === id)?.name ?? id;
  return (
    <div className="beside-panel">
      <div className="beside-bar">
        <label>
          Beside it{' '}
          <select data-testid="beside-what" value={other} onChange={(e) => setRevision(e.target.value)}>
            <option value="">the old future</option>
            <optgroup label="the same choices in revision">
              {revisions
                .filter((r) => r.id !== here)
                .map((r) => (
                  <option key={r.id} value={r.id}>
                    {r.name}
                  </option>
                ))}
            </optgroup>
          </select>
        </label>
        <label>
          <input type="checkbox" checked={own} onChange={(e) => setOwn(e.target.checked)} /> only{' '}
          {letter || 'the selected'}
        </label>
        {other ? (
          <button
            type="button"
            className="btn"
            data-testid="beside-take"
            onClick={() => void session.restart({ revision: other })}
          >
            Take {nameOf(other)}
          </button>
        ) : (
          <Over />
        )}
      </div>
      {other ? (
        <Revisions revision={other} filter={{ all }} names={[nameOf(here), nameOf(other)]} />
      ) : (
        <Futures filter={{ all }} />
      )}
    </div>
  );
}

function Over() {
  const session = useSession();
  const kept = usePicture((p) => p.travel.kept !== null);
  return (
    <button type="button" className="btn" disabled={!kept} onClick={() => order(session, 'bring-back')}>
      Change them over
    </button>
  );
}

/** This run's events of a filter, and those of the future that was left: from where they part on. */
function Futures({ filter }: { filter: EventFilter }) {
  const session = useSession();
  const from = usePicture((p) => p.travel.kept?.from ?? -1);
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const [got, setGot] = useState<{ from: number; here: EventRow[]; there: EventRow[] } | null>(null);
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the filter, `line` and `end` are what is asked of.
  useEffect(() => {
    if (from < 0) return;
    let wanted = true;
    const wait = setTimeout(() => {
      void session.ask('beside', { filter, most: MOST_BESIDE }).then((a) => {
        if (a && wanted) setGot({ from: a.from, here: rowsOf(a.here), there: rowsOf(a.kept) });
      });
    }, AGAIN);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, key, from, line, end]);
  if (from < 0)
    return (
      <p className="muted pad" data-testid="no-beside">
        There is one run only. Choose something else in its past, and the future that was left stands here
        beside the new one. Or choose a revision above.
      </p>
    );
  if (!got) return <p className="muted pad">Being looked for…</p>;
  return (
    <Table
      from={got.from}
      here={got.here}
      there={got.there}
      names={['This run', 'The old future']}
      lineOf={(row) => lineIn(session, row)}
    />
  );
}

const rowsOf = (rows: Int32Array): EventRow[] =>
  Array.from({ length: rows.length / ROW }, (_, i) => rowAt(rows, i));

/** This run, and the same choices in another revision: from the beginning on. */
function Revisions({
  revision,
  filter,
  names,
}: {
  revision: string;
  filter: EventFilter;
  names: readonly [string, string];
}) {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const { run, notes } = useOtherRun(revision, filter, MOST_BESIDE);
  const [here, setHere] = useState<EventRow[] | null>(null);
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the filter, `line` and `end` are what is asked of.
  useEffect(() => {
    let wanted = true;
    const wait = setTimeout(() => {
      void session.ask('events', { filter, from: 0, to: MOST_BESIDE }).then((a) => {
        if (a && wanted) setHere(rowsOf(a.rows));
      });
    }, AGAIN);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, key, line, end]);
  return (
    <>
      {notes.length > 0 && (
        <p className="beside-notes" data-testid="beside-notes">
          {notes.join(' ')}
        </p>
      )}
      {!run || !here ? (
        notes.length === 0 && <p className="muted pad">The other revision is being run…</p>
      ) : (
        <Table
          from={0}
          here={here}
          there={run.rows}
          names={names}
          lineOf={(row) => lineIn(session, row)}
          otherOf={run.lineOf}
        />
      )}
    </>
  );
}

interface TableProps {
  /** Position from which on they are compared. */
  from: number;
  here: readonly EventRow[];
  there: readonly EventRow[];
  names: readonly [string, string];
  lineOf(row: EventRow): TraceLine | null;
  /** Of the other run, where it is of another program. */
  otherOf?: (row: EventRow) => TraceLine;
}

/** Rows that both have stand side by side; the first that differ are framed. */
function Table({ from, here, there, names, lineOf, otherOf }: TableProps) {
  const { rows, first } = besideRows(here, there);
  const parting = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another difference, or of other runs, is brought into view.
  useEffect(() => {
    parting.current?.scrollIntoView({ block: 'center' });
  }, [first, names[1]]);
  return (
    <div className="beside" data-testid="beside" data-first={first}>
      <p className="beside-head">
        From step {count(from)} on:{' '}
        {first < 0
          ? 'so far both runs tell the same.'
          : `${first === 0 ? 'they part at once' : `${count(first)} alike, then they part`}.`}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{names[0]}</th>
            <th scope="col">
              <span className="visually-hidden">Same or not</span>
            </th>
            <th scope="col">{names[1]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r, i) => {
            const { same } = r;
            return (
              <tr
                key={`${r.a} ${r.b}`}
                ref={i === first ? parting : null}
                className={same ? 'same' : i === first ? 'parted first' : 'parted'}
              >
                <td>{r.a >= 0 && <Told row={here[r.a]!} line={lineOf(here[r.a]!)} leads />}</td>
                <td className="mono">{same ? '=' : '≠'}</td>
                <td>{r.b >= 0 && <Told row={there[r.b]!} line={(otherOf ?? lineOf)(there[r.b]!)} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** An event in words; of this run it leads to its step. */
function Told({ row, line, leads = false }: { row: EventRow; line: TraceLine | null; leads?: boolean }) {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 4);
  const step = count(row.at + 1);
  return (
    <>
      {leads ? (
        <button
          type="button"
          className="link mono"
          onClick={() => session.travel({ kind: 'seek', at: row.at + 1 })}
        >
          {step}
        </button>
      ) : (
        <span className="mono">{step}</span>
      )}{' '}
      <span className="mono muted">{clockText(row)}</span> <ThreadBadge tid={row.tid} threads={threads} />{' '}
      {line?.note || line?.text}
    </>
  );
}
