import { timersAt } from '../../report/runtime/shown.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { usePicture, useSession } from '../session/context.tsx';
import { plural, span } from '../stage/text.ts';
import { ConnButton } from './ConnButton.tsx';
import { axisPlace, TICKS, timerWords } from './words.ts';
import './threads.css';

/** Every timer that is armed, on one axis of the time left; each can be let run out now. */
export function TimersPanel() {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  if (!stage) return <p className="muted pad">No capture is open.</p>;
  const timers = session.look(timersAt) ?? [];
  return (
    <div className="timers" data-testid="timers-panel" data-count={timers.length}>
      <div className="timers-axis" aria-hidden="true">
        <span>{plural(timers.length, 'timer')} armed</span>
        <div>
          {TICKS.map(([ms, text]) => (
            <span key={ms} style={{ left: `${axisPlace(ms) * 100}%` }}>
              {text}
            </span>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className="timers-body" aria-label="Armed timers" tabIndex={0}>
        {timers.length === 0 && <p className="muted pad">No timer is armed.</p>}
        <ul>
          {timers.map((t) => (
            <li
              key={`${t.index} ${t.kind} ${t.tid}`}
              data-testid={`timer-${t.conn?.letter ?? 'none'}-${t.kind}`}
            >
              {t.conn && <ConnButton index={t.index} name={t.conn} />}
              <span className="timer-name">{timerWords(t)}</span>
              <ThreadBadge tid={t.tid} threads={stage.threads.length} />
              <div className="timer-bar" aria-hidden="true">
                <i
                  className={t.leftMs <= 0 ? 'due' : t.kind}
                  style={{ width: `${axisPlace(t.leftMs) * 100}%` }}
                />
              </div>
              <b className="mono">{span(t.leftMs)}</b>
              <button
                type="button"
                className="btn"
                disabled={t.why !== ''}
                title={t.why || `T${t.tid} sleeps until then; its earlier timers run out too`}
                aria-label={`Let ${t.conn?.letter ?? ''}’s ${timerWords(t)} run out now${t.why ? `: ${t.why}` : ''}`}
                onClick={() => {
                  if (t.kind !== 'other')
                    session.choose({ kind: 'expire-timer', conn: t.index, timer: t.kind });
                }}
              >
                Run out now
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
