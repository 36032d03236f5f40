import { useEffect, useRef, useState } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** Rows asked for on each side of the playhead. */
const AROUND = 700;
/** The playhead may come so near to an edge of what is there before more is asked for. */
const MARGIN = 350;
/** Least time between two questions, ms. */
const EVERY = 100;

/** The rows around the playhead; null until the first have come. */
export function useSlices(): Slices | null {
  const session = useSession();
  const { at, end, line } = usePicture((p) => p.travel);
  const [rows, setRows] = useState<Slices | null>(null);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => session.onSlices(setRows), [session]);
  const enough =
    rows !== null &&
    rows.line === line &&
    rows.to <= end &&
    (rows.from === 0 || at - rows.from >= MARGIN) &&
    (rows.to >= end || rows.to - at >= MARGIN);
  // Asked again for every position, and when an answer was of another line or too short.
  const want = enough ? '' : `${at} ${line} ${rows?.line} ${rows?.from} ${rows?.to}`;
  useEffect(() => {
    if (want === '') return;
    const position = Number.parseInt(want, 10);
    const timer = setTimeout(
      () => {
        asked.current = performance.now();
        session.askSlices(Math.max(0, position - AROUND), position + AROUND);
      },
      Math.max(0, asked.current + EVERY - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [session, want]);
  return rows && rows.line === line ? rows : null;
}
