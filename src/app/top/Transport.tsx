import { order } from '../commands/table.ts';
import { Icon } from '../parts/Icon.tsx';
import { choiceWords } from '../session/choice-words.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import type { Picture } from '../session/store.ts';
import { clockText, count } from '../stage/text.ts';

const SPEEDS: readonly [number | 'events', string][] = [
  ['events', 'by events'],
  [2, '2 steps/s'],
  [8, '8 steps/s'],
  [40, '40 steps/s'],
  [400, '400 steps/s'],
  [4000, '4 000 steps/s'],
  [Number.POSITIVE_INFINITY, 'full speed'],
];

/** A choice of the line that lies ahead at this very position, in words; '' when none does. */
function preparedWords({ travel, stage }: Picture): string {
  const { at, undone, departures } = travel;
  const here = undone > 0 ? departures.filter((d) => d.at === at) : [];
  const due = here[here.length - undone];
  return due && stage ? choiceWords(due.choice, stage) : '';
}

/** Restart, play, step; what Step will do; speed and virtual clock. */
export function Transport({ brief = false }: { brief?: boolean }) {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  const playing = usePicture((p) => p.status.playing);
  const speed = useChoice((c) => c.speed);
  const start = usePicture((p) => p.travel.at === 0 && p.travel.end === 0);
  const end = usePicture((p) => p.travel.end);
  const past = usePicture((p) => p.travel.at < p.travel.end || p.travel.undone > 0);
  const next = stage?.next;
  const over = !stage || (!past && (stage.fatal !== null || next?.kind === 'none'));
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      <button
        type="button"
        className="btn icon"
        aria-label="Restart"
        title="Begin again, without the recording (⇧Home)"
        data-testid="restart"
        disabled={!stage}
        onClick={() => order(session, 'restart')}
      >
        <Icon name="restart" />
      </button>
      <button
        type="button"
        className="btn icon"
        aria-label="Step back"
        title="Step back (←); to the previous commit, redispatch or violation (⇧←)"
        data-testid="back"
        disabled={!stage || start}
        onClick={() => order(session, 'back')}
      >
        <Icon name="back" />
      </button>
      <button
        type="button"
        className="btn primary"
        data-testid={playing ? 'pause' : 'play'}
        disabled={!playing && over}
        title="Space"
        onClick={() => order(session, 'play')}
      >
        <Icon name={playing ? 'pause' : 'play'} />
        {playing ? 'Pause' : 'Play'}
      </button>
      <button
        type="button"
        className="btn"
        data-testid="step"
        disabled={over}
        title="→; to the next commit, redispatch or violation (⇧→)"
        aria-describedby="next-step"
        onClick={() => order(session, 'step')}
      >
        <Icon name="step" />
        Step
      </button>
      <p
        className="next"
        id="next-step"
        data-testid="next"
        data-tid={next?.tid ?? -1}
        title={playing ? '' : next?.text}
      >
        {!stage ? '' : playing ? <span className="muted">Playing</span> : <NextWords />}
      </p>
      {!brief && (
        <label className="field speed">
          <span>Pace</span>
          <select
            value={String(speed)}
            data-testid="speed"
            onChange={(e) =>
              session.setSpeed(e.target.value === 'events' ? 'events' : Number(e.target.value))
            }
          >
            {SPEEDS.map(([v, text]) => (
              <option key={text} value={String(v)}>
                {text}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="clock" data-testid="clock">
        <b>
          <span className="mono">{stage ? clockText(stage.clock) : '0.000'}</span> <i>ms</i>
        </b>
        <span>
          step <span className="mono">{count(stage?.steps ?? 0)}</span>
          {past && (
            <>
              {' '}
              of <span className="mono">{count(end)}</span>
            </>
          )}
        </span>
      </div>
    </div>
  );
}

function NextWords() {
  const next = usePicture((p) => p.stage?.next);
  const prepared = usePicture(preparedWords);
  if (!next) return null;
  if (prepared)
    return (
      <>
        <span className="muted">Next: </span>
        {prepared} <span className="muted">(prepared)</span>
      </>
    );
  if (next.kind === 'none') return <span className="muted">{next.text || 'Nothing is left to do'}</span>;
  const text = next.text.replace(/^Next:?\s*/i, '');
  const lead = next.tid >= 0 && !text.startsWith(`T${next.tid}`) ? `T${next.tid}, ` : '';
  return (
    <>
      <span className="muted">Next: </span>
      {lead}
      {text}
    </>
  );
}
