import { startTransition, useEffect, useState } from 'react';

/** After the first picture a key may come at once: so long its answer has the page to itself, ms. */
const GRACE = 120;
/** And so long, at most, until the page has nothing else to do, ms. */
const IDLE = 400;

/** Kept outside: a page that has settled does not do so again. */
let settled = false;

/** Whether the first picture has stood for a moment, once `drawn`: what stands beside the stage comes after it and can be interrupted. */
export function useSettled(drawn: boolean): boolean {
  const [is, set] = useState(settled);
  useEffect(() => {
    if (is || !drawn) return;
    const done = () => {
      settled = true;
      startTransition(() => set(true));
    };
    let idle = 0;
    const timer = setTimeout(() => {
      // Not every browser has it.
      if ('requestIdleCallback' in window) idle = requestIdleCallback(done, { timeout: IDLE });
      else done();
    }, GRACE);
    return () => {
      clearTimeout(timer);
      if (idle) cancelIdleCallback(idle);
    };
  }, [is, drawn]);
  return is;
}
