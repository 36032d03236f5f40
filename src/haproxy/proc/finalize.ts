import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { Global, QuicConn, ThreadCtx } from '../model/layouts.ts';
import { listAppendSplit } from './conn.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import { fdWantRecv } from './fd.ts';
import { clearFlags } from './handle.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { taskletWakeup, taskQueue } from './task.ts';
import { setTimer } from './timers.ts';
import { TP } from './trace.ts';

export const finalizeRebind = procedure(
  'qc_finalize_affinity_rebind',
  'Adopting',
  ['qc'],
  [
    step(
      'F0',
      'It must be marked as rebound; clear the mark',
      'N10',
      COST.local,
      (x) => {
        const qc = x.get(0);
        x.sink.trace(x, TP.finalizeEnter, qc);
        const marked = (x.m.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0;
        if (!x.P.mutations.has('X14') && x.bugOn(!marked, BUG.REBIND_FLAG)) return NEXT;
        clearFlags(x, qc, QC.AFFINITY_CHANGED);
        return NEXT;
      },
      { since: 'd6646dddc' },
    ),
    step(
      'F0c',
      'It must not be closing or draining',
      'N10',
      COST.local,
      (x) => {
        x.bugOn((x.m.ld(x.get(0) + QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) !== 0, BUG.FINALIZE_CLOSING);
        return NEXT;
      },
      { since: '7b516d373' },
    ),
    step(
      'F0d',
      'Append it to this thread’s own list',
      'N10',
      COST.local,
      (x) => x.call(listAppendSplit, x.th + ThreadCtx.quicConns, x.get(0) + QuicConn.elThCtx),
      { since: '7b516d373' },
    ),
    step(
      'F0e',
      'Stamp it with the present epoch',
      'N10',
      COST.atomic,
      (x) => {
        x.m.st(x.get(0) + QuicConn.qcEpoch, x.m.ald(x.W.global + Global.qcEpoch));
        return NEXT;
      },
      { since: '7b516d373' },
    ),
    step('F1', 'Ask to read its socket, if it has one of its own', 'N10/1', COST.local, (x) => {
      if (!x.P.fixes.has('d6646dddc')) x.sink.trace(x, TP.finalizeEnter, x.get(0));
      const fd = x.m.ld(x.get(0) + QuicConn.fd);
      return fd >= 0 ? x.call(fdWantRecv, fd) : NEXT;
    }),
    step('F2', 'Set the loss timer from the connection’s state', 'N10/2', COST.local, (x) =>
      x.call(setTimer, x.get(0)),
    ),
    step('F3', 'Queue the idle timer task with the expiry it brought', 'N10/3', COST.local, (x) => {
      taskQueue(x, x.m.ld(x.get(0) + QuicConn.idleTask));
      return NEXT;
    }),
    step('F4', 'Was I/O pending on the old thread? Wake the tasklet here', 'N10/4', COST.local, (x, go) => {
      const qc = x.get(0);
      if (!(x.m.ld(qc + QuicConn.flags) & QC.IO_TO_REQUEUE)) return go.F6!;
      return x.call(taskletWakeup, x.m.ld(qc + QuicConn.tasklet));
    }),
    step('F5', 'Clear the reminder', 'N10/4', COST.local, (x) => {
      clearFlags(x, x.get(0), QC.IO_TO_REQUEUE);
      return NEXT;
    }),
    step('F6', 'Adopted', 'N10', COST.local, (x) => {
      x.m.st(x.get(0) + QuicConn.pendTo, 0);
      x.sink.note(x, EV.FINALIZE, x.get(0), x.t);
      x.sink.trace(x, TP.finalizeLeave, x.get(0));
      return RET;
    }),
  ],
);
