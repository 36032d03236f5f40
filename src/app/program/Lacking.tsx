import type { Lacking } from '../../haproxy/lacking.ts';

/** Commits that a state of HAProxy has and the model has not. */
export function LackingList({ of }: { of: readonly Lacking[] }) {
  return (
    <ul className="lacking" data-testid="lacking">
      {of.map((l) => (
        <li key={l.id}>
          <code>{l.id}</code> {l.what}{' '}
          <span className="muted">
            {l.version}, {l.date}
          </span>
        </li>
      ))}
    </ul>
  );
}
