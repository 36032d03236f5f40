import { listAppend } from '../../memory/list.ts';
import { localQueue, taskletWakeupAfter } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { TASK } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

/** Its day is not known to us, nor whether it came before 55744154b, which is in the same version. */
export const Fc32bbd1ad: Fix = {
  id: 'c32bbd1ad',
  date: null,
  version: '3.5-dev1',
  bug: '',
  title: 'a tasklet that a datagram wakes queues at the end',
  sentence:
    'tasklet_wakeup_after with nothing to put it behind puts a tasklet at the end of its class; before, at its front.',
  requires: ['25174d51e'],
  ops: [
    inlineAs(taskletWakeupAfter, (x, tl) => {
      const state = x.or(tl, Task.state, TASK.IN_LIST);
      if (state & TASK.IN_LIST) return true;
      const tid = x.ld(tl, Task.tid);
      if (x.bugOn(tid >= 0 && tid !== x.t, BUG.WAKEUP_AFTER_TID)) return false;
      listAppend(x.m, localQueue(x, state), x.part(tl, Task.list));
      x.add(x.th, ThreadCtx.rqTotal, 1);
      return true;
    }),
  ],
};
