/** The moves of a connection on the line that is shown, as far as it is recorded. */
import { useEffect, useRef, useState } from 'react';
import { rowAt } from '../../machine/recording/events.ts';
import { type LedgerEvent, ledgerFilter, type Move, movesOf } from '../../report/ledger.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** How often a line that grows is asked again, ms. */
const AGAIN = 250;
/** Most events of one connection that are read. */
const MOST = 20_000;

/** In order; null until they have been asked for. */
export function useMoves(conn: number): Move[] | null {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const [got, setGot] = useState<{ conn: number; moves: Move[] } | null>(null);
  const last = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `line` and `end` are what is asked of.
  useEffect(() => {
    let wanted = true;
    const ask = async () => {
      last.current = performance.now();
      const a = await session.ask('events', { filter: ledgerFilter(conn), from: 0, to: MOST });
      if (!a || !wanted) return;
      const events: LedgerEvent[] = Array.from({ length: Math.min(a.total, MOST) }, (_, i) =>
        rowAt(a.rows, i),
      );
      setGot({ conn, moves: movesOf(events) });
    };
    const wait = setTimeout(() => void ask(), Math.max(0, last.current + AGAIN - performance.now()));
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, conn, line, end]);
  return got?.conn === conn ? got.moves : null;
}
