/** Struct connections, for a moment in which they lived as long as their connection, where they no longer do (74b95922e). */
import { MUX } from '../../haproxy/model/flags.ts';
import { Connection, QuicConn, Task } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { PlainMem } from '../../memory/plain.ts';
import { type Pool, poolFree, poolIsFree, poolNext } from '../../memory/pool.ts';

/** Whether `p` is an object of the pool: what the file says may lead anywhere. */
function lives(m: PlainMem, pool: Pool, p: number): boolean {
  const off = p - pool.base;
  const slots = pool.slotWords * pool.perThread * pool.threads;
  return off >= 0 && off < slots && off % pool.slotWords === 0 && !poolIsFree(m, pool, p);
}

/** A session that there is says so, and its mux knows its connection; of one whose mux has let go the struct connection is freed. */
export function endsOfConnections(words: Int32Array, W: World): void {
  const m = new PlainMem(words);
  for (let qc = poolNext(m, W.pools.conn, 0); qc; qc = poolNext(m, W.pools.conn, qc)) {
    const conn = m.ld(qc + QuicConn.conn);
    const state = m.ld(qc + QuicConn.muxState);
    if (!lives(m, W.pools.connection, conn) || state === MUX.NULL) continue;
    const mux = m.ld(qc + QuicConn.mux);
    if (state === MUX.READY) {
      m.st(conn + Connection.owner, 1);
      if (lives(m, W.pools.mux, mux)) m.st(mux + Task.context, qc);
      continue;
    }
    const src = m.ld(conn + Connection.src);
    if (lives(m, W.pools.sockaddr, src)) poolFree(m, W.pools.sockaddr, src);
    poolFree(m, W.pools.connection, conn);
    m.st(qc + QuicConn.conn, 0);
  }
}
