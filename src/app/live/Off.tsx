import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';

/** Why Live is off here, and what turns it on. */
export function Off({ off }: { off: { why: string; turnsOn: string } }) {
  const session = useSession();
  const region = useMark<HTMLElement>('region:stage');
  return (
    <main ref={region} id="stage" className="main live off" tabIndex={-1} data-testid="live-off">
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
