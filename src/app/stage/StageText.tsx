import type { StageView } from '../../report/view.ts';
import { usePicture } from '../context.tsx';
import { connLine, threadLine } from './words.ts';

/** The stage, line by line, for whoever cannot see it. Not kept up while playing: nobody reads that fast. */
export function StageText({ view }: { view: StageView }) {
  const playing = usePicture((p) => p.status.playing);
  return (
    <section className="visually-hidden" aria-label="Stage as text" data-testid="stage-text">
      {playing ? (
        <p>Playing. Pause to read the stage as text.</p>
      ) : (
        <>
          <ul>
            {view.threads.map((t) => (
              <li key={t.tid}>{threadLine(view, t)}</li>
            ))}
          </ul>
          <ul>
            {view.conns.map((c) => (
              <li key={c.index}>{connLine(c)}</li>
            ))}
          </ul>
          <p>
            {view.flights.length} in flight, {view.totals.received} received, {view.totals.handled} handled,{' '}
            {view.totals.redispatches} redispatched, {view.totals.dropped} dropped.
          </p>
        </>
      )}
    </section>
  );
}
