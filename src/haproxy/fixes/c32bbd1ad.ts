import { listAppend } from '../../memory/list.ts';
import { taskletWakeupAfter } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { TASK } from '../model/flags.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { type Fix, inlineAs } from '../step/patch.ts';
import { queueOf } from './6982c2539.ts';

/** Its day is not known to us, nor whether it came before 55744154b, which is in the same version. */
export const Fc32bbd1ad: Fix = {
  id: 'c32bbd1ad',
  date: null,
  version: '3.5-dev1',
  bug: '',
  title: 'a tasklet that a datagram wakes queues at the end',
  sentence:
    'tasklet_wakeup_after with nothing to put it behind puts a tasklet at the end of its class; before, at its front.',
  requires: ['6982c2539'],
  ops: [
    inlineAs(
      taskletWakeupAfter,
      (x, tl) => {
        const state = x.or(tl, Task.state, TASK.IN_LIST);
        if (state & TASK.IN_LIST) return true;
        const tid = x.ld(tl, Task.tid);
        if (x.bugOn(tid >= 0 && tid !== x.t, BUG.WAKEUP_AFTER_TID)) return false;
        listAppend(x.m, queueOf(x, tl, state), x.part(tl, Task.list));
        x.add(x.th, ThreadCtx.rqTotal, 1);
        return true;
      },
      '6982c2539',
    ),
  ],
};
