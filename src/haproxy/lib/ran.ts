/**
 * What a thread has called in this round of its loop (semantics 2.1). HAProxy writes the number of the loop into a task; here each has a word that
 * says which thread has called it in its present round, and the thread a list of those, so that a round leaves nothing behind in the block.
 */
import type { Ptr } from '../../memory/struct.ts';
import { Task, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { RAN_MOST } from '../model/world.ts';
import type { Exec } from '../step/exec.ts';

const count = (x: Exec): Ptr<'word'> => x.at(AT.ranCount, x.t);

/** Whether this thread has called `t` in this round. */
export const hasRun = (x: Exec, t: Ptr<'task'>): boolean => x.ld(t, Task.arg) === x.t + 1;

const place = (x: Exec, i: number): Ptr<'word'> => x.at(AT.ranTask, x.t * RAN_MOST + i);

/** Notes that `t` is called. In the order of where they lie: which of them came first makes no other state. */
export function noteRun(x: Exec, t: Ptr<'task'>): void {
  const n = x.ld(count(x), Word.v);
  if (n >= RAN_MOST) x.fault('more was called in a round than its shares allow');
  x.st(t, Task.arg, x.t + 1);
  let i = n;
  for (; i > 0; i--) {
    const before = x.ld(place(x, i - 1), Word.v);
    if (before < t) break;
    x.st(place(x, i), Word.v, before);
  }
  x.st(place(x, i), Word.v, t);
  x.st(count(x), Word.v, n + 1);
  x.st(x.at(AT.ran, x.t), Word.v, 1);
}

/** Whether anything was called since the last time that this was asked. */
export function someRan(x: Exec): boolean {
  const flag = x.at(AT.ran, x.t);
  if (!x.ld(flag, Word.v)) return false;
  x.st(flag, Word.v, 0);
  return true;
}

/** The round is over. What has been freed meanwhile is not touched. */
export function forgetRun(x: Exec): void {
  const n = x.ld(count(x), Word.v);
  for (let i = 0; i < n; i++) {
    const at = place(x, i);
    const t = x.ld(at, Word.v) as Ptr<'task'>;
    x.st(at, Word.v, 0);
    if (lives(x, t) && hasRun(x, t)) x.st(t, Task.arg, 0);
  }
  x.st(count(x), Word.v, 0);
  x.st(x.at(AT.ran, x.t), Word.v, 0);
}

function lives(x: Exec, t: Ptr<'task'>): boolean {
  if (x.isSlot('tasklet', t)) return !x.isFree('tasklet', t);
  return x.isSlot('mux', t) ? !x.isFree('mux', t) : !x.isFree('task', t);
}
