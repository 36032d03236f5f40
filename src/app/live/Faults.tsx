import { useState } from 'react';
import { useLive, useLiveState } from './context.tsx';
import { happenedIn } from './status.ts';
import { runClock, threadsOf } from './words.ts';

/** Those before are a click away. */
const OPEN = 3;

/** A worker can be ended on purpose, as a crash would; and what has gone wrong and was survived. */
export function Faults() {
  const live = useLive();
  const threads = useLiveState((s) => s.facts?.threads ?? 0);
  const running = useLiveState((s) => s.status?.phase === 'running');
  const [chosen, choose] = useState(0);
  const tid = Math.min(chosen, Math.max(0, threads - 1));
  if (threads === 0) return null;
  return (
    <section aria-label="Faults">
      <h2>Faults</h2>
      <div className="line">
        <label>
          Worker of{' '}
          <select data-testid="kill-tid" value={tid} onChange={(e) => choose(Number(e.target.value))}>
            {threadsOf(threads).map((t) => (
              <option key={t} value={t}>
                T{t}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="btn"
          data-testid="kill"
          disabled={!running}
          title={running ? '' : 'Only while it runs'}
          onClick={() => live.kill(tid)}
        >
          End it
        </button>
      </div>
      <p className="muted">As a crash would. The run goes on from the last image.</p>
      <Happened />
    </section>
  );
}

function Happened() {
  const status = useLiveState((s) => s.status);
  const unseen = useLiveState((s) => s.unseen);
  if (!status) return null;
  const all = happenedIn(status);
  const items = all.map((h) => (
    <li key={`${h.at} ${h.text}`}>
      <span className="mono">{runClock(h.at)}</span> {h.text}
    </li>
  ));
  if (all.length === 0 && !unseen) return null;
  return (
    <div data-testid="live-happened">
      <h3>Survived so far</h3>
      <ul className="happened">
        {unseen && <li data-testid="live-unseen">{unseen}</li>}
        {items.slice(0, OPEN)}
      </ul>
      {items.length > OPEN && (
        <details>
          <summary>{items.length - OPEN} before</summary>
          <ul className="happened">{items.slice(OPEN)}</ul>
        </details>
      )}
    </div>
  );
}
