import { listInsertFirst } from '../../memory/list.ts';
import type { Ptr } from '../../memory/struct.ts';
import { localQueue, taskletWakeupAfter } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { TASK } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

/** Class list of a tasklet that is woken for no reason that is told: BULK where it wakes itself. `tasklet_wakeup` always tells one. */
export const queueOf = (x: Exec, tl: Ptr<'task'>, state: number): Ptr<'list'> =>
  !(state & TASK.HEAVY) && x.ld(x.th, ThreadCtx.current) === tl
    ? x.part(x.th, ThreadCtx.bulk)
    : localQueue(x, state);

export const F6982c2539: Fix = {
  id: '6982c2539',
  date: '2026-03-23',
  version: '3.4-dev8',
  bug: '',
  title: 'a tasklet that wakes itself goes to class BULK',
  sentence:
    'A tasklet bound to no thread that is woken while it runs, for no reason that is told, goes to class BULK, as the I/O does that reads its own socket; before, it went to NORMAL with the others.',
  requires: ['9852d5be2'],
  ops: [
    inlineAs(taskletWakeupAfter, (x, tl) => {
      const state = x.or(tl, Task.state, TASK.IN_LIST);
      if (state & TASK.IN_LIST) return true;
      const tid = x.ld(tl, Task.tid);
      if (x.bugOn(tid >= 0 && tid !== x.t, BUG.WAKEUP_AFTER_TID)) return false;
      listInsertFirst(x.m, queueOf(x, tl, state), x.part(tl, Task.list));
      x.add(x.th, ThreadCtx.rqTotal, 1);
      return true;
    }),
  ],
};
