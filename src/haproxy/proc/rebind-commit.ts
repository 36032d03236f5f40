import { listFirst } from '../../memory/list.ts';
import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { QuicCid, QuicConn, Task } from '../model/layouts.ts';
import { COST } from './cost.ts';
import { fdMigrateOn } from './fd.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { oneCid, storeTid } from './rebind.ts';
import { TP } from './trace.ts';

/** Locals of qc_bind_tid_commit. */
const K = { qc: 0, tid: 1, fd: 2 } as const;

/** 95f624540: what hands the connection over, in one piece that cannot fail. In it S8, S13 and S14 of before. */
export const commitRebind = procedure(
  'qc_bind_tid_commit',
  'Handing over',
  ['qc', 'new_tid', 'fd'],
  [
    step('K1', 'It must be marked as being rebound', '4.1/2', COST.local, (x) => {
      x.sink.trace(x, TP.commitEnter, x.get(K.qc));
      x.bugOn(!(x.m.ld(x.get(K.qc) + QuicConn.flags) & QC.AFFINITY_CHANGED), BUG.REBIND_FLAG);
      return NEXT;
    }),
    step(
      'S8',
      'Move its socket to the new thread, if it has one of its own',
      'S8',
      COST.local,
      (x) => {
        const fd = x.m.ld(x.get(K.qc) + QuicConn.fd);
        return fd >= 0 ? x.call(fdMigrateOn, fd, x.get(K.tid)) : NEXT;
      },
      { unless: 'X13' },
    ),
    step('S13', 'It must have one CID and no more', 'S13', COST.local, (x) => oneCid(x, x.get(K.qc)), {
      unless: 'X06',
    }),
    step(
      'S14',
      'Store the new tid in its CID entry: now the other thread owns it',
      'S14',
      COST.atomic,
      (x) => {
        if (x.P.mutations.has('X13')) x.set(K.fd, x.m.ld(x.get(K.qc) + QuicConn.fd));
        storeTid(x);
        x.set(K.qc, 0);
        return NEXT;
      },
      { commit: true, unless: 'X02' },
    ),
    step(
      'S14y',
      'Mutation X13: move its socket only now',
      'S8',
      COST.local,
      (x) => (x.get(K.fd) >= 0 ? x.call(fdMigrateOn, x.get(K.fd), x.get(K.tid)) : NEXT),
      { with: 'X13' },
    ),
    step('K2', 'Handed over; the connection must not be touched here any more', '4.1/2', COST.local, (x) => {
      x.sink.trace(x, TP.commitLeave, 0);
      return RET;
    }),
  ],
);

/** 95f624540: the ring is full, so the connection stays: its fresh tasks are bound to this thread again. */
export const resetRebind = procedure(
  'qc_bind_tid_reset',
  'Taking the rebind back',
  ['qc'],
  [
    step('R1', 'It must be marked as being rebound', '4.1/4', COST.local, (x) => {
      x.sink.trace(x, TP.resetEnter, x.get(0));
      x.bugOn(!(x.m.ld(x.get(0) + QuicConn.flags) & QC.AFFINITY_CHANGED), BUG.REBIND_FLAG);
      return NEXT;
    }),
    step(
      'R1x',
      'Mutation X22: take the tid back too',
      '4.1/4',
      COST.atomic,
      (x) => {
        const cid = listFirst(x.m, x.get(0) + QuicConn.cids) - QuicCid.byQc;
        x.m.ast(cid + QuicCid.tid, x.t);
        return NEXT;
      },
      { with: 'X22' },
    ),
    step('R2', 'Bind its fresh timers and tasklet to this thread', '4.1/4', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(0);
      for (const f of [QuicConn.idleTask, QuicConn.timerTask, QuicConn.tasklet] as const) {
        const t = m.ld(qc + f);
        if (t) m.st(t + Task.tid, x.t);
      }
      m.st(qc + QuicConn.pendTo, x.t + 1);
      x.sink.trace(x, TP.resetLeave, qc);
      return RET;
    }),
  ],
);
