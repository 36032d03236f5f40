/** Writing into a thread's byte ring, and what its thread gives back: only programs that have one need it. */
import type { Ptr } from '../../memory/struct.ts';
import { Mpring, MpringRecord, QuicDgram } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { RECORD_BYTES } from '../model/world.ts';
import type { Exec } from '../step/exec.ts';
import { offsetIn, strideIn } from './mpring.ts';

/** Bytes that a record of `stride` needs from count `head` on: with those to the ring's end where it would go over it. */
export function needFrom(size: number, head: number, stride: number): number {
  const at = offsetIn(size, head);
  return at + stride > size ? size - at + stride : stride;
}

/** Whether HAProxy takes a ring for full by these counts. Unsigned: a tail that is past the head makes it full. */
export const looksFull = (size: number, head: number, tail: number, need: number): boolean =>
  (head - tail + need) >>> 0 > size;

/** The record of thread `tid`'s ring at byte `at`. */
export const recordAt = (x: Exec, tid: number, at: number): Ptr<'mpring_record'> =>
  x.at(
    AT.mpringRecord,
    tid * (((x.cfg.mpring + RECORD_BYTES - 1) / RECORD_BYTES) | 0) + ((at / RECORD_BYTES) | 0),
  );

/** 1 while thread `tid`'s ring really has room for a datagram of `len` bytes: what is, not what somebody has read. */
export function roomFor(x: Exec, tid: number, len: number): number {
  const ring = x.at(AT.mpring, tid);
  const head = x.rld(ring, Mpring.head);
  const need = needFrom(x.cfg.mpring, head, strideIn(x.cfg, len));
  return looksFull(x.cfg.mpring, head, x.rld(ring, Mpring.tail), need) ? 0 : 1;
}

/** Writes the descriptor of datagram `dg` from address `saddr` into a record that nobody else looks at yet. */
export function fillRecord(x: Exec, record: Ptr<'mpring_record'>, dg: number, saddr: number): void {
  const dgram = x.part(record, MpringRecord.dgram);
  x.st(dgram, QuicDgram.owner, x.listener);
  x.st(dgram, QuicDgram.len, x.dgLength(dg));
  x.st(dgram, QuicDgram.saddr, saddr);
  x.ast(dgram, QuicDgram.buf, dg + 1);
}

/** Zeroes a record that has been handled. Returns its bytes. */
export function clearRecord(x: Exec, dgram: Ptr<'quic_dgram'>): number {
  const stride = strideIn(x.cfg, x.ld(dgram, QuicDgram.len));
  x.st(dgram, QuicDgram.owner, 0 as Ptr<'listener'>);
  x.st(dgram, QuicDgram.len, 0);
  x.st(dgram, QuicDgram.saddr, 0);
  x.st(dgram, QuicDgram.qc, 0 as Ptr<'quic_conn'>);
  x.ast(dgram, QuicDgram.buf, 0);
  x.ast(x.owner(dgram, MpringRecord.dgram), MpringRecord.header, 0);
  return stride;
}
