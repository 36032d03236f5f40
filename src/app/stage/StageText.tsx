import { memo } from 'react';
import type { ConnView, StageView } from '../../report/view.ts';
import { usePicture } from '../session/context.tsx';
import { connLine, threadLine } from './words.ts';

/** Lines beyond these nobody listens to; the menu of a chip and the inspector have each connection. */
const MOST_LINES = 64;

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
              <Line key={t.tid} text={threadLine(view, t)} />
            ))}
          </ul>
          <ul>
            {view.conns.slice(0, MOST_LINES).map((c) => (
              <ConnLine key={c.index} conn={c} />
            ))}
            {view.conns.length > MOST_LINES && <li>and {view.conns.length - MOST_LINES} more connections</li>}
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

/** Its words are put together again only when it changes. */
const ConnLine = memo(({ conn }: { conn: ConnView }) => <li>{connLine(conn)}</li>);

const Line = memo(({ text }: { text: string }) => <li>{text}</li>);
