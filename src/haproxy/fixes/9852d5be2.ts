import { localQueue } from '../lib/tasks.ts';
import { TASK } from '../model/flags.ts';
import { ThreadCtx } from '../model/layouts.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

export const F9852d5be2: Fix = {
  id: '9852d5be2',
  date: '2026-03-23',
  version: '3.4-dev8',
  bug: '',
  title: 'no tasklet is woken into the class that is running',
  sentence:
    'A tasklet bound to no thread that a callback wakes goes to class NORMAL, and to URGENT only from the poller; before, it went to the class being run, and one that a datagram woke ran right behind the handler.',
  requires: ['25174d51e'],
  ops: [
    inlineAs(localQueue, (x, state) => {
      if (state & TASK.HEAVY) return x.part(x.th, ThreadCtx.heavy);
      if (state & TASK.SELF_WAKING) return x.part(x.th, ThreadCtx.bulk);
      return x.part(x.th, x.ld(x.th, ThreadCtx.currentQueue) < 0 ? ThreadCtx.urgent : ThreadCtx.normal);
    }),
  ],
};
