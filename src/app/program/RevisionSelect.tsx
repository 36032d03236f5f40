import { useEffect, useState } from 'react';
import { useSession } from '../session/context.tsx';
import { changesInShort, isChanged, lastFixOf, type ProgramChanges } from './changes.ts';
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
  const changed = isChanged(changes);
  const last = lastFixOf(revision);
  const [looked, setLooked] = useState(false);
  const words = useWords(looked || changed);
  const look = () => setLooked(true);
  return (
    <div className="field revision" title={hint}>
      {changed ? (
        <button
          type="button"
          className="changes-mark"
          title={`Changed by hand: ${words?.changesOf(changes).join('; ') ?? changesInShort(changes)}. ${changesHint}`}
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
        title={words?.titleOf(revision)}
        onPointerEnter={look}
        onFocus={look}
        onChange={(e) => onRevision(e.target.value)}
      >
        {['by name', 'up to a commit'].map((label, i) => (
          <optgroup key={label} label={label}>
            {revisions
              .filter((r) => r.preset === (i === 0))
              .map((r) => (
                <option key={r.id} value={r.id} title={words?.titleOf(r.id)}>
                  {r.name}
                </option>
              ))}
          </optgroup>
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

type Words = typeof import('./revision-words.ts');

/** Once they are `wanted`; null until they are there. */
function useWords(wanted: boolean): Words | null {
  const [words, setWords] = useState<Words | null>(null);
  useEffect(() => {
    if (!wanted) return;
    // Where they cannot be had only the tips are missing: what is chosen says by itself what it lacks.
    import('./revision-words.ts').then(setWords, () => setWords(null));
  }, [wanted]);
  return words;
}
