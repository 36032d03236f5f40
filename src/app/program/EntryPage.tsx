import { FIXES } from '../../haproxy/revisions.ts';
import { piecesOf } from '../../report/semantics.ts';
import { useSession } from '../session/context.tsx';
import { besides, ENTRIES } from './entries.ts';
import { PatchButton } from './Links.tsx';
import { isPatch } from './patches.ts';
import { read, turn } from './reading.ts';

/** One entry of docs/semantics.md; the numbers and commits in it lead to theirs. */
export function EntryPage({ number }: { number: string }) {
  const session = useSession();
  const entry = ENTRIES.get(number);
  if (!entry) return <p>There is no entry {number} in docs/semantics.md.</p>;
  const [before, after] = besides(number);
  return (
    <article>
      <p className="muted">{entry.chapter}</p>
      {entry.text.map((paragraph) => (
        <Paragraph key={paragraph} text={paragraph} />
      ))}
      <Patches number={entry.number} />
      <p className="muted">
        <code>docs/semantics.md</code>, under <code>### {entry.number}</code>
      </p>
      <nav className="beside" aria-label="Entries beside it">
        {before && (
          <button
            type="button"
            className="btn plain"
            onClick={() => turn(session, { kind: 'entry', number: before.number })}
          >
            ← {before.number}
          </button>
        )}
        {after && (
          <button
            type="button"
            className="btn plain"
            onClick={() => turn(session, { kind: 'entry', number: after.number })}
          >
            {after.number} →
          </button>
        )}
      </nav>
    </article>
  );
}

/** The commits that end a bug, the patch that a mutation is. */
function Patches({ number }: { number: string }) {
  const ends = FIXES.filter((f) => f.bug === number);
  if (ends.length > 0)
    return (
      <p>
        Ended by{' '}
        {ends.map((f) => (
          <PatchButton key={f.id} id={f.id} />
        ))}
      </p>
    );
  return isPatch(number) ? (
    <p>
      As a patch: <PatchButton id={number} />
    </p>
  ) : null;
}

/** Prose of ours about HAProxy. */
export function Paragraph({ text }: { text: string }) {
  const session = useSession();
  return (
    <p>
      {piecesOf(text, ENTRIES).map((piece, i) => {
        const key = `${i} ${piece.text}`;
        if (piece.kind === 'code') return <code key={key}>{piece.text}</code>;
        if (piece.kind === 'words' && isPatch(piece.text)) return <PatchButton key={key} id={piece.text} />;
        if (piece.kind === 'words') return piece.text;
        return (
          <button
            key={key}
            type="button"
            className="read-link"
            onClick={() => read(session, { kind: 'entry', number: piece.text })}
          >
            {piece.text}
          </button>
        );
      })}
    </p>
  );
}
