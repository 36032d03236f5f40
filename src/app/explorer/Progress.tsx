import { count } from '../stage/text.ts';
import { Histogram } from './Histogram.tsx';
import type { Run } from './types.ts';
import { bytes } from './words.ts';

/** Figures of a search, ten times a second. */
export function Progress({ run }: { run: Run }) {
  const p = run.progress;
  if (!p) return null;
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
