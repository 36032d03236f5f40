import { scopeRows } from '../../report/scope.ts';
import { scopeOf } from '../../scenario/museum/scope.ts';
import { count } from '../stage/text.ts';
import type { Run } from './types.ts';
import { sentence } from './words.ts';

/** What an answer covers, and what it does not. */
export function Covers({ run }: { run: Run }) {
  if (!run.verdict) return null;
  return (
    <section className="ex-covers" aria-label="What this answer covers" data-testid="covers">
      <h3>What this answer covers</h3>
      <dl>
        {scopeRows(scopeOf(run.form.spec), run.verdict, count).map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{sentence(text)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
