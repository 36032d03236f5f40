/** What waits in a thread's inbox, whichever kind it is: a list of descriptors, or a byte ring from 9b5f11cd3 on. */
import type { Mem } from '../../memory/mem.ts';
import { mtlWalk } from '../../memory/mtlist.ts';
import { Dghdlr, Mpring, MpringRecord, QuicDgram } from '../model/layouts.ts';
import { RECORD_BYTES, type World } from '../model/world.ts';
import { offsetIn, PADDING, strideIn } from './mpring.ts';

/** Records followed at most: what comes from outside may go round and round. */
const MOST = 10_000;

/**
 * Calls `each` with every descriptor that waits in thread `t`'s inbox, the next to be handled first; not with the one that its handler has
 * taken. In a byte ring it ends at a record that is reserved and not written yet.
 */
export function inboxWalk(m: Mem, W: World, t: number, each: (dgram: number) => void): void {
  if (!W.cfg.mpring) {
    mtlWalk(m, W.dghdlr(t) + Dghdlr.dgrams, (el) => each(el - QuicDgram.handlerList));
    return;
  }
  const size = W.cfg.mpring;
  const ring = W.mpring(t);
  const head = m.ld(ring + Mpring.head);
  let at = m.ld(ring + Mpring.tail);
  let taken = m.ld(ring + Mpring.begun) !== 0;
  for (let i = 0; i < MOST && at !== head; i++) {
    const offset = offsetIn(size, at);
    const record = W.mpringRecord(t, Math.floor(offset / RECORD_BYTES));
    const header = m.ld(record + MpringRecord.header);
    if (header === 0) return;
    if (header === PADDING) {
      at = (at + size - offset) | 0;
      continue;
    }
    const dgram = record + MpringRecord.dgram;
    if (!taken) each(dgram);
    taken = false;
    at = (at + strideIn(W.cfg, m.ld(dgram + QuicDgram.len))) | 0;
  }
}
