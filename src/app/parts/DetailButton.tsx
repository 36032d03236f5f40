import { useChoice, useSession } from '../session/context.tsx';

/** How much the stage shows: without functions, run queues and file descriptors, or all of it. */
export function DetailButton() {
  const session = useSession();
  const detail = useChoice((c) => c.detail);
  return (
    <button
      type="button"
      className="btn plain"
      data-testid="detail"
      onClick={() => session.set({ detail: detail === 'full' ? 'simple' : 'full' })}
    >
      {detail === 'full' ? 'Show less' : 'Show all'}
    </button>
  );
}
