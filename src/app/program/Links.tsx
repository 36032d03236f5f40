import { numbersOf } from '../../report/semantics.ts';
import { useSession } from '../session/context.tsx';
import { read } from './reading.ts';

/** The numbers of a step's entries in docs/semantics.md; each opens its entry. */
export function Numbers({ of }: { of: string }) {
  const session = useSession();
  return numbersOf(of).map((number) => (
    <button
      key={number}
      type="button"
      className="read-link"
      title={`What HAProxy does: ${number}`}
      data-testid={`entry-${number}`}
      onClick={() => read(session, { kind: 'entry', number })}
    >
      {number}
    </button>
  ));
}

/** A commit; opens what it did. */
export function PatchButton({ id }: { id: string }) {
  const session = useSession();
  return (
    <button
      type="button"
      className="read-link fix"
      title={`What ${id} did`}
      data-testid={`patch-${id}`}
      onClick={() => read(session, { kind: 'patch', id })}
    >
      {id}
    </button>
  );
}
