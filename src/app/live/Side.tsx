import { useState } from 'react';
import { count } from '../stage/text.ts';
import { useLive, useLiveState } from './context.tsx';
import { Load } from './Load.tsx';
import { Matrix } from './Matrix.tsx';
import { SafePoint } from './SafePoint.tsx';
import { threadsOf } from './words.ts';

/** Beside the columns: what makes the load, what moved, what moving costs, faults, freezing. */
export function Side() {
  return (
    <aside
      className="live-side"
      aria-label="Load and findings"
      data-region=""
      tabIndex={-1}
      data-testid="live-side"
    >
      <Load />
      <SafePoint />
      <Matrix />
      <Cost />
      <Faults />
      <Freeze />
    </aside>
  );
}

/** What moving costs, over the last 10 s. */
function Cost() {
  const recent = useLiveState((s) => s.facts?.recent);
  const totals = useLiveState((s) => s.facts?.totals);
  if (!recent || !totals) return null;
  const { handled, redispatched, moves, crossed } = recent;
  const share = (n: number) =>
    handled > 0 ? `${((100 * n) / handled).toFixed(n * 100 < handled ? 3 : 1)}%` : '–';
  return (
    <section aria-label="Cost of moving">
      <h2>Cost of moving</h2>
      <p className="muted">last 10 s</p>
      <dl className="cost">
        <div>
          <dt>Redispatches</dt>
          <dd className="mono redispatch">{count(Math.round(redispatched / 10))}/s</dd>
        </div>
        <div>
          <dt>of datagrams handled</dt>
          <dd className="mono">{share(redispatched)}</dd>
        </div>
        <div>
          <dt>per move</dt>
          <dd className="mono">{moves > 0 ? (redispatched / moves).toFixed(2) : '–'}</dd>
        </div>
        <div>
          <dt>read by another thread</dt>
          <dd className="mono" data-testid="crossed">
            {share(crossed)}
          </dd>
        </div>
      </dl>
      <p className="muted" data-testid="live-totals" data-handled={totals.handled}>
        since the start: {count(totals.received)} received, {count(totals.handled)} handled,{' '}
        {count(totals.redispatched)} redispatched, {count(totals.accepted)} accepted
      </p>
    </section>
  );
}

/** A worker can be ended on purpose, as a crash would. */
function Faults() {
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
    </section>
  );
}

function Freeze() {
  const live = useLive();
  const phase = useLiveState((s) => s.status?.phase);
  const can = phase === 'running' || phase === 'paused';
  return (
    <section aria-label="Freeze">
      <button
        type="button"
        className="btn primary"
        data-testid="freeze"
        disabled={!can}
        onClick={() => live.freeze()}
      >
        Freeze into Step mode
      </button>
      <p className="muted">
        Stops at a safe point and makes it a new beginning in Step mode. From there on every step is exact.
      </p>
    </section>
  );
}
