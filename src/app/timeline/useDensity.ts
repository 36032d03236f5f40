/** How much each thread did in each part of the whole run, by its events: a thread that only polls tells of nothing. */
import { useEffect, useRef, useState } from 'react';
import { usePicture, useSession } from '../session/context.tsx';

/** Parts that the run is counted in. */
export const PARTS = 240;
/** A line that grows is counted again so often, ms. */
const AGAIN = 500;

export interface Density {
  end: number;
  threads: Int32Array[];
}

export function useDensity(threads: number): Density | null {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const [got, setGot] = useState<(Density & { line: number }) | null>(null);
  const last = useRef(0);
  useEffect(() => {
    let wanted = true;
    const ask = async () => {
      last.current = performance.now();
      const all = await Promise.all(
        Array.from({ length: threads }, (_, t) =>
          session.ask('events', { filter: { all: [{ tids: [t] }] }, from: 0, to: 0, spread: PARTS }),
        ),
      );
      const known = all.flatMap((a) => (a?.spread && a.line === line ? [a] : []));
      if (!wanted || known.length < threads || threads === 0) return;
      setGot({ line, end: known[0]!.end, threads: known.map((a) => a.spread!) });
    };
    if (end === 0) return;
    const wait = setTimeout(() => void ask(), Math.max(0, last.current + AGAIN - performance.now()));
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, threads, line, end]);
  return got?.line === line ? got : null;
}
