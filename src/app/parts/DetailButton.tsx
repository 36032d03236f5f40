import { useChoice, useSession } from '../session/context.tsx';

const DETAILS = [
  ['simple', 'Simple', 'Without functions, run queues and file descriptors'],
  ['full', 'Full', 'All that there is to see'],
] as const;

/** How much the stage shows. */
export function DetailButton() {
  const session = useSession();
  const detail = useChoice((c) => c.detail);
  return (
    <fieldset className="segments" data-testid="detail">
      <legend className="visually-hidden">How much the stage shows</legend>
      {DETAILS.map(([id, name, title]) => (
        <button
          key={id}
          type="button"
          aria-pressed={detail === id}
          title={title}
          onClick={() => session.set({ detail: id })}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
