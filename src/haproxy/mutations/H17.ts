import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { dgramParse } from '../proc/dgram.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { after, edge, type Mutation } from '../step/patch.ts';

const p = dgramParse;

/** Not HAProxy's: what would end H17. */
export const H17: Mutation = {
  id: 'H17',
  title: 'a closed connection that is to repeat its CONNECTION_CLOSE is woken',
  requires: ['9f7cfb0a5'],
  forms: [
    {
      ops: [
        after(
          p,
          '3e',
          p.step(
            '4cw',
            'Against H17: is the CONNECTION_CLOSE to be repeated? Then wake its I/O tasklet',
            { ref: 'H17', cost: COST.local, touches: 'conn', to: { on: 'next' }, down: false },
            (x, l, at) =>
              x.ld(l.qc, QuicConn.flags) & QC.IMMEDIATE_CLOSE
                ? x.call(at.on, taskletWakeup, x.ld(l.qc, QuicConn.tasklet))
                : at.on,
          ),
        ),
        edge(p, '4c', 'closing', '4cw'),
      ],
    },
  ],
};
