/** Sessions counted from what there is, for a moment in which they were counted otherwise. */
import { MUX } from '../../haproxy/model/flags.ts';
import { Connection, LiPerThread, Listener, QuicCid, QuicConn } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { listFirst } from '../../memory/list.ts';
import { PlainMem } from '../../memory/plain.ts';
import { poolNext } from '../../memory/pool.ts';

/**
 * Sets the listener's `nbconn` to the sessions that have not ended and those that wait in an accept ring, and each thread's `thr_conn` to those of
 * the connections that it owns.
 */
export function countAnew(words: Int32Array, W: World): void {
  const m = new PlainMem(words);
  const waiting = new Set<number>();
  const each = new Array<number>(W.cfg.threads).fill(0);
  for (let t = 0; t < W.cfg.threads; t++)
    for (let i = 0; i < W.cfg.ringSize; i++) waiting.add(m.ld(W.ringEntry(t, i)));
  let all = 0;
  for (let c = poolNext(m, W.pools.connection, 0); c; c = poolNext(m, W.pools.connection, c)) {
    const qc = m.ld(c + Connection.qc);
    if (m.ld(qc + QuicConn.muxState) === MUX.RELEASED) continue;
    all++;
    const first = waiting.has(c) ? 0 : listFirst(m, qc + QuicConn.cids);
    const owner = first ? m.ld(first - QuicCid.byQc + QuicCid.tid) : -1;
    if (owner >= 0 && owner < each.length) each[owner]!++;
  }
  m.st(W.listener + Listener.nbconn, all);
  each.forEach((n, t) => {
    m.st(W.perThread(t) + LiPerThread.thrConn, n);
  });
}
