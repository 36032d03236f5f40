/** How many connections each thread took and was pushed, up to the moment that is shown. */
import { useEffect, useState } from 'react';
import { ACCEPT_EVENTS, type Accepts, countAccepts } from '../../report/runtime/accepts.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** Most events that are counted. */
const MOST = 200_000;

/** Null while they are being read. */
export function useAccepts(wanted: boolean): Accepts | null {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const at = usePicture((p) => p.travel.at);
  const threads = usePicture((p) => p.stage?.threads.length ?? 0);
  const [got, setGot] = useState<{ at: number; line: number; accepts: Accepts } | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    const filter = { all: [{ kinds: ACCEPT_EVENTS }], to: at };
    void session.ask('events', { filter, from: 0, to: MOST }).then((a) => {
      if (a && here) setGot({ at, line, accepts: countAccepts(a.rows, threads) });
    });
    return () => {
      here = false;
    };
  }, [session, wanted, at, line, threads]);
  // A moment later the figures are at most a picture old, which while it plays nobody can see.
  return got && got.line === line ? got.accepts : null;
}
