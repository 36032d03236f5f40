import { useEffect, useRef } from 'react';
import { fill } from '../../stories/cast.ts';
import { broken } from '../../stories/facts.ts';
import { order } from '../commands/table.ts';
import { Icon } from '../parts/Icon.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { Act } from './Act.tsx';
import { storiesOf } from './control.ts';
import { castOf, herePlace, isAsking, isOwn, resolvedOf, type Telling, toldOf } from './telling.ts';

/** The author's voice: where in the story, what to see, what to do. */
export function StoryBar({ telling }: { telling: Telling }) {
  const session = useSession();
  const stories = storiesOf(session);
  const { beats } = telling.tale.story;
  const cast = castOf(telling);
  const told = toldOf(telling);
  const own = usePicture((p) => telling.toward === null && isOwn(telling, p.travel));
  const differs = useDiffers(telling) && !own;
  const moving = telling.toward !== null;
  const presenting = useChoice((c) => c.presenting);
  const title = useRef<HTMLHeadingElement>(null);
  const text = fill(told.title, cast);
  const shown = useRef(text);
  // The words that came stand under the reader's hand; not at the very beginning, where nobody has pressed anything.
  useEffect(() => {
    if (moving || shown.current === text) return;
    shown.current = text;
    title.current?.focus({ preventScroll: true });
  }, [moving, text]);
  const last = telling.beat === beats.length - 1;
  const asking = isAsking(telling);
  const place = herePlace(telling);
  return (
    <section
      className="story-bar"
      aria-label={`Story, beat ${telling.beat + 1} of ${beats.length}`}
      data-testid="story-bar"
    >
      <div className="story-where">
        <p>
          <b>Beat {telling.beat + 1}</b> of {beats.length}
        </p>
        <ol className="pips" aria-hidden="true">
          {beats.map((b, i) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: beats have no other name, and never change places.
              key={i}
              className={i < telling.beat ? 'done' : i === telling.beat ? 'here' : ''}
              data-title={b.title}
            />
          ))}
        </ol>
        {!presenting && (
          <nav aria-label="Beats">
            <button
              type="button"
              className="btn"
              data-testid="story-previous"
              disabled={telling.beat === 0 && !moving}
              onClick={() => stories.previous()}
            >
              <Icon name="previous" />
              Previous
            </button>
            <button
              type="button"
              className="btn"
              data-testid="story-next"
              disabled={last && !moving}
              onClick={() => stories.next()}
            >
              {asking ? 'Show me' : 'Next'}
              <Icon name="play" />
            </button>
          </nav>
        )}
      </div>
      <div className="story-what">
        <h2 ref={title} tabIndex={-1} data-testid="story-title">
          {text}
        </h2>
        {place === null ? (
          <p data-testid="story-text">This run does not come to what is told here.</p>
        ) : differs ? (
          <p data-testid="story-text">
            <b>This run came out differently</b> from the one that the story was written for, so it is not
            told here.
          </p>
        ) : (
          <p data-testid="story-text">{fill(told.text, cast)}</p>
        )}
        {own && (
          <p className="story-own" data-testid="story-own">
            That was your choice, and it is obeyed: it leaves the story.{' '}
            <button type="button" className="link" data-testid="story-again" onClick={() => stories.again()}>
              Back to beat {telling.beat + 1}
            </button>
          </p>
        )}
      </div>
      <Act telling={telling} quiet={own} />
      {presenting && last && <p className="story-address">{shownAddress(telling)}</p>}
      {!presenting && !last && (
        <button
          type="button"
          className="link story-skip"
          data-testid="story-skip"
          onClick={() => order(session, 'story-end')}
        >
          Skip to the end
        </button>
      )}
    </section>
  );
}

/** Where others find the story. */
const shownAddress = (t: Telling): string =>
  `${location.host}${location.pathname.replace(/index\.html$/, '')}?story=${t.tale.story.name}`;

/** Whether a fact that the words rest on does not hold in the picture that is shown. */
function useDiffers(telling: Telling): boolean {
  const place = herePlace(telling);
  return usePicture((p) => {
    const { stage, status, travel } = p;
    if (!stage || !place || telling.toward !== null || status.playing) return false;
    if (travel.at !== place.at || travel.undone !== place.undone) return false;
    const { late, cast } = resolvedOf(telling);
    const handledBy = (dgram: number): number => {
      const one = late.find((l) => l.dgram === dgram);
      return one && one.at >= 0 && one.at <= place.at ? one.tid : -1;
    };
    return broken(toldOf(telling).facts, { stage, cast, handledBy }).length > 0;
  });
}
