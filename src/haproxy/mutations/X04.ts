import { QuicConn } from '../model/layouts.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { COST } from '../step/cost.ts';
import { after, type Mutation, replace } from '../step/patch.ts';

const p = setTidAffinity;

export const X04: Mutation = {
  id: 'X04',
  title: 'the queued I/O tasklet is freed, not killed',
  requires: ['25174d51e'],
  forms: [
    {
      ops: [
        replace(
          p,
          'S6',
          p.step(
            'S6y',
            'Mutation X04: note the old I/O tasklet, to free it at once',
            { ref: 'S6', cost: COST.local, touches: 'conn' },
            (x, l, at) => {
              l.old = x.ld(l.qc, QuicConn.tasklet);
              return at.next;
            },
          ),
        ),
        after(
          p,
          'S7',
          p.step(
            'S7y',
            'Mutation X04: free the old I/O tasklet, whatever list it is in',
            { ref: 'S6', cost: COST.pool, touches: 'shared' },
            (x, l, at) => {
              x.free('tasklet', l.old);
              return at.next;
            },
          ),
        ),
      ],
    },
  ],
};
