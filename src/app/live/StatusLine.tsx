import { useLiveState } from './context.tsx';
import { loadWords, phaseWords, rulesWords } from './status.ts';

/** What the pool does, with which load and up to what, and what the last safe point found. Always said. */
export function StatusLine() {
  const status = useLiveState((s) => s.status);
  const workers = useLiveState((s) => s.wishes.workers);
  if (!status) return <p className="live-status" data-testid="live-status" data-phase="" />;
  const p = status.safePoint;
  return (
    <p className="live-status" data-testid="live-status" data-phase={status.phase}>
      <b>{phaseWords(status, workers)}</b>
      <span data-testid="live-load">{loadWords(status)}</span>
      {p && (
        <span className={p.rulesBroken.length > 0 || p.balance.wrong ? 'violation' : ''}>
          {rulesWords(p)}, {p.balance.wrong ? 'datagrams do not add up' : 'all datagrams accounted for'}
        </span>
      )}
    </p>
  );
}
