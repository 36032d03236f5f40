import { Icon } from '../parts/Icon.tsx';
import { UNCHANGED } from '../program/changes.ts';
import { toRevision } from '../program/procedures.ts';
import { RevisionSelect } from '../program/RevisionSelect.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import type { Wishes } from './store.ts';
import { useLiveOf } from './useLiveOf.ts';
import { runClock } from './words.ts';

const WORKERS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/** What Live runs, and whether it runs. What stands in the fields begins again when it is changed. */
export function LiveTop() {
  const session = useSession();
  const { live, picked: wishes } = useLiveOf(session, (s) => s.wishes);
  const { picked: off } = useLiveOf(session, (s) => s.off);
  const sourceName = useChoice((c) => c.sourceName);
  const wish = (part: Partial<Wishes>) => live.wish(part);
  if (off) return <div className="transport" />;
  return (
    <>
      <label className="field capture" title="Begins again.">
        <span>Traffic</span>
        <select
          data-testid="live-source"
          value={wishes.source}
          onChange={(e) => wish({ source: e.target.value === 'capture' ? 'capture' : 'clients' })}
        >
          <option value="clients">clients of our own</option>
          {session.opened() && <option value="capture">{sourceName}, in a loop</option>}
        </select>
      </label>
      <RevisionSelect
        testid="live-revision"
        revision={wishes.revision}
        changes={wishes.changes}
        hint="Begins again."
        onRevision={(revision) => {
          const { revision: _, ...changes } = { ...wishes.changes, ...toRevision(wishes.changes, revision) };
          wish({ revision, changes });
        }}
        onChanges={() => wish({ changes: UNCHANGED })}
        changesHint="Run the revision as it is"
      />
      <label className="field" title="Begins again.">
        <span>Sockets</span>
        <select
          data-testid="live-sockets"
          value={wishes.socketOwner}
          onChange={(e) => wish({ socketOwner: e.target.value === 'connection' ? 'connection' : 'listener' })}
        >
          <option value="listener">listener, shared</option>
          <option value="connection">one a connection</option>
        </select>
      </label>
      <label className="field" title="Begins again.">
        <span>Load</span>
        <select
          data-testid="live-opening"
          value={wishes.opening ? 'opening' : 'routing'}
          onChange={(e) => wish({ opening: e.target.value === 'opening' })}
        >
          <option value="opening">with opening</option>
          <option value="routing">routing only</option>
        </select>
      </label>
      <label className="field" title="One thread each. Begins again.">
        <span>Workers</span>
        <select
          data-testid="live-workers"
          value={wishes.workers}
          onChange={(e) => wish({ workers: Number(e.target.value) })}
        >
          {[...new Set([...WORKERS, wishes.workers])]
            .sort((a, b) => a - b)
            .map((n) => (
              <option key={n}>{n}</option>
            ))}
        </select>
      </label>
      <LiveTransport />
    </>
  );
}

/** Pause, go on, stop, and the time of the run. */
function LiveTransport() {
  const session = useSession();
  const { live, picked: phase } = useLiveOf(session, (s) => s.status?.phase);
  const { picked: ms } = useLiveOf(session, (s) => s.facts?.ms ?? 0);
  const goes = phase === 'running' || phase === 'settling';
  const over = !phase || phase === 'stopped';
  return (
    <div className="transport" role="toolbar" aria-label="Live">
      <button
        type="button"
        className={goes ? 'btn' : 'btn primary'}
        data-testid="live-toggle"
        title="Space"
        onClick={() => live.toggle()}
      >
        <Icon name={goes || phase === 'starting' || phase === 'pausing' ? 'pause' : 'play'} />
        {over && phase
          ? 'Begin again'
          : goes || phase === 'starting' || phase === 'pausing'
            ? 'Pause'
            : 'Go on'}
      </button>
      <button
        type="button"
        className="btn"
        data-testid="live-stop"
        disabled={over}
        title="No more datagrams; threads finish what they have"
        onClick={() => live.stop()}
      >
        Stop
      </button>
      <div className="clock live-clock" data-testid="live-clock">
        <b className="mono">{runClock(ms)}</b>
      </div>
    </div>
  );
}
