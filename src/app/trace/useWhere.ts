/** What words of a filter can stand for in the world that is shown: kept as long as its connections are the same. */
import { useMemo } from 'react';
import type { FindIn } from '../../report/find.ts';
import { usePicture } from '../session/context.tsx';

export function useWhere(): FindIn {
  const threads = usePicture((p) => p.stage?.threads.length ?? 0);
  const clients = usePicture((p) => p.stage?.clients);
  const names = usePicture((p) => p.stage?.names);
  const cids = usePicture((p) => p.stage?.cids);
  return useMemo(
    () => ({
      threads,
      names: names ?? {},
      conns: (clients ?? []).map((c) => ({
        index: c.connIndex,
        addr: c.addr,
        cids: (cids ?? []).filter((k) => k.connIndex === c.connIndex).map((k) => k.cid),
      })),
    }),
    [threads, names, clients, cids],
  );
}
