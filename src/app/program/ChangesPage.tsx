import { useChoice, useSession } from '../session/context.tsx';
import { UNCHANGED } from './changes.ts';
import { PatchButton } from './Links.tsx';
import { shownOf } from './procedures.ts';

/** What is changed of the revision that runs, and the way back. */
export function ChangesPage() {
  const session = useSession();
  const options = useChoice((c) => c.options);
  const shown = shownOf(options, session.backend.revisions);
  if (typeof shown === 'string') return <p>{shown}</p>;
  if (shown.changes.length === 0)
    return (
      <p>
        Nothing is changed: what runs is <b>{shown.name}</b>.
      </p>
    );
  return (
    <article>
      <p>
        What runs is <b>{shown.name}</b>, changed by hand. It is no revision of HAProxy’s; rules that it
        breaks say nothing of one.
      </p>
      <ul className="changes">
        {shown.changes.map((c) => (
          <li key={c}>
            <em className="changed-by-hand">{c}</em>
          </li>
        ))}
      </ul>
      <p>
        {[...(options.without ?? []), ...(options.mutations ?? [])].map((id) => (
          <PatchButton key={id} id={id} />
        ))}
      </p>
      <button
        type="button"
        className="btn"
        data-testid="take-back"
        onClick={() => {
          session.set({ dialog: '' });
          void session.restart(UNCHANGED);
        }}
      >
        Take all back
      </button>
    </article>
  );
}
