/** What every thread did on the whole line, added up: asked for portion by portion until the line's end is reached, and again as it grows. */
import { useEffect, useState } from 'react';
import type { TallyRead } from '../../machine/recording/tally.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** Between two portions, and before a line that grows is asked about again, ms. */
const SOON = 30;
const AGAIN = 400;

export interface LineTally extends TallyRead {
  line: number;
}

export function useTally(): LineTally | null {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const [got, setGot] = useState<LineTally | null>(null);
  const known = got?.line === line ? got.upTo : -1;
  useEffect(() => {
    if (end === 0 || known >= end) return;
    let wanted = true;
    const ask = async () => {
      const a = await session.ask('tally', { known, line });
      if (wanted && a?.read && a.line === line) setGot({ ...a.read, line });
    };
    const wait = setTimeout(() => void ask(), known < 0 ? 0 : end - known > 5000 ? SOON : AGAIN);
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, line, end, known]);
  return got?.line === line ? got : null;
}
