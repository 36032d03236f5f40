/** What waited in lists of descriptors, put into byte rings: for a moment of an edition whose programs had none (9b5f11cd3). */

import { offsetIn, PADDING, strideIn } from '../../haproxy/lib/mpring.ts';
import { looksFull, needFrom } from '../../haproxy/lib/mpring-write.ts';
import { DROP_REASON, LEDGER } from '../../haproxy/model/flags.ts';
import {
  Dghdlr,
  Mpring,
  MpringRecord,
  QuicDgram,
  ReceiverBuf,
  ThreadCtx,
} from '../../haproxy/model/layouts.ts';
import { RECORD_BYTES, type World } from '../../haproxy/model/world.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import { memOf, refill } from '../../memory/bounded.ts';
import { listInit } from '../../memory/list.ts';
import type { Mem } from '../../memory/mem.ts';
import { mtlInit, mtlWalk } from '../../memory/mtlist.ts';
import { poolFree, poolNext } from '../../memory/pool.ts';
import type { Made } from '../../scenario/world.ts';
import { gone } from './gone.ts';

/**
 * Empties the inboxes of `words` into the rings, in their order; what finds no room there is dropped, as it would have been on reception. What
 * lies in receive buffers, consumed or not, is nobody's any more. Throws FileProblem where a thread has a descriptor in hand.
 */
export function inboxesIntoRings(words: Int32Array, made: Pick<Made, 'W' | 'P'>): void {
  const { W } = made;
  const m = memOf(words, true);
  refill(m);
  noneInHand(m, made);
  for (let t = 0; t < W.cfg.threads; t++) {
    const head = W.dghdlr(t) + Dghdlr.dgrams;
    mtlWalk(m, head, (el) => write(m, W, t, el - QuicDgram.handlerList));
    mtlInit(m, head);
  }
  const { dgram, rxbuf } = W.pools;
  for (let d = poolNext(m, dgram, 0); d; d = poolNext(m, dgram, d)) poolFree(m, dgram, d);
  for (let b = poolNext(m, rxbuf, 0); b; b = poolNext(m, rxbuf, b)) {
    listInit(m, b + ReceiverBuf.dgrams);
    m.st(b + ReceiverBuf.head, 0);
    m.st(b + ReceiverBuf.data, 0);
  }
}

function noneInHand(m: Mem, { W, P }: Pick<Made, 'W' | 'P'>): void {
  for (let t = 0; t < W.cfg.threads; t++)
    for (let fp = m.ld(W.th(t) + ThreadCtx.fp); fp !== 0; fp = m.ld(fp + 1)) {
      const leads = P.steps[m.ld(fp)]?.proc.leads ?? [];
      if (leads.some((of, i) => of === 'quic_dgram' && m.ld(fp + FRAME_HEAD + i) !== 0))
        throw gone(`T${t} has a descriptor in hand, where the program has byte rings (9b5f11cd3)`);
    }
}

/** As quic_dgram_write does, in one go. */
function write(m: Mem, W: World, t: number, from: number): void {
  const size = W.cfg.mpring;
  const ring = W.mpring(t);
  const [head, tail] = [m.ld(ring + Mpring.head), m.ld(ring + Mpring.tail)];
  const len = m.ld(from + QuicDgram.len);
  const stride = strideIn(W.cfg, len);
  const need = needFrom(size, head, stride);
  if (looksFull(size, head, tail, need)) {
    const word = W.ledger(m.ld(from + QuicDgram.buf) - 1);
    m.st(word, (m.ld(word) & 0xffff0000) | (DROP_REASON.rxbufFull << 8) | LEDGER.DROPPED);
    m.add(W.dropCounts + DROP_REASON.rxbufFull, 1);
    return;
  }
  const record = (at: number): number => W.mpringRecord(t, Math.floor(at / RECORD_BYTES));
  const at = offsetIn(size, head);
  if (need > stride) m.st(record(at) + MpringRecord.header, PADDING);
  const to = record(need > stride ? 0 : at);
  for (const f of [QuicDgram.owner, QuicDgram.buf, QuicDgram.len, QuicDgram.saddr, QuicDgram.qc])
    m.st(to + MpringRecord.dgram + f, m.ld(from + f));
  m.st(to + MpringRecord.header, len);
  m.st(ring + Mpring.head, (head + need) | 0);
}
