import { useLiveState } from './context.tsx';
import { balanceWords, imageWords, lostWords, reasonsWords, rulesWords } from './status.ts';
import { runClock } from './words.ts';

/** What was found when all threads last stood still, and what was lost on the way. */
export function SafePoint() {
  const status = useLiveState((s) => s.status);
  const ms = useLiveState((s) => s.facts?.ms ?? 0);
  const unseen = useLiveState((s) => s.unseen);
  if (!status) return null;
  const p = status.safePoint;
  return (
    <section aria-label="Safe point">
      <h2>Safe point</h2>
      {p ? (
        <>
          <p className="muted">
            at {runClock(p.ms)}
            {p.atRest ? ', at rest' : ''}
          </p>
          <p className={p.rulesBroken.length > 0 ? 'violation' : ''} data-testid="live-rules">
            {rulesWords(p)}
          </p>
          {p.rulesBroken.map((b) => (
            <p key={b.rule} className="violation">
              <b>{b.rule}</b> {b.text}
            </p>
          ))}
          <p className={`mono ${p.balance.wrong ? 'violation' : ''}`} data-testid="live-balance">
            {balanceWords(p)}
          </p>
          {p.balance.reasons.length > 0 && <p className="muted">dropped: {reasonsWords(p)}</p>}
          {p.rulesNotLookedAt.length > 0 && (
            <details>
              <summary>{p.rulesNotLookedAt.length} rules not looked at</summary>
              <ul>
                {p.rulesNotLookedAt.map((r) => (
                  <li key={r.rule}>
                    <b>{r.rule}</b> {r.why}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      ) : (
        <p className="muted">None yet. Pause stops all threads at one.</p>
      )}
      <p data-testid="live-image">
        Image to go on from: <b>{imageWords(status, ms)}</b>
      </p>
      {status.lost.length > 0 && (
        <ul className="lost" data-testid="live-lost">
          {status.lost.slice(-4).map((l) => (
            <li key={`${l.tid}-${l.at}`}>
              {lostWords(l).heading} {lostWords(l).detail}
            </li>
          ))}
        </ul>
      )}
      {(status.troubles.length > 0 || unseen) && (
        <details data-testid="live-troubles">
          <summary>Survived on the way</summary>
          <ul>
            {unseen && <li>The tab was hidden for {unseen}; the run went on without being drawn.</li>}
            {status.troubles.map((t) => (
              <li key={`${t.at}-${t.text}`}>
                <span className="mono">{runClock(t.at)}</span> {t.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
