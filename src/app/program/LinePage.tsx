import { LACKING } from '../../haproxy/lacking.ts';
import { FIXES, findRevision, MUTATIONS } from '../../haproxy/revisions.ts';
import { dateWords } from '../../report/patch-words.ts';
import { useChoice } from '../session/context.tsx';
import { LackingList } from './Lacking.tsx';
import { PatchButton } from './Links.tsx';

/** Every commit after the seed whose change the model has, and every mutation; those that run are marked. */
export function LinePage() {
  const options = useChoice((c) => c.options);
  const base = findRevision(options.revision)?.fixes;
  const runs = (id: string): boolean =>
    (base?.has(id) === true && !options.without?.includes(id)) || options.mutations?.includes(id) === true;
  return (
    <article>
      <p>What runs is marked. A revision is all commits up to one of them.</p>
      <ol className="line">
        {FIXES.map((f) => (
          <Patch
            key={f.id}
            id={f.id}
            title={f.title}
            note={`${f.version}, ${dateWords(f)}`}
            runs={runs(f.id)}
          />
        ))}
      </ol>
      <h3>What the model lacks</h3>
      <p>Commits of HAProxy’s that could change what a search finds, and are not here.</p>
      <LackingList of={LACKING} />
      <h3>Mutations</h3>
      <p>Changes that never shipped.</p>
      <ol className="line">
        {MUTATIONS.map((m) => (
          <Patch key={m.id} id={m.id} title={m.title} note="" runs={runs(m.id)} />
        ))}
      </ol>
    </article>
  );
}

function Patch({ id, title, note, runs }: { id: string; title: string; note: string; runs: boolean }) {
  return (
    <li className={runs ? 'runs' : ''}>
      <span className="mark">
        {runs && (
          <svg width="14" height="12" viewBox="0 0 14 12" role="img" aria-label="runs">
            <path className="tick" d="M2 6l3.5 4L12 2" />
          </svg>
        )}
      </span>
      <PatchButton id={id} />
      <span>
        {title} <span className="muted">{note}</span>
      </span>
    </li>
  );
}
