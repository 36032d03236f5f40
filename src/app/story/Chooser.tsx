import { STORY_LIST } from '../../stories/list.ts';
import { Dialog } from '../dialogs/Dialog.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { loadSeen } from './seen.ts';
import './story.css';

/** Every story, and how far each has been read here. */
export function Chooser({ onClose }: { onClose(): void }) {
  const session = useSession();
  const here = useChoice((c) => c.story?.tale.story.name ?? '');
  const seen = loadSeen();
  const open = (name: string) => {
    onClose();
    const at = seen[name];
    void session.open({ kind: 'story', name, beat: typeof at === 'number' && name !== here ? at : 0 }, null);
  };
  const plain = () => {
    onClose();
    if (here) session.parts.stories?.leave();
  };
  return (
    <Dialog title="Stories" onClose={onClose} wide>
      <p className="muted">
        Each is a recorded run of the model, with real packets. You act in it at one point; after the last
        beat it is yours.
      </p>
      <ul className="chooser">
        {STORY_LIST.map(({ name, title, look, beats, bug }) => {
          const at = seen[name];
          const state = at === 'seen' ? 'seen' : at ? `beat ${at + 1}` : '';
          return (
            <li key={name}>
              <button
                type="button"
                data-testid={`story-${name}`}
                className={name === here ? 'here' : ''}
                onClick={() => open(name)}
              >
                <img
                  // Made beside the page when it is built (figure/poster/small.ts): no script of the page draws it.
                  src={`m/${name}/small.svg`}
                  alt=""
                  width="88"
                  height="60"
                  loading="lazy"
                  onError={(e) => e.currentTarget.remove()}
                />
                <b>{title}</b>
                <span className="look">{look}</span>
                <span className="of">
                  {beats} beats{bug && `, bug ${bug}`}
                  {state && <b>{state}</b>}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="dialog-foot">
        <button type="button" className="btn" data-testid="no-story" onClick={plain}>
          {here ? 'Go on without a story' : 'Start without a story'}
        </button>{' '}
        <span className="muted">Your place in a story is kept in this browser.</span>
      </p>
    </Dialog>
  );
}
