/** The listener's receive buffers: rings of bytes, with a descriptor for each datagram in one (semantics 1.1). */
import { listAppend, listDelete, listFirst } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import { mtlInit } from '../../memory/mtlist.ts';
import type { Ptr } from '../../memory/struct.ts';
import { N } from '../model/flags.ts';
import { QuicDgram, ReceiverBuf } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';

type RxBuf = Ptr<'quic_receiver_buf'>;

/** Bytes free in one piece at the ring's tail. */
export function contiguousFree(x: Exec, rxbuf: RxBuf): number {
  const head = x.ld(rxbuf, ReceiverBuf.head);
  const data = x.ld(rxbuf, ReceiverBuf.data);
  const tail = head + data;
  return tail >= N.RXBUF ? N.RXBUF - data : N.RXBUF - tail;
}

/** Whether the free piece at the tail ends at the ring's end with more room at its beginning. */
export function freeAtEnd(x: Exec, rxbuf: RxBuf): boolean {
  const head = x.ld(rxbuf, ReceiverBuf.head);
  return head > 0 && head + x.ld(rxbuf, ReceiverBuf.data) < N.RXBUF;
}

/**
 * One turn of quic_rxbuf_purge_dgrams: unlinks the first descriptor if it has been consumed. Returns it (the caller keeps
 * or frees it), or NULL at the first that is not.
 */
export function purgeOne(x: Exec, rxbuf: RxBuf): Ptr<'quic_dgram'> {
  const n = listFirst(x.m, x.part(rxbuf, ReceiverBuf.dgrams));
  if (!n) return NULL;
  const d = x.owner(n, QuicDgram.recvList);
  if (x.rld(d, QuicDgram.buf) !== 0) return NULL;
  listDelete(x.m, n);
  const len = x.ld(d, QuicDgram.len);
  const data = x.ld(rxbuf, ReceiverBuf.data) - len;
  x.st(rxbuf, ReceiverBuf.data, data);
  x.st(rxbuf, ReceiverBuf.head, data === 0 ? 0 : (x.ld(rxbuf, ReceiverBuf.head) + len) % N.RXBUF);
  return d;
}

/** Puts a filler over the ring's end: a descriptor without bytes. */
export function fillRingEnd(x: Exec, rxbuf: RxBuf, d: Ptr<'quic_dgram'>): void {
  const len = contiguousFree(x, rxbuf);
  x.ast(d, QuicDgram.buf, 0);
  x.st(d, QuicDgram.len, len);
  mtlInit(x.m, x.part(d, QuicDgram.handlerList));
  listAppend(x.m, x.part(rxbuf, ReceiverBuf.dgrams), x.part(d, QuicDgram.recvList));
  x.inc(rxbuf, ReceiverBuf.data, len);
}

/** Takes `len` bytes at the ring's tail; false when there are not so many in one piece. */
export function takeRoom(x: Exec, rxbuf: RxBuf, len: number): boolean {
  if (contiguousFree(x, rxbuf) < len) return false;
  x.inc(rxbuf, ReceiverBuf.data, len);
  return true;
}
