import { finalizeRebind } from '../fixes/739de3f11.ts';
import { taskWakeup } from '../lib/tasks.ts';
import { QC, TASK } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { before, type Mutation } from '../step/patch.ts';

const f = finalizeRebind;

/** Not HAProxy's: what would end H01. */
export const H01: Mutation = {
  id: 'H01',
  title: 'a connection that is to be killed when it moves is killed on its new thread',
  requires: ['7ecf4b34b'],
  forms: [
    {
      ops: [
        before(
          f,
          'F6',
          f.step(
            'F5k',
            'Against H01: to be killed? Wake the idle task that it brought',
            { ref: 'H01', cost: COST.local, touches: 'conn' },
            (x, l, at) => {
              if (x.ld(l.qc, QuicConn.flags) & QC.TO_KILL)
                taskWakeup(x, x.ld(l.qc, QuicConn.idleTask), TASK.WOKEN_OTHER);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
