/** Where a datagram has been on the line that is shown: asked of the recording, and again when it has grown. */
import { useEffect, useState } from 'react';
import { rowAt } from '../../machine/recording/events.ts';
import { type HopEvent, hopFilter, type Way, wayOf } from '../../report/packet/hops.ts';
import { duration } from '../../stories/cast.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** How often a line that grows is asked again, ms. */
const AGAIN = 250;
/** Most events of one datagram that are shown. */
const MOST = 200;

/** `dgram` from 0; `conn` its connection, -1 none. Null until it has been answered. */
export function useWay(dgram: number, conn: number, letter: string): Way | null {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const [read, setRead] = useState<{ dgram: number; line: number; end: number; way: Way } | null>(null);
  const fresh = read?.dgram === dgram && read.line === line;
  const stale = !fresh || read.end !== end;
  useEffect(() => {
    if (!stale || end === 0) return;
    let wanted = true;
    const ask = async () => {
      const got = await session.ask('events', { filter: hopFilter(dgram, conn), from: 0, to: MOST });
      if (!got || !wanted) return;
      const n = Math.min(MOST, got.total);
      const events: HopEvent[] = Array.from({ length: n }, (_, i) => rowAt(got.rows, i));
      setRead({ dgram, line: got.line, end: got.end, way: wayOf(events, letter, duration) });
    };
    const wait = setTimeout(() => void ask(), fresh ? AGAIN : 0);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, dgram, conn, letter, end, stale, fresh]);
  return read?.dgram === dgram ? read.way : null;
}
