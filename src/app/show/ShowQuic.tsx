import { useState } from 'react';
import { showAt } from '../../report/show.ts';
import type { ShowView, StageView } from '../../report/view.ts';
import { InlineChip } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { listed } from '../stage/words.ts';
import { Commands, Which } from './Commands.tsx';

/** HAProxy's `show quic` at this moment, unchanged, with a line on who cannot be seen now. */
export function ShowQuic() {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const [all, setAll] = useState(false);
  const [full, setFull] = useState(false);
  const [tid, setTid] = useState(0);
  const [words, setWords] = useState('');
  const show = session.look((r, block, of) => showAt(r, block, of, all, full));
  if (!stage || !show) return <p className="muted pad">No capture is open.</p>;
  const { running } = show;
  const on = Math.min(tid, stage.threads.length - 1);
  const rows = show.rows.filter((r) => fits(words, r, stage));
  return (
    <div className="show-quic" data-testid="show-quic" data-rows={show.rows.length}>
      <div className="show-head">
        <Commands />
        <code>
          &gt; show quic{show.short && full ? ' full' : ''}
          {all ? ' all' : ''}
        </code>
        <label>
          <input
            type="checkbox"
            data-testid="show-all"
            checked={all}
            onChange={(e) => setAll(e.target.checked)}
          />{' '}
          closing ones too
        </label>
        {show.short && (
          <label>
            <input
              type="checkbox"
              data-testid="show-full"
              checked={full}
              onChange={(e) => setFull(e.target.checked)}
            />{' '}
            the long form
          </label>
        )}
        <button
          type="button"
          className="btn"
          data-testid="show-run"
          disabled={running !== null || stage.fatal !== null}
          onClick={() => session.choose({ kind: 'show-quic', tid: on, all })}
        >
          Run it on
        </button>
        <Which label="Thread that runs the command" value={on} onChange={setTid} />
        <input
          type="search"
          className="show-words"
          aria-label="Connections that are shown"
          placeholder="A, T2, a CID, a word"
          data-testid="show-words"
          value={words}
          onChange={(e) => setWords(e.target.value)}
        />
        <p className="muted" data-testid="show-state">
          {running ? runningWords(running) : 'What a walk of the lists would print at this moment.'}
        </p>
      </div>
      {show.missing.length > 0 && (
        <ul className="missing" data-testid="show-missing">
          {show.missing.map((m) => (
            <li key={m.index}>
              <InlineChip name={m.name} /> {m.why}
            </li>
          ))}
        </ul>
      )}
      <div className="show-body" role="log" aria-live="off" aria-label="Output of show quic">
        {show.rows.length === 0 && <p className="muted">Nothing is printed.</p>}
        {rows.length < show.rows.length && (
          <p className="muted" data-testid="show-left-out">
            {rows.length} of {show.rows.length} connections.
          </p>
        )}
        {show.head && show.rows.length > 0 && <pre className="show-columns">{show.head}</pre>}
        {rows.map((r) => (
          <div
            key={r.index}
            className={r.index === selected ? 'show-row on' : 'show-row'}
            data-testid={`show-${r.name.letter}`}
          >
            <button
              type="button"
              aria-label={`Select ${r.name.letter}`}
              onClick={() => session.select(r.index)}
            >
              <InlineChip name={r.name} />
            </button>
            <pre>{r.text}</pre>
          </div>
        ))}
        {show.broken && (
          <p className="broken">
            The list leads nowhere from here: HAProxy’s walk would not end, or would crash.
          </p>
        )}
        <p className="muted">
          A dash stands where the model has no value:{' '}
          {show.head ? 'the frontend’s name, packets lost' : 'limits of streams and data, the window'}.
        </p>
      </div>
    </div>
  );
}

/** Whether all words hold of a connection: its letter, its thread, or a part of what is printed of it. */
function fits(words: string, row: ShowView['rows'][number], stage: StageView): boolean {
  const owner = stage.conns.find((c) => c.index === row.index)?.owner ?? -1;
  return words
    .split(/\s+/)
    .filter(Boolean)
    .every(
      (w) =>
        w === row.name.letter ||
        w.toUpperCase() === `T${owner}` ||
        (w.length > 2 && row.text.toLowerCase().includes(w.toLowerCase())),
    );
}

function runningWords({ tid, waits, printed }: { tid: number; waits: number[]; printed: number }): string {
  if (waits.length > 0)
    return `T${tid} runs it and waits until ${listed(waits.map((t) => `T${t}`))} ${waits.length === 1 ? 'is' : 'are'} parked.`;
  return `T${tid} runs it alone, ${printed} printed so far.`;
}
