import { listAppend, listDelete, listFirst } from '../../memory/list.ts';
import { mtlInit } from '../../memory/mtlist.ts';
import { N } from '../model/flags.ts';
import { QuicDgram, ReceiverBuf } from '../model/layouts.ts';
import type { Exec } from './exec.ts';

/** Bytes free in one piece at the ring's tail. */
export function contiguousFree(x: Exec, rxbuf: number): number {
  const head = x.m.ld(rxbuf + ReceiverBuf.head);
  const data = x.m.ld(rxbuf + ReceiverBuf.data);
  const tail = head + data;
  return tail >= N.RXBUF ? N.RXBUF - data : N.RXBUF - tail;
}

/** Whether the free piece at the tail ends at the ring's end with more room at its beginning. */
export function freeAtEnd(x: Exec, rxbuf: number): boolean {
  const head = x.m.ld(rxbuf + ReceiverBuf.head);
  return head > 0 && head + x.m.ld(rxbuf + ReceiverBuf.data) < N.RXBUF;
}

/**
 * One turn of quic_rxbuf_purge_dgrams: unlinks the first descriptor if it has been consumed. Returns it (the caller keeps
 * or frees it), or 0 at the first that is not.
 */
export function purgeOne(x: Exec, rxbuf: number): number {
  const m = x.m;
  const n = listFirst(m, rxbuf + ReceiverBuf.dgrams);
  if (!n) return 0;
  const d = n - QuicDgram.recvList;
  if (m.ald(d + QuicDgram.buf) !== 0) return 0;
  listDelete(m, n);
  const len = m.ld(d + QuicDgram.len);
  const data = m.ld(rxbuf + ReceiverBuf.data) - len;
  m.st(rxbuf + ReceiverBuf.data, data);
  m.st(rxbuf + ReceiverBuf.head, data === 0 ? 0 : (m.ld(rxbuf + ReceiverBuf.head) + len) % N.RXBUF);
  return d;
}

/** Puts a filler over the ring's end: a descriptor without bytes. */
export function fillRingEnd(x: Exec, rxbuf: number, d: number): void {
  const m = x.m;
  const len = contiguousFree(x, rxbuf);
  m.ast(d + QuicDgram.buf, 0);
  m.st(d + QuicDgram.len, len);
  mtlInit(m, d + QuicDgram.handlerList);
  listAppend(m, rxbuf + ReceiverBuf.dgrams, d + QuicDgram.recvList);
  m.st(rxbuf + ReceiverBuf.data, m.ld(rxbuf + ReceiverBuf.data) + len);
}
