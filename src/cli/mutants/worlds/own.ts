/** What a world of our own is, and what several share. */
import { listenerAccept } from '../../../haproxy/proc/listener-accept.ts';
import type { ExploreBounds } from '../../../machine/explore/bounds.ts';
import type { WorldOptions } from '../../../machine/options.ts';
import type { BuiltDatagram } from '../../../scenario/museum/built.ts';
import type { Prelude } from '../../../scenario/museum/prelude.ts';

export interface OwnWorld {
  /** What happens in it, in words: its name too. */
  readonly id: string;
  readonly conns: number;
  readonly options?: Partial<WorldOptions>;
  readonly datagrams: readonly BuiltDatagram[];
  readonly bounds: ExploreBounds;
  /** What breaks there as it is, by symptom and rule, and is no mutant's doing. */
  readonly breaks?: readonly string[];
  /** Leads to where the search begins. */
  prelude(p: Prelude): void;
}

/** A client's first datagram, at `ms`. */
export const hello = (conn: number, ms: number): BuiltDatagram => ({ conn, packets: ['hello'], ms });

/** T0 and T1 are each to accept a connection of their own, and stand at that step of `listener_accept`. */
export function bothAt(p: Prelude, label: string): void {
  for (const tid of [0, 1]) p.choose({ kind: 'deliver', dgram: 2 * tid, tid }).sleep(tid);
  for (const tid of [0, 1])
    p.choose({ kind: 'deliver', dgram: 2 * tid + 1, tid }).stepTo(tid, listenerAccept, label);
}
