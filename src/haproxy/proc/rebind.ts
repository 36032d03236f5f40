/**
 * Moving a connection to another thread: qc_set_tid_affinity (25174d51e), on the old thread, up to the store of `tid`
 * (semantics 3). From 95f624540 on that store is in `rebind-commit.ts`.
 */
import { listDelete, listFirst, listNext } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { poolFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { QC, TASK } from '../model/flags.ts';
import { Global, QuicCid, QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import { initTask, listAppendSplit } from './conn.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdMigrateOn } from './fd.ts';
import { setFlags } from './handle.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { taskKill, taskletKill } from './task.ts';
import { idleTimerTask, processTimer } from './timers.ts';
import { TP } from './trace.ts';

/** Locals of qc_set_tid_affinity. Returns 0, or 1 when nothing was changed. */
const L = { qc: 0, tid: 1, t1: 2, t2: 3, t3: 4, old: 5 } as const;

const qcOf = (x: Exec): number => x.get(L.qc);

/** Undoes S1's task allocation. */
function destroyFresh(x: Exec, local: number): number {
  const t = x.get(local);
  if (!t) return NEXT;
  x.m.add(x.th + ThreadCtx.nbTasks, -1);
  poolFree(x.m, x.W.pools.task, t);
  x.set(local, 0);
  return NEXT;
}

/** S1, second allocation; `err` is where a failure leads. */
function allocTimer(x: Exec, err: number): number {
  if (!x.m.ld(qcOf(x) + QuicConn.timerTask)) return NEXT;
  const t = x.alloc(x.W.pools.task);
  if (t === RETRY) return RETRY_STEP;
  if (t === 0) return err;
  initTask(x, t, x.get(L.tid), -1, 0, false);
  x.set(L.t2, t);
  return NEXT;
}

/** S1, third allocation. */
function allocTasklet(x: Exec, err: number): number {
  const t = x.alloc(x.W.pools.tasklet);
  if (t === RETRY) return RETRY_STEP;
  if (t === 0) return err;
  initTask(x, t, -1, -1, 0, true);
  x.set(L.t3, t);
  return NEXT;
}

/** The store that hands the connection over. */
export function storeTid(x: Exec): number {
  const { m } = x;
  const qc = qcOf(x);
  const cid = listFirst(m, qc + QuicConn.cids) - QuicCid.byQc;
  x.sink.note(x, EV.COMMIT, qc, x.get(L.tid), x.t);
  m.ast(cid + QuicCid.tid, x.get(L.tid));
  return NEXT;
}

/** Its one CID: HAProxy asserts that there is one and no other. */
export function oneCid(x: Exec, qc: number): number {
  const head = qc + QuicConn.cids;
  const first = listFirst(x.m, head);
  x.bugOn(!first || listNext(x.m, head, first) !== 0, BUG.REBIND_ONE_CID);
  return NEXT;
}

export const setTidAffinity = procedure(
  'qc_set_tid_affinity',
  'Rebinding',
  ['qc', 'new_tid', 't1', 't2', 't3', 'old'],
  [
    step('S1.1', 'Allocate an idle timer task for the new thread', 'S1', COST.pool, (x, go) => {
      x.sink.trace(x, TP.rebindEnter, qcOf(x));
      x.m.st(qcOf(x) + QuicConn.rebindFrom, x.t);
      x.sink.note(x, EV.REBIND_START, qcOf(x), x.get(L.tid), x.t);
      const t = x.alloc(x.W.pools.task);
      if (t === RETRY) return RETRY_STEP;
      if (t === 0) return go['S-err.1']!;
      initTask(x, t, x.get(L.tid), -1, 0, false);
      x.set(L.t1, t);
      return NEXT;
    }),
    step(
      'S1.2',
      'Allocate a loss timer task, if it has one',
      'S1',
      COST.pool,
      (x, go) => allocTimer(x, go['S-err.1']!),
      { unless: 'X03' },
    ),
    step(
      'S1.3',
      'Allocate an I/O tasklet: from here on nothing can fail',
      'S1',
      COST.pool,
      (x, go) => allocTasklet(x, go['S-err.1']!),
      { unless: 'X03' },
    ),
    step(
      'S14x',
      'Mutation X02: store the new tid before anything else',
      'S14',
      COST.atomic,
      (x) => storeTid(x),
      { with: 'X02', commit: true },
    ),
    step('S2', 'Kill the old idle timer task', 'S2', COST.local, (x) =>
      x.call(taskKill, x.m.ld(qcOf(x) + QuicConn.idleTask)),
    ),
    step(
      'S3',
      'Carry its expiry over (read from the killed task)',
      'S3',
      COST.local,
      (x) => {
        const { m } = x;
        const old = m.ld(qcOf(x) + QuicConn.idleTask);
        m.st(x.get(L.t1) + Task.expire, m.ld(old + Task.expire));
        m.st(x.get(L.t1) + Task.armedAt, m.ld(old + Task.armedAt));
        return NEXT;
      },
      { unless: 'X25' },
    ),
    step('S4', 'Put the new idle timer task in its place, not queued', 'S4', COST.local, (x) => {
      const { m } = x;
      const t1 = x.get(L.t1);
      m.st(t1 + Task.process, idleTimerTask.id);
      m.st(t1 + Task.context, qcOf(x));
      m.st(qcOf(x) + QuicConn.idleTask, t1);
      return NEXT;
    }),
    step('S5.1', 'Kill the old loss timer task', 'S5', COST.local, (x, go) => {
      const old = x.m.ld(qcOf(x) + QuicConn.timerTask);
      return old ? x.call(taskKill, old) : go['S6.0']!;
    }),
    step(
      'S5x',
      'Mutation X03: allocate the new one only now',
      'S1',
      COST.pool,
      (x, go) => allocTimer(x, go['S-err.3']!),
      { with: 'X03' },
    ),
    step('S5.2', 'Put the new one in its place; its expiry is not carried', 'S5', COST.local, (x) => {
      const { m } = x;
      const t2 = x.get(L.t2);
      m.st(t2 + Task.process, processTimer.id);
      m.st(t2 + Task.context, qcOf(x));
      m.st(qcOf(x) + QuicConn.timerTask, t2);
      return NEXT;
    }),
    step(
      'S6.0',
      'Was the I/O tasklet queued? Then remember to wake the new one',
      'N10',
      COST.atomic,
      (x) => {
        const old = x.m.ld(qcOf(x) + QuicConn.tasklet);
        if (x.m.ald(old + Task.state) & TASK.IN_LIST) setFlags(x, qcOf(x), QC.IO_TO_REQUEUE);
        return NEXT;
      },
      { since: '739de3f11' },
    ),
    step(
      'S6',
      'Kill the old I/O tasklet',
      'S6',
      COST.local,
      (x) => {
        x.set(L.old, x.m.ld(qcOf(x) + QuicConn.tasklet));
        return x.call(taskletKill, x.get(L.old));
      },
      { unless: 'X04' },
    ),
    step(
      'S6y',
      'Mutation X04: note the old I/O tasklet, to free it at once',
      'S6',
      COST.local,
      (x) => {
        x.set(L.old, x.m.ld(qcOf(x) + QuicConn.tasklet));
        return NEXT;
      },
      { with: 'X04' },
    ),
    step(
      'S6x',
      'Mutation X03: allocate the new one only now',
      'S1',
      COST.pool,
      (x, go) => allocTasklet(x, go['S-err.3']!),
      { with: 'X03' },
    ),
    step('S7', 'Put the new I/O tasklet in its place, bound to the new thread', 'S7', COST.local, (x) => {
      const { m } = x;
      const t3 = x.get(L.t3);
      m.st(t3 + Task.process, m.ld(x.get(L.old) + Task.process));
      m.st(qcOf(x) + QuicConn.tasklet, t3);
      m.st(t3 + Task.tid, x.get(L.tid));
      m.st(t3 + Task.context, qcOf(x));
      m.st(qcOf(x) + QuicConn.waitEvents, 0);
      return NEXT;
    }),
    step(
      'S7y',
      'Mutation X04: free the old I/O tasklet, whatever list it is in',
      'S6',
      COST.pool,
      (x) => {
        poolFree(x.m, x.W.pools.tasklet, x.get(L.old));
        return NEXT;
      },
      { with: 'X04' },
    ),
    step(
      'S8',
      'Move its socket to the new thread, if it has one of its own',
      'S8',
      COST.local,
      (x) => {
        const fd = x.m.ld(qcOf(x) + QuicConn.fd);
        return fd >= 0 ? x.call(fdMigrateOn, fd, x.get(L.tid)) : NEXT;
      },
      { unless: 'X13', until: '95f624540' },
    ),
    step('S9', 'Leave this thread’s connection list', 'S9', COST.local, (x) => {
      listDelete(x.m, qcOf(x) + QuicConn.elThCtx);
      return NEXT;
    }),
    step(
      'S10',
      'It must not be closing or draining',
      'S10',
      COST.local,
      (x) => {
        x.bugOn((x.m.ld(qcOf(x) + QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) !== 0, BUG.REBIND_CLOSING);
        return NEXT;
      },
      { until: '7b516d373' },
    ),
    step(
      'S11',
      'Append it to the new thread’s list, with no lock (M01)',
      'S11',
      COST.local,
      (x) => {
        return x.call(
          listAppendSplit,
          x.W.th(x.get(L.tid)) + ThreadCtx.quicConns,
          qcOf(x) + QuicConn.elThCtx,
        );
      },
      { until: '7b516d373' },
    ),
    step(
      'S12',
      'Stamp it with the present epoch',
      'S12',
      COST.atomic,
      (x) => {
        x.m.st(qcOf(x) + QuicConn.qcEpoch, x.m.ald(x.W.global + Global.qcEpoch));
        return NEXT;
      },
      { until: '7b516d373' },
    ),
    step('S13', 'It must have one CID and no more', 'S13', COST.local, (x) => oneCid(x, qcOf(x)), {
      until: '95f624540',
      unless: 'X06',
    }),
    step(
      'S13f',
      'Mark it as rebound, not finalized',
      'N10',
      COST.local,
      (x) => {
        setFlags(x, qcOf(x), QC.AFFINITY_CHANGED);
        return NEXT;
      },
      { since: 'd6646dddc' },
    ),
    step(
      'S14',
      'Store the new tid in its CID entry: now the other thread owns it',
      'S14',
      COST.atomic,
      (x) => {
        if (x.P.mutations.has('X13')) x.set(L.old, x.m.ld(qcOf(x) + QuicConn.fd));
        storeTid(x);
        x.set(L.qc, 0);
        return NEXT;
      },
      { commit: true, unless: 'X02', until: '95f624540' },
    ),
    step(
      'S14y',
      'Mutation X13: move its socket only now',
      'S8',
      COST.local,
      (x) => (x.get(L.old) >= 0 ? x.call(fdMigrateOn, x.get(L.old), x.get(L.tid)) : NEXT),
      { with: 'X13', until: '95f624540' },
    ),
    step(
      'S15',
      'Done; the connection must not be touched here any more',
      '3.1',
      COST.local,
      (x) => {
        x.sink.trace(x, TP.rebindLeave, 0);
        x.setRet(0);
        return RET;
      },
      { until: '95f624540' },
    ),
    step(
      'S15n',
      'Prepared; this thread still owns it',
      '4.1/1',
      COST.local,
      (x) => {
        x.sink.trace(x, TP.rebindPrepared, qcOf(x));
        x.setRet(0);
        return RET;
      },
      { since: '95f624540' },
    ),
    step('S-err.1', 'No memory: free the idle timer task', 'S-err', COST.pool, (x) => destroyFresh(x, L.t1)),
    step('S-err.2', 'Free the loss timer task', 'S-err', COST.pool, (x) => destroyFresh(x, L.t2)),
    step('S-err.3', 'Leave with an error; the connection is unchanged', 'S-err', COST.local, (x) => {
      x.sink.trace(x, TP.rebindError, qcOf(x));
      x.sink.note(x, EV.REBIND_ERROR, qcOf(x), x.get(L.tid));
      x.setRet(1);
      return RET;
    }),
  ],
);
