import { useChoice, usePicture, useSession } from '../session/context.tsx';
import type { Choices } from '../session/store.ts';

const COMMANDS: readonly Choices['command'][] = ['quic', 'fd', 'threads', 'activity'];

/** The commands of HAProxy's that can be shown. */
export function Commands() {
  const session = useSession();
  const command = useChoice((c) => c.command);
  return (
    <fieldset className="segments" aria-label="Command">
      {COMMANDS.map((c) => (
        <button
          key={c}
          type="button"
          aria-pressed={c === command}
          data-testid={`command-${c}`}
          onClick={() => session.set({ command: c })}
        >
          show {c}
        </button>
      ))}
    </fieldset>
  );
}

/** One of the threads. */
export function Which({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange(tid: number): void;
}) {
  const threads = usePicture((p) => p.stage?.threads.length ?? 0);
  return (
    <select
      aria-label={label}
      data-testid="show-thread"
      value={value}
      onChange={(e) => onChange(Number(e.target.value))}
    >
      {Array.from({ length: threads }, (_, t) => (
        <option key={`t${t.toString()}`} value={t}>
          T{t}
        </option>
      ))}
    </select>
  );
}
