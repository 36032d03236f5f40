/** An accept ring whose head and tail are one word, from e6f5ab5af on. */
import { AcceptRing } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';
import { jointHead, jointTail, ringLength } from './accept.ts';

/** Head and tail in one word. */
export const joint = (head: number, tail: number): number => (head << 16) | tail;

/** Length of thread `tid`'s ring by one load of its word. */
export function jointLength(x: Exec, tid: number): number {
  const w = x.rld(x.at(AT.acceptRing, tid), AcceptRing.idx);
  return ringLength(x, jointTail(w), jointHead(w));
}
