import { duration, fill } from '../../stories/cast.ts';
import { InlineChip } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { loaded } from '../session/loaded.ts';
import { storiesOf } from './control.ts';
import { beatOf, castOf, isAsking, resolvedOf, type Telling } from './telling.ts';

interface Props {
  telling: Telling;
  /** The reader is on a line of their own: nothing is asked for. */
  quiet: boolean;
}

/** What the reader does at this beat: the one thing asked for, answers, or what came of it as a ledger. */
export function Act({ telling, quiet }: Props) {
  const session = useSession();
  const stories = storiesOf(session);
  const presenting = useChoice((c) => c.presenting);
  const beat = beatOf(telling);
  const cast = castOf(telling);
  const { beats } = telling.tale.story;
  const last = telling.beat === beats.length - 1;
  const name = usePicture((p) => p.stage?.conns.find((c) => c.index === cast.conn)?.name ?? null);
  const moving = telling.toward !== null;
  if (quiet) return <div className="story-act" />;
  if (beat.ask && !(moving && isAsking(telling))) return <Answers telling={telling} />;
  return (
    <div className="story-act">
      {beat.do && !presenting && (
        <>
          <button
            type="button"
            className="btn primary story-do"
            data-testid="story-do"
            disabled={moving}
            onClick={() => stories.next()}
          >
            {name && <InlineChip name={name} side={20} />}
            {fill(beat.do.label, cast)}
          </button>
          {beat.do.other && <p className="story-other">{fill(beat.do.other, cast)}</p>}
        </>
      )}
      {beat.ledger && <Ledger telling={telling} />}
      {last && !presenting && (
        <button
          type="button"
          className="btn primary story-do"
          data-testid="story-take"
          onClick={() => stories.leave()}
        >
          Take over
        </button>
      )}
      {beat.see && !presenting && <See see={beat.see} />}
    </div>
  );
}

function See({ see }: { see: { label: string; world: string } }) {
  const session = useSession();
  return (
    <button
      type="button"
      className="link"
      data-testid="story-see"
      onClick={() => void breakIt(session, see.world)}
    >
      {see.label}
    </button>
  );
}

/** A museum world in the Explorer, ready to be searched. */
async function breakIt(session: ReturnType<typeof useSession>, world: string): Promise<void> {
  const showWorld = await loaded(
    session,
    'The Explorer',
    () => import('../explorer/show-world.ts'),
    (m) => m.showWorld,
  );
  showWorld(session, world);
}

function Answers({ telling }: { telling: Telling }) {
  const session = useSession();
  const stories = storiesOf(session);
  const ask = beatOf(telling).ask!;
  const cast = castOf(telling);
  const given = telling.answers[telling.beat] ?? null;
  const open = given === null;
  const shown = !open && telling.toward === null;
  return (
    <div className="story-act asked">
      <div className="answers" role="radiogroup" aria-label="What will happen?">
        {ask.answers.map((text, i) => {
          const happened = shown && i === ask.happens;
          return (
            // biome-ignore lint/a11y/useSemanticElements: an answer is given by pressing it, there is nothing to send.
            <button
              key={text}
              type="button"
              role="radio"
              aria-checked={given === i}
              className={`answer ${happened ? 'happened' : ''} ${given === i ? 'given' : ''}`}
              data-testid={`answer-${i + 1}`}
              disabled={!open}
              onClick={() => stories.answer(i)}
            >
              <kbd>{i + 1}</kbd>
              <span>{fill(text, cast)}</span>
              {happened && <em>what happened</em>}
              {shown && given === i && <em>you said this</em>}
            </button>
          );
        })}
      </div>
      {shown && (
        <p className="story-links">
          <button type="button" className="link" data-testid="ask-again" onClick={() => stories.askAgain()}>
            Ask again
          </button>
          {beatOf(telling).see && <See see={beatOf(telling).see!} />}
        </p>
      )}
    </div>
  );
}

/** What came late: number, how long it waited, who handled it. */
function Ledger({ telling }: { telling: Telling }) {
  const { late } = resolvedOf(telling);
  return (
    <table className="story-ledger" data-testid="story-ledger">
      <thead>
        <tr>
          <th scope="col">Datagram</th>
          <th scope="col">waited</th>
          <th scope="col">passed on</th>
          <th scope="col">handled by</th>
        </tr>
      </thead>
      <tbody>
        {late.map((l) => (
          <tr key={l.dgram}>
            <th scope="row">{l.dgram + 1}</th>
            <td>{l.waited < 0 ? 'not handled' : duration(l.waited)}</td>
            <td>{l.hops === 0 ? 'no' : l.hops === 1 ? 'once' : `${l.hops} times`}</td>
            <td>{l.tid < 0 ? 'nobody' : `T${l.tid}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
