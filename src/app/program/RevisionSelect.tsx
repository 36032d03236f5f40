import { changesInShort, changesOf } from '../../report/changes.ts';
import { useSession } from '../session/context.tsx';
import { lastFixOf, type ProgramChanges } from './procedures.ts';
import { read } from './reading.ts';

interface RevisionSelectProps {
  testid: string;
  revision: string;
  /** What is changed of it by hand: said in place of the field's name. */
  changes: ProgramChanges;
  hint?: string;
  onRevision(id: string): void;
  /** What was changed has been pressed. */
  onChanges(): void;
  changesHint: string;
}

/** Which revision runs, what has been changed of it by hand, and what its last commit did. */
export function RevisionSelect(props: RevisionSelectProps) {
  const { testid, revision, changes, hint, onRevision, onChanges, changesHint } = props;
  const session = useSession();
  const { revisions } = session.backend;
  const changed = changesOf(changes);
  const last = lastFixOf(revision);
  const about = revisions.find((r) => r.id === revision)?.about;
  return (
    <div className="field revision" title={hint}>
      {changed.length > 0 ? (
        <button
          type="button"
          className="changes-mark"
          title={`Changed by hand: ${changed.join('; ')}. ${changesHint}`}
          data-testid="changes"
          onClick={onChanges}
        >
          <span className="visually-hidden">Changed by hand: </span>
          {changesInShort(changes)}
        </button>
      ) : (
        <span aria-hidden="true">Revision</span>
      )}
      <select
        aria-label="Revision"
        data-testid={testid}
        value={revision}
        title={about}
        onChange={(e) => onRevision(e.target.value)}
      >
        {revisions.map((r, i, all) => (
          <option key={r.id} value={r.id} title={r.about}>
            {r.name}
            {i === all.length - 1 ? ', the newest here' : ''}
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
