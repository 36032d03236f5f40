import { useEffect, useRef } from 'react';
import { inCorner, later } from '../parts/later.tsx';
import { useChoice, useSession } from '../session/context.tsx';

const ConditionsPanel = later(
  { what: 'Conditions', around: inCorner },
  () => import('./ConditionsPanel.tsx'),
  (m) => m.ConditionsPanel,
);

/** What the run is made harder or easier by. What differs from the beginning's own settings is counted on the button. */
export function Conditions() {
  const session = useSession();
  const open = useChoice((c) => c.conditions);
  const gate = useChoice((c) => c.gate);
  const failNext = useChoice((c) => c.failNext);
  const target = useChoice((c) => c.acceptTarget);
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
      {open && <ConditionsPanel />}
    </div>
  );
}
