/** Closing a connection by hand: what HAProxy does when the mux on top of it ends (semantics N6.1). The order is ours. */
import { listFirst } from '../../memory/list.ts';
import { poolFree } from '../../memory/pool.ts';
import { MUX, QC } from '../model/flags.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { COST } from './cost.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { taskletWakeup } from './task.ts';
import { setConnectionClose } from './tx.ts';

const L = { tl: 0, qc: 1, state: 2 } as const;

export const closeByHand = procedure(
  '<close by hand>',
  'Closing',
  ['tl', 'qc', 'state'],
  [
    step(
      'C1',
      'Is it still this thread’s, open, and has it a mux? Else nothing is done',
      '',
      COST.local,
      (x, go) => {
        const { m } = x;
        const qc = x.get(L.qc);
        m.st(qc + QuicConn.handTask, 0);
        const owner = m.ald(listFirst(m, qc + QuicConn.cids) - QuicCid.byQc + QuicCid.tid);
        if (owner !== x.t || m.ld(qc + QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) return go.C5!;
        // Between commit and finalize HAProxy has no mux that could end, and forbids closing.
        return m.ld(qc + QuicConn.pendTo) || m.ld(qc + QuicConn.muxState) !== MUX.READY ? go.C5! : NEXT;
      },
    ),
    step('C2', 'Its mux ends', 'N6.1', COST.local, (x) => {
      x.m.st(x.get(L.qc) + QuicConn.muxState, MUX.RELEASED);
      return NEXT;
    }),
    step('C3', 'Ask for a CONNECTION_CLOSE', 'N6.1', COST.local, (x) =>
      x.call(setConnectionClose, x.get(L.qc), 0),
    ),
    step('C4', 'Wake its I/O tasklet, which sends it', 'N6.1', COST.local, (x) =>
      x.call(taskletWakeup, x.m.ld(x.get(L.qc) + QuicConn.tasklet)),
    ),
    step('C5', 'The order is over', '', COST.pool, (x) => {
      poolFree(x.m, x.W.pools.hand, x.get(L.tl));
      return RET;
    }),
  ],
);
