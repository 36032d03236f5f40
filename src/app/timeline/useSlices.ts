import { useEffect, useRef, useState } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** Least time between two questions, ms. */
const EVERY = 100;

/**
 * The rows around a position, `around` of them on each side; null until the first have come. More are asked for before the position
 * comes within half of that to an edge of what is there.
 */
export function useSlices(at: number, around: number): Slices | null {
  const session = useSession();
  const end = usePicture((p) => p.travel.end);
  const line = usePicture((p) => p.travel.line);
  const [rows, setRows] = useState<Slices | null>(null);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  useEffect(
    () =>
      session.onSlices((got) => {
        // Others ask for rows of theirs, which are fewer.
        if (got.to - got.from >= Math.min(around, end / 2) || got.from === 0) setRows(got);
      }),
    [session, around, end],
  );
  const margin = around / 2;
  const enough =
    rows !== null &&
    rows.line === line &&
    rows.to <= end &&
    (rows.from === 0 || at - rows.from >= margin) &&
    (rows.to >= end || rows.to - at >= margin);
  // Asked again for every position, and when an answer was of another line or too short.
  const want = enough ? '' : `${at} ${line} ${around} ${rows?.line} ${rows?.from} ${rows?.to}`;
  useEffect(() => {
    if (want === '') return;
    const position = Number.parseInt(want, 10);
    const timer = setTimeout(
      () => {
        asked.current = performance.now();
        session.askSlices(Math.max(0, position - around), position + around);
      },
      Math.max(0, asked.current + EVERY - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [session, want, around]);
  return rows && rows.line === line ? rows : null;
}
