/** What accepting needs to know of rings and threads. */
import type { Ptr } from '../../memory/struct.ts';
import { AcceptRing, Global, Listener, Word } from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';

/** connection.flags of the model: in an accept ring; through session_accept_fd. */
export const CONN = { IN_RING: 1, ACCEPTED: 2 } as const;

/** Threads a mask of `low` and `high` spans, less one: the cursors wrap there. A world of up to 32 threads has 32. */
const wrap = (high: number): number => (high ? 63 : 31);

/** Next set bit of a mask at or after `t` going up, or down (`by` -1), wrapping; the mask is not 0. */
export function nextBit(low: number, high: number, t: number, by: 1 | -1): number {
  const last = wrap(high);
  for (let i = 0; i <= last; i++) {
    const u = (t + by * i) & last;
    if ((u < 32 ? low : high) & maskBit(u)) return u;
  }
  return 0;
}

/** First candidate of `thr_idx` = t2 << 16 | t1: walks up. */
export const firstOf = (low: number, high: number, idx: number): number =>
  nextBit(low, high, idx & 0xffff, 1);

/** Second candidate: walks down, and is another thread. */
export function secondOf(low: number, high: number, idx: number): number {
  const t1 = firstOf(low, high, idx);
  const t2 = nextBit(low, high, (idx >>> 16) & 0xffff, -1);
  return t2 === t1 ? nextBit(low, high, (t1 - 1) & wrap(high), -1) : t2;
}

/** Which of the two is taken, by load (semantics 9, at 1acbbca17). */
export const chosenByLoad = (t1: number, t2: number, q1: number, q2: number): number => (q1 > q2 ? t2 : t1);

/** The cursors after that choice. */
export function cursorsAfter(t1: number, t2: number, q1: number, q2: number, high: number): number {
  const last = wrap(high);
  const n1 = q1 < q2 ? t1 : (t1 + 1) & last;
  const n2 = q1 < q2 ? (t2 - 1) & last : t2;
  return (n2 << 16) | n1;
}

/** The two words of the listener's thread mask. */
export const lowMask = (x: Exec): number => x.ld(x.word(x.listener, Listener.threadMask, 0), Word.v);
export const highMask = (x: Exec): number => x.ld(x.word(x.listener, Listener.threadMask, 1), Word.v);

/** The thread + 1 that the person picked for this connection, or for the next accept; the pick is used up. */
export function takeTarget(x: Exec, conn: number): number {
  const own = conn >= 0 ? x.ld(x.at(AT.acceptTarget, conn), Word.v) : 0;
  if (own) x.st(x.at(AT.acceptTarget, conn), Word.v, 0);
  const any = x.ld(x.global, Global.acceptTarget);
  if (!own && any) x.st(x.global, Global.acceptTarget, 0);
  return own || any;
}

/** Connections in a thread's accept ring, as accept_queue_ring_len. */
export function ringLength(x: Exec, tid: number): number {
  const ring = x.at(AT.acceptRing, tid);
  const size = x.cfg.ringSize;
  return (x.rld(ring, AcceptRing.tail) - x.rld(ring, AcceptRing.head) + size) % size;
}

/** Place `pos` of a thread's accept ring. */
export const ringPlace = (x: Exec, tid: number, pos: number): Ptr<'ring_entry'> =>
  x.at(AT.ringEntry, tid * x.cfg.ringSize + pos);
