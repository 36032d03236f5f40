/** How long a connection that closes is kept (semantics N6.4). */
import { expect, test } from 'vitest';
import { N, QC } from '../haproxy/model/flags.ts';
import { QuicConn } from '../haproxy/model/layouts.ts';
import { poolCount } from '../memory/pool.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');

/** Time for which the capture's connection is kept once it closes or drains, and until it is gone, ms. */
function kept(revision: string): { armed: number; gone: number } {
  const x = machineOf(one, { revision });
  const qc = () => x.findConn(0);
  const ends = () => qc() !== 0 && (x.m.ld(qc() + QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) !== 0;
  while (!ends()) x.take(x.pick()!);
  const since = Math.floor(x.clock(x.owner(qc())) / 1_000_000);
  const armed = x.m.ld(qc() + QuicConn.idleExpire) - since;
  // From 9f7cfb0a5 on a closed object stays in its place.
  const { conn, closed } = x.W.pools;
  while (poolCount(x.m, conn) + poolCount(x.m, closed) > 0) x.take(x.pick()!);
  return { armed, gone: Math.floor(x.now() / 1_000_000) - since };
}

test('as long as an idle one before fe29dba87, and since then for three probe timeouts and a second at most', () => {
  for (const revision of ['seed', '4070e4042']) {
    const { armed, gone } = kept(revision);
    expect(armed).toBeGreaterThanOrEqual(N.IDLE_TIMEOUT);
    expect(gone).toBeGreaterThanOrEqual(N.IDLE_TIMEOUT);
  }
  for (const revision of ['fe29dba87', 'newest']) {
    const { armed, gone } = kept(revision);
    expect(armed).toBeGreaterThan(0);
    expect(armed).toBeLessThanOrEqual(N.CLOSING_TIMEOUT);
    expect(gone).toBeLessThanOrEqual(N.CLOSING_TIMEOUT + 1);
  }
});
