import { listDelete, listFirst } from '../../memory/list.ts';
import { forgetRun, hasRun, noteRun, someRan } from '../lib/ran.ts';
import { CLASSES, classList, threadHasTasks } from '../lib/tasks.ts';
import { Task, ThreadCtx } from '../model/layouts.ts';
import { processRunnable } from '../proc/run-tasks.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const p = processRunnable;

export const F7d40b3134: Fix = {
  id: '7d40b3134',
  date: '2026-03-23',
  version: '3.4-dev8',
  bug: '',
  title: 'nothing runs twice in one round of the loop',
  sentence:
    'What has run in this round of the loop and is first in its class again ends the class for the round, with all that stands behind it; before, a round went on with it as long as the class had a share.',
  requires: ['25174d51e'],
  ops: [
    replace(
      p,
      'pick',
      p.step(
        'pickO',
        'Take the first of the class that is run, or of the next one with something that has not run in this round, and a share',
        {
          ref: '2.1',
          cost: COST.local,
          touches: 'shared',
          roles: { runsOnce: {} },
          to: { over: 'forget', more: 's' },
        },
        (x, l, at) => {
          for (let q = l.q; q < CLASSES; q++) {
            l.q = q;
            const left = q === 0 ? l.m0 : q === 1 ? l.m1 : q === 2 ? l.m2 : l.m3;
            const n = listFirst(x.m, x.part(x.th, classList(q)));
            const takes = n !== 0 && left > 0 && !hasRun(x, x.owner(n, Task.list));
            const rest = takes ? left - 1 : 0;
            if (q === 0) l.m0 = rest;
            else if (q === 1) l.m1 = rest;
            else if (q === 2) l.m2 = rest;
            else l.m3 = rest;
            if (!takes) continue;
            listDelete(x.m, n);
            x.add(x.th, ThreadCtx.rqTotal, -1);
            l.tl = x.owner(n, Task.list);
            x.st(x.th, ThreadCtx.currentQueue, q);
            return at.next;
          }
          return someRan(x) && l.budget > 0 && threadHasTasks(x) ? at.more : at.over;
        },
      ),
    ),
    replace(
      p,
      'call',
      p.step(
        'callO',
        'Call its function; it will not run again in this round',
        { ref: '2.1', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          x.st(x.th, ThreadCtx.current, l.tl);
          // An order of ours is called at once, and comes from no class.
          if (l.state) noteRun(x, l.tl);
          return x.callId(at.next, x.ld(l.tl, Task.process), l.tl, x.ld(l.tl, Task.context), l.state);
        },
      ),
    ),
    after(
      p,
      'next',
      p.step(
        'forget',
        'The round is over: everything may run again',
        { ref: '2.1', cost: COST.local, touches: 'shared', to: { done: RET }, down: false },
        (x, _l, at) => {
          forgetRun(x);
          return at.done;
        },
      ),
    ),
  ],
};
