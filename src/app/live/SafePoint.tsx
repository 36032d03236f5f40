import { Fragment } from 'react';
import { useLiveState } from './context.tsx';
import { Freeze } from './Freeze.tsx';
import { balanceParts, imageWords, reasonsWords, rulesWords, unlookedWords } from './status.ts';
import { runClock } from './words.ts';

/** What was found when all threads last stood still, and the image that was kept then. */
export function SafePoint() {
  const status = useLiveState((s) => s.status);
  const ms = useLiveState((s) => s.facts?.ms ?? 0);
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
            {balanceParts(p).map((part) => (
              <Fragment key={part}>
                <span className="nowrap">{part}</span>{' '}
              </Fragment>
            ))}
          </p>
          {p.balance.reasons.length > 0 && <p className="muted">dropped: {reasonsWords(p)}</p>}
          {p.rulesNotLookedAt.length > 0 && (
            <details>
              <summary>{unlookedWords(p)}</summary>
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
      <Freeze />
    </section>
  );
}
