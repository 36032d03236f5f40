import { order } from '../commands/table.ts';
import { usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';
import { PageButtons } from '../top/PageButtons.tsx';
import { PageName } from '../top/PageName.tsx';
import { storiesOf } from './control.ts';

/** Which story it is, the way to the others, and the way out. */
export function StoryTop({ title }: { title: string }) {
  const session = useSession();
  const clock = usePicture((p) => (p.stage ? clockText(p.stage.clock) : '0.000'));
  const steps = usePicture((p) => p.stage?.steps ?? 0);
  return (
    <header className="top story-top">
      <PageName />
      <p className="story-name">
        <span>Story</span>
        <b>{title}</b>
      </p>
      <button
        type="button"
        className="btn plain"
        data-testid="stories"
        onClick={() => order(session, 'stories')}
      >
        All stories
      </button>
      <div className="clock" data-testid="clock">
        <b>
          <span className="mono">{clock}</span> <i>ms</i>
        </b>
        <span>
          step <span className="mono">{count(steps)}</span>
        </span>
      </div>
      <PageButtons roomy>
        <button
          type="button"
          className="btn plain"
          data-testid="leave-story"
          title="Esc"
          onClick={() => storiesOf(session).leave()}
        >
          <span>
            Leave<span className="wide-only"> the story</span>
          </span>
        </button>
        <button
          type="button"
          className="btn plain wide-only"
          data-testid="present"
          onClick={() => order(session, 'present')}
        >
          Present
        </button>
      </PageButtons>
    </header>
  );
}
