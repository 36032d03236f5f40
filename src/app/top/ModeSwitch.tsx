import { useChoice, useSession } from '../session/context.tsx';
import type { Mode } from '../session/store.ts';

const MODES: readonly [Mode, string, string][] = [
  ['step', 'Step', 'One true order, a step at a time'],
  ['live', 'Live', 'Threads that run at once'],
];

/** Step or Live. */
export function ModeSwitch() {
  const session = useSession();
  const mode = useChoice((c) => c.mode);
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">Mode</legend>
      {MODES.map(([id, name, title]) => (
        <button
          key={id}
          type="button"
          aria-pressed={mode === id}
          title={`${title} (M)`}
          data-testid={`mode-${id}`}
          onClick={() => session.setMode(id)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
