import { useEffect, useRef } from 'react';
import { useChoice, useSession } from '../session/context.tsx';

const THREADS = [2, 3, 4, 5, 6, 7, 8];

/** What the run is made harder or easier by. What differs from the beginning's own settings is counted on the button. */
export function Conditions() {
  const session = useSession();
  const open = useChoice((c) => c.conditions);
  const gate = useChoice((c) => c.gate);
  const failNext = useChoice((c) => c.failNext);
  const target = useChoice((c) => c.acceptTarget);
  const options = useChoice((c) => c.options);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (e: PointerEvent) => {
      if (!box.current?.contains(e.target as Node)) session.set({ conditions: false });
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [open, session]);
  const set = [
    !gate && 'gate off',
    failNext && 'next allocation fails',
    target >= 0 && `accept to T${target}`,
  ].filter(Boolean);
  return (
    <div className="conditions" ref={box}>
      <button
        type="button"
        className="btn plain"
        aria-expanded={open}
        data-testid="conditions"
        onClick={() => session.set({ conditions: !open })}
      >
        Conditions
        {set.length > 0 && (
          <em title={set.join(', ')}>
            <span className="said">{set.join(', ')}</span>
            <span className="number" aria-hidden="true">
              {set.length}
            </span>
          </em>
        )}
      </button>
      {open && (
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
            <small>
              Refuses what HAProxy never does. Without it HAProxy’s own BUG_ON may stop the process.
            </small>
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
      )}
    </div>
  );
}
