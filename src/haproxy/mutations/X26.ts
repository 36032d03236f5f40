import { QuicCid, QuicConn } from '../model/layouts.ts';
import { getCidTid } from '../proc/cid-owner.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation } from '../step/patch.ts';

const p = getCidTid;

/** A tasklet bound to no thread goes to the list of whoever wakes it. */
export const X26: Mutation = {
  id: 'X26',
  title: 'whoever looks a datagram’s owner up wakes the connection’s I/O itself',
  requires: ['72267ff35'],
  forms: [
    {
      ops: [
        after(
          p,
          '2b',
          p.step(
            '2w',
            'Wake the I/O tasklet of the connection that it leads to, from here',
            { ref: '1.3/3 M31', cost: COST.local, touches: 'conn' },
            (x, l, at) => {
              const qc = l.node ? x.ld(l.node, QuicCid.qc) : 0;
              const io = qc ? x.ld(qc, QuicConn.tasklet) : 0;
              return io ? x.call(at.next, taskletWakeup, io) : at.next;
            },
          ),
        ),
      ],
    },
  ],
};
