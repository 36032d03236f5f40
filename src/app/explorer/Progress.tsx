import { count } from '../stage/text.ts';
import { Histogram } from './Histogram.tsx';
import type { Run } from './types.ts';
import { bytes } from './words.ts';

/** Figures of a search, ten times a second. */
export function Progress({ run }: { run: Run }) {
  const p = run.progress;
  if (!p) return null;
  const facts = run.verdict ? Object.entries(run.verdict.facts).filter(([, n]) => n > 0) : [];
  return (
    <section className="ex-progress" aria-label="Progress">
      <dl>
        <Figure name="States" value={count(p.states)} id="ex-states" />
        <Figure name="States/s" value={count(Math.round(p.rate || p.states / Math.max(p.seconds, 0.001)))} />
        <Figure name="Depth" value={count(p.depth)} />
        <Figure name="Frontier" value={count(p.frontier)} />
        <Figure name="Transitions" value={count(p.transitions)} />
        <Figure name="Memory" value={`${bytes(p.memoryBytes)} of ${count(run.form.memoryMB)}`} />
      </dl>
      <Histogram run={run} />
      {run.verdict?.verdict === 'safe' && (
        <p className="ex-facts">
          That two states were taken for one somewhere has a chance of at most{' '}
          {run.verdict.mistaken.toExponential(0)}.
        </p>
      )}
      {facts.length > 0 && (
        <p className="ex-facts" data-testid="facts">
          Among these states: {facts.map(([name, n]) => `${count(n)} with ${name}`).join(', ')}.
        </p>
      )}
    </section>
  );
}

function Figure({ name, value, id }: { name: string; value: string; id?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="mono" data-testid={id}>
        {value}
      </dd>
    </div>
  );
}
