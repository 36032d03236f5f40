import { useSession } from '../session/context.tsx';

/** Why Live is off here, and what turns it on. */
export function Off({ off }: { off: { why: string; turnsOn: string } }) {
  const session = useSession();
  return (
    <main id="stage" className="main live off" data-region="" tabIndex={-1} data-testid="live-off">
      <h2>Live is off here</h2>
      <p>{off.why}</p>
      <p>{off.turnsOn}</p>
      <p>Step mode is the same without it.</p>
      <button
        type="button"
        className="btn primary"
        data-testid="to-step"
        onClick={() => session.setMode('step')}
      >
        Back to Step mode
      </button>
    </main>
  );
}
