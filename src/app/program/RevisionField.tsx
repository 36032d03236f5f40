import { useChoice, useSession } from '../session/context.tsx';
import { toRevision } from './procedures.ts';
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
      onRevision={(id) => void session.restart(toRevision(options, id))}
      onChanges={() => read(session, { kind: 'changes' })}
      changesHint="Shows each, and the way back"
    />
  );
}
