import { nameOf } from '../../report/look.ts';
import { duration } from '../../stories/cast.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { usePicture, useSession } from '../session/context.tsx';
import { count, plural } from '../stage/text.ts';
import { isPolling, type SpanSum } from './span.ts';
import { type Chosen, useSpanSum } from './useSpanSum.ts';

const SHOWN = 12;
/** Waits that are named. */
const FEW = 6;

/** What the chosen span held. Loaded when one is chosen. */
export function SpanPanel({ chosen, onClear }: { chosen: Chosen; onClear(): void }) {
  const line = usePicture((p) => p.travel.line);
  const sum = useSpanSum(chosen, line);
  return sum && <Told sum={sum} onClear={onClear} />;
}

function Told({ sum, onClear }: { sum: SpanSum; onClear(): void }) {
  const session = useSession();
  const threads = usePicture((p) => p.stage?.threads.length ?? 4);
  const most = Math.max(1, ...sum.spent.map((s) => s.ns));
  const play = () => {
    session.travel({ kind: 'seek', at: sum.from });
    session.playTo(sum.to);
  };
  return (
    <section
      className="span-panel"
      aria-label="Chosen span"
      data-testid="span"
      data-from={sum.from}
      data-to={sum.to}
      data-steps={sum.steps}
      data-arrivals={sum.arrivals}
    >
      <p>
        <b data-testid="span-length">{duration(sum.ns)}</b>, steps {count(sum.from)} to {count(sum.to)}
      </p>
      <p className="muted" data-testid="span-sum">
        {plural(sum.steps, 'step')}, {plural(sum.commits, 'commit')},{' '}
        {plural(sum.redispatches, 'redispatch', 'redispatches')}; datagrams: {count(sum.arrivals)} arriving,{' '}
        {count(sum.received)} read, {count(sum.handled)} handled
        {sum.violations > 0 && `, ${plural(sum.violations, 'violation')}`}
      </p>
      <p>
        <button type="button" className="btn" data-testid="span-play" onClick={play}>
          Play this
        </button>{' '}
        <button type="button" className="btn plain" data-testid="span-clear" onClick={onClear}>
          Clear
        </button>
      </p>
      {sum.waits.length > 0 && (
        <p data-testid="span-waits">
          Waited in an inbox:{' '}
          {sum.waits.slice(0, FEW).map((w, i) => (
            <span key={w.dgram}>
              {i > 0 && ', '}
              <button type="button" className="link mono" onClick={() => session.openPacket(w.dgram + 1)}>
                {w.conn >= 0 && `${nameOf(w.conn).letter} `}
                {w.dgram + 1}
              </button>{' '}
              {duration(w.ns)}
            </span>
          ))}
          {sum.waits.length > FEW && `, and ${count(sum.waits.length - FEW)} more for less`}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Thread</th>
            <th scope="col">function</th>
            <th scope="col">steps</th>
            <th scope="col">time</th>
          </tr>
        </thead>
        <tbody>
          {sum.spent.slice(0, SHOWN).map((s) => (
            <tr key={`${s.tid} ${s.fn}`} className={isPolling(s) ? 'polling' : ''}>
              <td>
                <ThreadBadge tid={s.tid} threads={threads} />
              </td>
              <td>
                <button
                  type="button"
                  className="link mono"
                  onClick={() => session.travel({ kind: 'seek', at: s.at })}
                >
                  {s.fn}
                </button>
              </td>
              <td className="mono">{count(s.steps)}</td>
              <td className="mono">
                <i style={{ width: `${(60 * s.ns) / most}px` }} />
                {duration(s.ns)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
