import { useState } from 'react';
import type { ShownPart } from '../../report/runtime/read.ts';
import { shownAt, versionAt } from '../../report/runtime/shown.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import type { Choices } from '../session/store.ts';
import { Commands, Which } from './Commands.tsx';
import { useAccepts } from './useAccepts.ts';

type Other = Exclude<Choices['command'], 'quic'>;

const NOTES: Readonly<Record<Other, string>> = {
  fd: 'Owners are the connections’ own addresses; a dash stands where the model has no value: frontends have no name, sockets are not counted anew.',
  threads:
    'Threads count from 1 here, as HAProxy counts them. CPU time, calls and the history of locks the model does not have.',
  activity:
    'What a move between threads touches; the other counters are left out. Column 1 is T0. accepted counts by the thread that took a connection, accq_pushed by the one it went to.',
};

/** `show fd`, `show threads` or `show activity` at this moment. */
export function ShowOther({ command }: { command: Other }) {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const [tid, setTid] = useState(0);
  const accepts = useAccepts(command === 'activity');
  if (!stage) return <p className="muted pad">No capture is open.</p>;
  const on = Math.min(tid, stage.threads.length - 1);
  const parts = session.look((r, block) => shownAt(r, block, command, on, accepts)) ?? [];
  const version = session.look(versionAt) ?? '';
  return (
    <div className="show-quic" data-testid="show-other">
      <div className="show-head">
        <Commands />
        <code>&gt; show {command}</code>
        {command !== 'fd' && (
          <>
            <span className="muted">answered by</span>
            <Which label="Thread that answers" value={on} onChange={setTid} />
          </>
        )}
        <p className="muted" data-testid="show-version">
          As {version} prints it.
        </p>
      </div>
      <div
        className="show-body"
        role="log"
        aria-live="off"
        aria-label={`Output of show ${command}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it.
        tabIndex={0}
      >
        <div className="show-lines" data-testid="show-lines">
          {keyed(parts).map(([key, part]) => (
            <pre key={key} className={part.conn >= 0 && part.conn === selected ? 'on' : undefined}>
              {part.text}
            </pre>
          ))}
        </div>
        <p className="muted">{NOTES[command]}</p>
      </div>
    </div>
  );
}

/** Parts with keys that stay while the values in them change. */
function keyed(parts: readonly ShownPart[]): [string, ShownPart][] {
  return parts.map((p) => [/^(\S+ ?\S* ?\d*)/.exec(p.text.trim())?.[1] ?? p.text, p]);
}
