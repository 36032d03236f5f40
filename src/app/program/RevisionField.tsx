import { useChoice, useSession } from '../session/context.tsx';
import { loaded } from '../session/loaded.ts';
import type { Session } from '../session/session.ts';
import { RevisionSelect } from './RevisionSelect.tsx';
import { read } from './reading.ts';

/** The revision of Step mode. */
export function RevisionField() {
  const session = useSession();
  const options = useChoice((c) => c.options);
  return (
    <RevisionSelect
      testid="revision"
      revision={options.revision}
      changes={options}
      onRevision={(id) => void choose(session, id)}
      onChanges={() => read(session, { kind: 'changes' })}
      changesHint="Shows each, and the way back"
    />
  );
}

/** Every other revision's steps are loaded when one is chosen. */
async function choose(session: Session, id: string): Promise<void> {
  const toRevision = await loaded(
    session,
    'The revision',
    () => import('./procedures.ts'),
    (m) => m.toRevision,
  );
  await session.restart(toRevision(session.choices.getState().options, id));
}
