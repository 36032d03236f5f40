import { useMark } from '../session/useMark.ts';
import { count } from '../stage/text.ts';
import { useLiveState } from './context.tsx';
import { Faults } from './Faults.tsx';
import { Load } from './Load.tsx';
import { Matrix } from './Matrix.tsx';
import { SafePoint } from './SafePoint.tsx';
import { Scale } from './Scale.tsx';

/** Beside the columns: what makes the load, what moved, what moving costs, faults, freezing. */
export function Side() {
  const region = useMark<HTMLElement>('region:load');
  return (
    <aside
      className="live-side"
      aria-label="Load and findings"
      ref={region}
      tabIndex={-1}
      data-testid="live-side"
    >
      <Load />
      <SafePoint />
      <Matrix />
      <Cost />
      <Scale />
      <Faults />
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
          <dt>read by a thread not the owner</dt>
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
