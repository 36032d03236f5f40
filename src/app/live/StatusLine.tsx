import { useLiveState } from './context.tsx';
import { imageWords, loadWords, newsOf, phaseWords, rulesWords } from './status.ts';

/** What the pool does, with which load and up to what, what the last safe point found, what has just gone wrong. Always said. */
export function StatusLine() {
  const status = useLiveState((s) => s.status);
  const workers = useLiveState((s) => s.wishes.workers);
  const ms = useLiveState((s) => s.facts?.ms ?? 0);
  const pulse = useLiveState((s) => s.pulse);
  if (!status) return <p className="live-status" data-testid="live-status" data-phase="" />;
  const p = status.safePoint;
  const news = newsOf(status, ms);
  const age = pulse ? Math.max(1, Math.round(pulse.ms / 1000)) : 0;
  return (
    <p className={`live-status ${age ? 'aged' : ''}`} data-testid="live-status" data-phase={status.phase}>
      {age > 0 && <b className="fresh">{age} s ago:</b>}
      <b>{phaseWords(status, workers)}</b>
      <span data-testid="live-load">{loadWords(status)}</span>
      {p && (
        <span className={p.rulesBroken.length > 0 || p.balance.wrong ? 'violation' : ''}>
          {rulesWords(p)}, {p.balance.wrong ? 'datagrams do not add up' : 'all datagrams accounted for'}
        </span>
      )}
      <span data-testid="live-image-age">image {imageWords(status, ms)}</span>
      {news && (
        <span className="news" data-testid="live-news">
          {news}
        </span>
      )}
    </p>
  );
}
