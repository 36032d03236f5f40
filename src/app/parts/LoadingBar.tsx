import { useEffect, useState } from 'react';
import { useChoice, useSession } from '../session/context.tsx';
import { count, plural } from '../stage/text.ts';

/** Shown only when opening takes long enough to be noticed. */
const PATIENCE_MS = 300;

/** How far the opening of a capture is, and the way out of it. */
export function LoadingBar() {
  const session = useSession();
  const loading = useChoice((c) => c.loading);
  const [late, setLate] = useState(false);
  const on = loading !== null;
  useEffect(() => {
    setLate(false);
    if (!on) return;
    const id = window.setTimeout(() => setLate(true), PATIENCE_MS);
    return () => window.clearTimeout(id);
  }, [on]);
  if (!loading || !late) return null;
  const p = loading.progress;
  const share = p && p.total > 0 ? p.read / p.total : undefined;
  return (
    <div className="notice plain" data-testid="loading">
      <p>
        <b>{loading.onTheWay ? `On the way to the moment in ${loading.name}.` : `Opening ${loading.name}`}</b>{' '}
        {p && (
          <>
            {count(p.read)}
            {p.total > 0 ? ` of ${count(p.total)}` : ''} {p.unit}{' '}
            {loading.onTheWay ? 'taken.' : `read. ${plural(p.connections, 'connection')} found so far.`}
          </>
        )}
      </p>
      <progress value={share} max={1} aria-label="Progress" />
      <button type="button" className="btn" data-testid="cancel-open" onClick={() => session.cancelOpen()}>
        Stop
      </button>
    </div>
  );
}
