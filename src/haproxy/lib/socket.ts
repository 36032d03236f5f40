/** Calls on sockets that fail. */
import { Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';

/** Whether the call that comes next is one that was told to fail: for good, not with EAGAIN. It is used up. */
export function callFails(x: Exec): boolean {
  const word = x.at(AT.failSocket, 0);
  const n = x.ld(word, Word.v);
  if (n === 0) return false;
  x.st(word, Word.v, n - 1);
  return n === 1;
}
