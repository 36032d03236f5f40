import { changesInShort, changesOf } from '../../report/changes.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { lastFixOf, toRevision } from './procedures.ts';
import { read } from './reading.ts';

/** The revision that runs: which, what has been changed of it by hand, and what its last commit did. */
export function RevisionField() {
  const session = useSession();
  const options = useChoice((c) => c.options);
  const { revisions } = session.backend;
  const chosen = revisions.find((r) => r.id === options.revision);
  const changes = changesOf(options);
  const last = lastFixOf(options.revision);
  return (
    <div className={`field revision ${changes.length > 0 ? 'by-hand' : ''}`}>
      {changes.length > 0 ? (
        <button
          type="button"
          className="changes-mark"
          title={`Changed by hand: ${changes.join('; ')}`}
          data-testid="changes"
          onClick={() => read(session, { kind: 'changes' })}
        >
          <span className="visually-hidden">Changed by hand: </span>
          {changesInShort(options)}
        </button>
      ) : (
        <span aria-hidden="true">Revision</span>
      )}
      <select
        aria-label="Revision"
        data-testid="revision"
        value={options.revision}
        title={chosen?.about}
        onChange={(e) => void session.restart(toRevision(options, e.target.value))}
      >
        {revisions.map((r) => (
          <option key={r.id} value={r.id}>
            {r.name}
          </option>
        ))}
      </select>
      {last && (
        <button
          type="button"
          className="about-revision"
          aria-label={`What ${last} did`}
          title={`What ${last} did`}
          data-testid="about-revision"
          onClick={() => read(session, { kind: 'patch', id: last })}
        >
          i
        </button>
      )}
    </div>
  );
}
