/** A procedure that the seed has not: 9b5f11cd3 brings it, and its steps (semantics B7). */
import { int, procedure } from '../step/proc.ts';

/**
 * Writes a datagram into the byte ring of thread `tid`, whoever calls. `again`: 1 where it is passed on. Returns 1, or 0 where the ring is
 * taken for full.
 */
export const dgramWrite = procedure({
  key: 'quic_dgram_write',
  verb: 'Writing into an inbox',
  locals: {
    dg: int,
    saddr: int,
    tid: int,
    again: int,
    head: int,
    tail: int,
    need: int,
    at: int,
    room: int,
  },
  args: ['dg', 'saddr', 'tid', 'again'],
  means: true,
});
