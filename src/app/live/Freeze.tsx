import { useLive, useLiveState } from './context.tsx';

/** Makes the next safe point a beginning in Step mode. */
export function Freeze() {
  const live = useLive();
  const phase = useLiveState((s) => s.status?.phase);
  const can = phase === 'running' || phase === 'paused';
  return (
    <div className="freeze">
      <button
        type="button"
        className="btn primary"
        data-testid="freeze"
        disabled={!can}
        title={can ? 'Z' : 'Only while it runs or is paused'}
        onClick={() => live.freeze()}
      >
        Freeze into Step mode
      </button>
      <p className="muted">A new beginning in Step mode. From there on every step is exact.</p>
    </div>
  );
}
