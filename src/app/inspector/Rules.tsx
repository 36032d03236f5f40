import { SENTENCES } from '../../machine/rules/sentences.ts';
import { usePicture } from '../session/context.tsx';

/** The rules that are checked while the run goes on; those this revision is known to break are off, with the bug's number. */
export function Rules() {
  const rules = usePicture((p) => p.stage?.rules) ?? [];
  if (rules.length === 0) return null;
  const on = rules.filter((r) => r.state !== 'off');
  const off = rules.filter((r) => r.state === 'off');
  const broken = on.filter((r) => r.state === 'broken');
  return (
    <section className="rules" data-testid="rules">
      <h3>
        Rules
        <span className="ran-on">{broken.length > 0 ? `${broken.length} broken` : `${on.length} hold`}</span>
      </h3>
      <ul>
        {[...broken, ...on.filter((r) => r.state === 'holds')].map((r) => (
          <li key={r.id} className={r.state}>
            <code>{r.id}</code> {SENTENCES[r.id]}
          </li>
        ))}
      </ul>
      {off.length > 0 && (
        <details>
          <summary>{off.length} off in this revision</summary>
          <ul>
            {off.map((r) => (
              <li key={r.id} className="off">
                <code>{r.id}</code> {SENTENCES[r.id]} <span className="muted">{r.why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
