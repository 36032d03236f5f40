/** Sums a span: what was added up along the line, and what its events tell of datagrams. */
import { useEffect, useState } from 'react';
import { type EventRow, rowAt } from '../../machine/recording/events.ts';
import { useSession } from '../session/context.tsx';
import { SPAN_KINDS, type SpanSum, spanOf, WAIT_KINDS } from './span.ts';

/** Most events of a span that are read, and how far before it a wait may have begun, happenings. */
const MOST = 50_000;
const BEFORE = 100_000;
/** A sum that is not far enough yet is asked again so often, ms. */
const AGAIN = 40;

export interface Chosen {
  /** Positions. */
  from: number;
  to: number;
  /** Virtual ns. */
  ns: readonly [number, number];
}

export function useSpanSum(chosen: Chosen | null, line: number): SpanSum | null {
  const session = useSession();
  const [got, setGot] = useState<SpanSum | null>(null);
  const key = chosen ? `${line} ${chosen.from} ${chosen.to} ${chosen.ns.join()}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the span.
  useEffect(() => {
    if (!chosen) {
      setGot(null);
      return;
    }
    let wanted = true;
    const { from, to } = chosen;
    const ask = async () => {
      const read = await session.ask('sum', { from, to });
      if (!read || !wanted || read.line !== line) return;
      if (!read.sum) {
        setTimeout(() => wanted && void ask(), AGAIN);
        return;
      }
      const filters = [
        { all: [{ kinds: SPAN_KINDS }], from, to },
        { all: [{ kinds: WAIT_KINDS }], from: Math.max(0, from - BEFORE), to },
      ];
      const answers = await Promise.all(
        filters.map((filter) => session.ask('events', { filter, from: 0, to: MOST })),
      );
      if (!wanted) return;
      const events: EventRow[] = answers.flatMap((a) =>
        a ? Array.from({ length: Math.min(a.total, MOST) }, (_, i) => rowAt(a.rows, i)) : [],
      );
      setGot(spanOf(chosen, chosen.ns, read.sum, events, session.stepWords));
    };
    void ask();
    return () => {
      wanted = false;
    };
  }, [session, key, line]);
  return got;
}
