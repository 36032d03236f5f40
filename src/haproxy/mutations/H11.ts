import { QuicConn } from '../model/layouts.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { type Mutation, replace } from '../step/patch.ts';

const s = sessionAcceptFd;

/** Not HAProxy's: what would end H11. */
export const H11: Mutation = {
  id: 'H11',
  title: 'the start of the transport wakes the I/O tasklet whatever is due',
  requires: ['d8f1ff864'],
  forms: [
    {
      ops: [
        replace(
          s,
          '4w',
          s.step(
            '4wh',
            'Against H11: wake the I/O tasklet, whether post-handshake frames are due or not',
            { ref: 'H11', cost: COST.local, touches: 'conn' },
            (x, l, at) => x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
          ),
          'd8f1ff864',
        ),
      ],
    },
  ],
};
