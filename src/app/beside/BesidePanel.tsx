import { useEffect, useState } from 'react';
import type { BesideRead } from '../../hosts/questions.ts';
import { type EventRow, ROW, rowAt } from '../../machine/recording/events.ts';
import { BESIDE_KINDS, besideRows, MOST_BESIDE } from '../../report/beside.ts';
import { order } from '../commands/table.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';
import './beside.css';

/** A run that grows is asked again so often, ms. */
const AGAIN = 300;

/** This run beside the future that was left: what is the same, and the first difference. */
export function BesidePanel() {
  const session = useSession();
  const kept = usePicture((p) => p.travel.kept);
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const selected = useChoice((c) => c.selected);
  const letter = usePicture((p) => p.stage?.clients.find((c) => c.connIndex === selected)?.conn.letter ?? '');
  const [own, setOwn] = useState(true);
  const [got, setGot] = useState<BesideRead | null>(null);
  const from = kept?.from ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `line` and `end` are what is asked of.
  useEffect(() => {
    if (from < 0) return;
    let wanted = true;
    const all = [{ kinds: BESIDE_KINDS }, ...(own && selected >= 0 ? [{ conns: [selected] }] : [])];
    const wait = setTimeout(() => {
      void session.ask('beside', { filter: { all }, most: MOST_BESIDE }).then((a) => {
        if (a && wanted) setGot(a);
      });
    }, AGAIN);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, own, selected, from, line, end]);
  if (from < 0)
    return (
      <p className="muted pad" data-testid="no-beside">
        There is one run only. Choose something else in its past, and the future that was left stands here
        beside the new one.
      </p>
    );
  if (!got) return <p className="muted pad">Being looked for…</p>;
  const [here, there] = [got.here, got.kept].map((rows) =>
    Array.from({ length: rows.length / ROW }, (_, i) => rowAt(rows, i)),
  ) as [EventRow[], EventRow[]];
  const { rows, first } = besideRows(here, there);
  return (
    <div className="beside" data-testid="beside" data-first={first}>
      <p className="beside-head">
        From step {count(got.from)} on:{' '}
        {first < 0
          ? 'so far both runs tell the same.'
          : `${first === 0 ? 'they part at once' : `${count(first)} alike, then they part`}.`}{' '}
        <label>
          <input type="checkbox" checked={own} onChange={(e) => setOwn(e.target.checked)} /> only{' '}
          {letter || 'the selected'}
        </label>{' '}
        <button type="button" className="btn" onClick={() => order(session, 'bring-back')}>
          Change them over
        </button>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">This run</th>
            <th scope="col">
              <span className="visually-hidden">Same or not</span>
            </th>
            <th scope="col">The old future</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r, i) => {
            const { same } = r;
            return (
              <tr key={`${r.a} ${r.b}`} className={same ? 'same' : i === first ? 'parted first' : 'parted'}>
                <td>{r.a >= 0 && <Told row={here[r.a]!} here />}</td>
                <td className="mono">{same ? '=' : '≠'}</td>
                <td>{r.b >= 0 && <Told row={there[r.b]!} here={false} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Told({ row, here }: { row: EventRow; here: boolean }) {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 4);
  const line = session.lineOf(row);
  const step = count(row.at + 1);
  return (
    <>
      {here ? (
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
