/** A window of the trace's lines, asked of the columns of the recording: however long it is, only what is seen is made. */
import { useEffect, useRef, useState } from 'react';
import { type EventRow, rowAt } from '../../machine/recording/events.ts';
import type { EventFilter } from '../../machine/recording/query.ts';
import { usePicture, useSession } from '../session/context.tsx';

export interface LineWindow {
  /** Lines that fit, and how many of them can be seen at the playhead. */
  total: number;
  before: number;
  /** With the number that each has among those that fit. */
  rows: { number: number; row: EventRow }[];
}

/** How often a line that grows is asked again, ms. */
const AGAIN = 150;
const NONE: LineWindow = { total: 0, before: 0, rows: [] };

/** Lines [from, to) of those that fit; null filter: none. */
export function useLines(filter: EventFilter | null, from: number, to: number): LineWindow {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const at = usePicture((p) => p.travel.at);
  const [got, setGot] = useState<LineWindow>(NONE);
  const last = useRef(0);
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the filter, `line` and `end` are what it is asked of.
  useEffect(() => {
    if (!filter) {
      setGot(NONE);
      return;
    }
    let wanted = true;
    const ask = async () => {
      last.current = performance.now();
      const a = await session.ask('events', { filter, from, to, at });
      if (!a || !wanted) return;
      const n = Math.max(0, Math.min(a.total, to) - a.from);
      setGot({
        total: a.total,
        before: a.before,
        rows: Array.from({ length: n }, (_, i) => ({ number: a.from + i, row: rowAt(a.rows, i) })),
      });
    };
    const wait = setTimeout(() => void ask(), Math.max(0, last.current + AGAIN - performance.now()));
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, key, from, to, at, line, end]);
  return got;
}
