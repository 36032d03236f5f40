import { chooseRevision, findRevision } from '../../haproxy/revisions.ts';
import type { WorldOptions } from '../../hosts/engine.ts';
import { useChoice, useSession } from '../session/context.tsx';

/** Takes a fix out of the program that runs, or puts a mutation in, and the other way round; the same choices are made again. */
export function Switch({ kind, id }: { kind: 'fix' | 'mutation'; id: string }) {
  const session = useSession();
  const options = useChoice((c) => c.options);
  const running = useChoice((c) => c.sourceName) !== '';
  const live = useChoice((c) => c.mode) === 'live';
  const list = (kind === 'fix' ? options.without : options.mutations) ?? [];
  const on = list.includes(id);
  // Live has a program of its own, begun with what is stepped.
  if (live) return null;
  if (kind === 'fix' && !on && !findRevision(options.revision)?.fixes.has(id))
    return <p className="muted">It is no part of the revision that runs.</p>;
  const other = on ? list.filter((x) => x !== id) : [...list, id];
  const part: Partial<WorldOptions> = kind === 'fix' ? { without: other } : { mutations: other };
  const made = chooseRevision({ ...options, ...part });
  if (typeof made === 'string')
    return (
      <p className="muted">
        {WHY[kind][on ? 1 : 0]}: {made}.
      </p>
    );
  return (
    <button
      type="button"
      className="btn"
      disabled={!running}
      data-testid="switch-patch"
      onClick={() => {
        session.set({ dialog: '' });
        void session.restart(part);
      }}
    >
      {WORDS[kind][on ? 1 : 0]}
    </button>
  );
}

const WORDS = {
  fix: ['Run without it', 'Put it back'],
  mutation: ['Run with it', 'Take it out'],
} as const;
const WHY = {
  fix: ['It cannot be taken out', 'It cannot be put back'],
  mutation: ['It cannot be put in', 'It cannot be taken out'],
} as const;
