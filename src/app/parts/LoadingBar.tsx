import { useEffect, useState } from 'react';
import { useChoice } from '../session/context.tsx';
import { later } from './later.tsx';

/** Shown only when opening takes long enough to be noticed. */
const PATIENCE_MS = 300;

const LoadingNotice = later(
  { what: 'How far the opening is' },
  () => import('./LoadingNotice.tsx'),
  (m) => m.LoadingNotice,
);

/** Says how far the opening of a capture is, once that takes long. */
export function LoadingBar() {
  const on = useChoice((c) => c.loading !== null);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!on) return;
    const id = window.setTimeout(() => setLate(true), PATIENCE_MS);
    return () => window.clearTimeout(id);
  }, [on]);
  return on && late ? <LoadingNotice /> : null;
}
