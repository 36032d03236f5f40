/** Closing a connection by hand: what HAProxy does when the mux on top of it ends (semantics N6.1). The order is ours. */
import { NULL } from '../../memory/mem.ts';
import { firstCid } from '../lib/conn.ts';
import { muxLetsGo } from '../lib/mux.ts';
import { MUX, QC } from '../model/flags.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { taskletWakeup } from './task.ts';
import { setConnectionClose } from './tx.ts';

const close = procedure({
  key: '<close by hand>',
  verb: 'Closing',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int },
  args: ['tl', 'qc', 'state'],
});

export const closeByHand = close.body([
  close.step(
    'C1',
    'Is it still this thread’s, open, and has it a mux? Else nothing is done',
    { ref: '', cost: COST.local, touches: 'shared', to: { not: 'C5' } },
    (x, l, at) => {
      x.st(l.qc, QuicConn.handTask, NULL);
      const owner = x.rld(firstCid(x, l.qc), QuicCid.tid);
      if (owner !== x.t || x.ld(l.qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING | QC.EXP_TIMER))
        return at.not;
      // Between commit and finalize HAProxy has no mux that could end, and forbids closing.
      return x.ld(l.qc, QuicConn.pendTo) || x.ld(l.qc, QuicConn.muxState) !== MUX.READY ? at.not : at.next;
    },
  ),
  close.step('C2', 'Its mux ends', { ref: 'N6.1', cost: COST.local, touches: 'shared' }, (x, l, at) => {
    muxLetsGo(x, l.qc);
    return at.next;
  }),
  close.step(
    'C3',
    'Ask for a CONNECTION_CLOSE',
    { ref: 'N6.1', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, setConnectionClose, l.qc, 0),
  ),
  close.step(
    'C4',
    'Wake its I/O tasklet, which sends it',
    { ref: 'N6.1', cost: COST.local, touches: 'conn' },
    (x, l, at) => x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)),
  ),
  close.step(
    'C5',
    'The order is over',
    { ref: '', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.free('hand', l.tl);
      return at.done;
    },
  ),
]);
