/** What accepting needs to know of rings and threads. */
import type { Ptr } from '../../memory/struct.ts';
import { AcceptRing, Global, Listener, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';

/** connection.flags of the model: in an accept ring; through session_accept_fd. */
export const CONN = { IN_RING: 1, ACCEPTED: 2 } as const;

/** The thread mask of the listener, in two words; or, where a choice goes over two receivers, a word of each. */
export const lowMask = (x: Exec): number => x.ld(x.word(cursorsOf(x), Listener.threadMask, 0), Word.v);
export const highMask = (x: Exec): number =>
  x.cfg.receivers > 1
    ? x.ld(x.word(x.at(AT.listener, 1), Listener.threadMask, 0), Word.v)
    : x.ld(x.word(x.listener, Listener.threadMask, 1), Word.v);

/** The listener whose cursors a choice moves: the accepting thread's, or the shard's reference where it goes over all receivers. */
export const cursorsOf = (x: Exec): Ptr<'listener'> =>
  x.cfg.receivers > 1 ? x.at(AT.listener, 0) : x.listener;

/** The thread that a cursor names: receiver * 64 + ltid; over one receiver the accepting thread's group's. */
export const threadOf = (x: Exec, cursor: number): number =>
  x.firstOf(x.cfg.receivers > 1 ? cursor >> 6 : x.groupOf(x.t)) + (cursor & 63);

/** The thread + 1 that the person picked for this connection, or for the next accept, where the choice goes over it; the pick is used up. */
export function takeTarget(x: Exec, conn: number): number {
  const own = conn >= 0 ? x.ld(x.at(AT.acceptTarget, conn), Word.v) : 0;
  if (own) x.st(x.at(AT.acceptTarget, conn), Word.v, 0);
  const any = x.ld(x.global, Global.acceptTarget);
  if (!own && any) x.st(x.global, Global.acceptTarget, 0);
  const tid = (own || any) - 1;
  return x.cfg.receivers < 2 && x.groupOf(tid) !== x.groupOf(x.t) ? 0 : tid + 1;
}

/** accept_queue_ring_len of a tail and a head that need not have been read at once: then it may be far too large, or too small. */
export function ringLength(x: Exec, tail: number, head: number): number {
  const size = x.cfg.ringSize;
  const n = tail - head + size;
  return n >= size ? n - size : n;
}

/** The place after `pos`. */
export const ringNext = (x: Exec, pos: number): number => (pos + 1) % x.cfg.ringSize;

/** Head and tail in one word, from e6f5ab5af on. */
export const jointHead = (w: number): number => w >>> 16;
export const jointTail = (w: number): number => w & 0xffff;

/** Head and tail of the ring at `ring`, whichever words a program keeps them in: the others are 0. */
export const ringHead = (ld: (i: number) => number, ring: number): number =>
  ld(ring + AcceptRing.head) | jointHead(ld(ring + AcceptRing.idx));
export const ringTail = (ld: (i: number) => number, ring: number): number =>
  ld(ring + AcceptRing.tail) | jointTail(ld(ring + AcceptRing.idx));

/** Connections in the ring at `ring`, of `size` places. */
export const ringWaiting = (ld: (i: number) => number, ring: number, size: number): number =>
  (ringTail(ld, ring) - ringHead(ld, ring) + size) % size;

/** Place `pos` of a thread's accept ring. */
export const ringPlace = (x: Exec, tid: number, pos: number): Ptr<'ring_entry'> =>
  x.at(AT.ringEntry, tid * x.cfg.ringSize + pos);
