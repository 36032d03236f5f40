/** Two thread groups: what steps do that may lead from one to the other. */
import type { Ptr } from '../../memory/struct.ts';
import { Fdtab, QuicConn, Word } from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';
import { REFC } from './fd.ts';

/** The listener of thread `tid`'s group becomes the connection's. What the old one has counted for it stays there. */
export function takeListener(x: Exec, qc: Ptr<'quic_conn'>, tid: number): void {
  x.st(qc, QuicConn.li, x.listenerOf(tid));
}

/** Whether the fd belongs to this thread's group. */
export const ofOwnGroup = (x: Exec, fd: number): boolean =>
  (x.rld(x.at(AT.fd, fd), Fdtab.refcTgid) & REFC.tgid) === x.groupOf(x.t) + 1;

/** This thread's bit in HAProxy's polled_mask, where it stands for its number in its group. */
const bitInGroup = (x: Exec): number => maskBit(x.t - x.firstOf(x.groupOf(x.t)));

/**
 * polled_mask as HAProxy has it, with no group beside it: with two groups it lies in the second word of the mask, whose first says which threads' epolls
 * really have the fd.
 */
const polledMask = (x: Exec, fd: number): Ptr<'word'> => x.word(x.at(AT.fd, fd), Fdtab.pollRecv, 1);

/** Whether polled_mask says that this thread's epoll has the fd. */
export const saysPolled = (x: Exec, fd: number): boolean =>
  (x.rld(polledMask(x, fd), Word.v) & bitInGroup(x)) !== 0;

/** epoll_ctl of this thread: it has the fd from here on, or no longer. */
export function epollHas(x: Exec, fd: number, has: boolean): void {
  const real = x.word(x.at(AT.fd, fd), Fdtab.pollRecv, 0);
  if (has) x.or(real, Word.v, maskBit(x.t));
  else x.and(real, Word.v, ~maskBit(x.t));
}

/** The same, and polled_mask with it. */
export function epollSet(x: Exec, fd: number, has: boolean): void {
  if (has) x.or(polledMask(x, fd), Word.v, bitInGroup(x));
  else x.and(polledMask(x, fd), Word.v, ~bitInGroup(x));
  epollHas(x, fd, has);
}
