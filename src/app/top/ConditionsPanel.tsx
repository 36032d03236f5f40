import { useChoice, useSession } from '../session/context.tsx';

const THREADS = [2, 3, 4, 5, 6, 7, 8];

/** Each condition, and what it does. */
export function ConditionsPanel() {
  const session = useSession();
  const gate = useChoice((c) => c.gate);
  const failNext = useChoice((c) => c.failNext);
  const target = useChoice((c) => c.acceptTarget);
  const options = useChoice((c) => c.options);
  return (
    <fieldset className="popover" data-testid="conditions-panel">
      <legend className="visually-hidden">Conditions</legend>
      <label className="row">
        <span>Threads</span>
        <select
          data-testid="threads"
          value={options.threads}
          onChange={(e) => void session.restart({ threads: Number(e.target.value) })}
        >
          {THREADS.map((n) => (
            <option key={n}>{n}</option>
          ))}
        </select>
        <small>Begins again.</small>
      </label>
      <label className="row">
        <span>Withhold post-handshake frames</span>
        <input
          type="checkbox"
          data-testid="withhold"
          checked={options.withholdPostHandshake}
          onChange={(e) => void session.restart({ withholdPostHandshake: e.target.checked })}
        />
        <small>
          No further CIDs are issued, so a connection keeps one and can be rebound again and again. Begins
          again.
        </small>
      </label>
      <label className="row">
        <span>Gate before a rebind by hand</span>
        <input
          type="checkbox"
          data-testid="gate"
          checked={gate}
          onChange={(e) => session.setGate(e.target.checked)}
        />
        <small>Refuses what HAProxy never does. Without it HAProxy’s own BUG_ON may stop the process.</small>
      </label>
      <label className="row">
        <span>Next allocation fails</span>
        <input
          type="checkbox"
          data-testid="fail-next"
          checked={failNext}
          onChange={(e) => session.setFailNext(e.target.checked)}
        />
        <small>Once. A rebind allocates everything first, or changes nothing.</small>
      </label>
      <label className="row">
        <span>Next accept goes to</span>
        <select
          data-testid="accept-target"
          value={target}
          onChange={(e) => session.setAcceptTarget(Number(e.target.value))}
        >
          <option value={-1}>whom HAProxy picks</option>
          {Array.from({ length: options.threads }, (_, t) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a thread is its index.
            <option key={t} value={t}>
              T{t}
            </option>
          ))}
        </select>
        <small>From 1acbbca17 on: when a handshake ends, its connection is moved there.</small>
      </label>
    </fieldset>
  );
}
