/** What several steps do with an fd: its masks, its group's reference count, this thread's poller (semantics 3.4, N13). */
import type { Field, Part, Ptr } from '../../memory/struct.ts';
import { Fdtab, ThreadCtx, Word } from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';

/**
 * refc_tgid = refcount << 16 | lock << 15 | tgid. A thread's bit in an fd's masks is its own number here, where HAProxy's is that in the fd's group: with two
 * groups the tgid says which of the two is meant.
 */
export const REFC = { ref: 1 << 16, lock: 1 << 15, tgid: 0x7fff } as const;

/** The word of an fd's mask that has this thread's bit. */
export const ownWord = (x: Exec, fd: Ptr<'fdtab'>, mask: Field<'fdtab', Part<'words'>>): Ptr<'word'> =>
  x.word(fd, mask, x.t >> 5);

/** The word of an fd's mask that has the other threads' bits, where there are more than 32. */
export const otherWord = (x: Exec, fd: Ptr<'fdtab'>, mask: Field<'fdtab', Part<'words'>>): Ptr<'word'> =>
  x.word(fd, mask, (x.t >> 5) ^ 1);

/** Whether this thread is the only one of an fd's thread mask. */
export const alone = (x: Exec, fd: Ptr<'fdtab'>): boolean =>
  x.rld(ownWord(x, fd, Fdtab.threadMask), Word.v) === maskBit(x.t) &&
  (x.cfg.threads <= 32 || x.rld(otherWord(x, fd, Fdtab.threadMask), Word.v) === 0);

/** The lowest thread of an fd's mask, -1 none; HAProxy takes any. */
export function firstOfMask(x: Exec, fd: Ptr<'fdtab'>): number {
  for (let word = 0; word < (x.cfg.threads > 32 ? 2 : 1); word++) {
    const mask = x.rld(x.word(fd, Fdtab.threadMask, word), Word.v);
    if (mask) return (word << 5) + 31 - Math.clz32(mask & -mask);
  }
  return -1;
}

/** fd_grab_tgid: takes a reference on the fd's group. False while somebody has it locked. */
export function takeReference(x: Exec, fd: number): boolean {
  const at = x.at(AT.fd, fd);
  const v = x.rld(at, Fdtab.refcTgid);
  return !(v & REFC.lock) && x.cas(at, Fdtab.refcTgid, v, v + REFC.ref);
}

export function dropReference(x: Exec, fd: number): void {
  x.add(x.at(AT.fd, fd), Fdtab.refcTgid, -REFC.ref);
}

/** Whether any fd stands in the group's list of updates. HAProxy's is a list, ours a bitmap. */
export function groupUpdates(x: Exec): boolean {
  for (let w = 0; w < x.epWords; w++) if (x.rld(x.at(AT.groupUpdt, w), Word.v)) return true;
  return false;
}

/** Whether this thread's bit is set in an fd's mask. */
export const inMask = (x: Exec, fd: Ptr<'fdtab'>, mask: Field<'fdtab', Part<'words'>>): boolean =>
  (x.rld(ownWord(x, fd, mask), Word.v) & maskBit(x.t)) !== 0;

/** Kernel: fd number `fd` is readable in this thread's epoll. */
export function markReady(x: Exec, fd: number): void {
  x.or(x.at(AT.epReady, x.t * x.epWords + (fd >> 5)), Word.v, 1 << (fd & 31));
  x.ast(x.th, ThreadCtx.epAny, 1);
}

/** Queues an update of this thread's poller, unless one waits: sets its bit of update_mask, and puts the fd in its fd_updt. */
export function queueOwnUpdate(x: Exec, fd: number): void {
  const bit = maskBit(x.t);
  const old = x.or(ownWord(x, x.at(AT.fd, fd), Fdtab.updateMask), Word.v, bit);
  if (old & bit) return;
  const n = x.ld(x.th, ThreadCtx.updtCount);
  x.st(x.at(AT.updt, x.t * x.fdCount + n), Word.v, fd);
  x.st(x.th, ThreadCtx.updtCount, n + 1);
}
