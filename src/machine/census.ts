/** Where every datagram is: the ledger counted up. A duplicate counts for itself. */

import { hopsOf, ledgerReason, ledgerState } from '../haproxy/lib/kernel.ts';
import { LEDGER } from '../haproxy/model/flags.ts';
import type { World } from '../haproxy/model/world.ts';

export interface Census {
  /** Reached a socket: handled + dropped + queued. */
  received: number;
  handled: number;
  dropped: number;
  queued: number;
  /** The network dropped them: no socket saw them. */
  lost: number;
  redispatches: number;
  /** Datagrams that ended unhandled, by number of the reason. */
  reasons: Map<number, number>;
}

/** Counts every entry of the ledger. `ld` reads a word of the block. */
export function census(ld: (i: number) => number, W: World): Census {
  const n = new Int32Array(16);
  const reasons = new Map<number, number>();
  let redispatches = 0;
  for (let d = 0; d < W.rows; d++) {
    const v = ld(W.ledger(d));
    const state = ledgerState(v);
    n[state & 15]!++;
    redispatches += hopsOf(ld, W, d);
    if (state === LEDGER.DROPPED) reasons.set(ledgerReason(v), (reasons.get(ledgerReason(v)) ?? 0) + 1);
  }
  const [handled, dropped] = [n[LEDGER.HANDLED]!, n[LEDGER.DROPPED]!];
  const queued = n[LEDGER.KERNEL]! + n[LEDGER.READ]!;
  return {
    received: handled + dropped + queued,
    handled,
    dropped,
    queued,
    lost: n[LEDGER.LOST]!,
    redispatches,
    reasons,
  };
}
