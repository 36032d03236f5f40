/**
 * Moving a connection to another thread: qc_set_tid_affinity (25174d51e), its completion on the new thread (739de3f11), and
 * our own orders by hand. Runs on the old thread up to the store of `tid`, then on the new one (semantics 3, N10).
 */
import { listDelete, listEmpty, listFirst, listNext } from '../../memory/list.ts';
import type { Mem } from '../../memory/mem.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { QC, TASK, TH } from '../model/flags.ts';
import { Connection, Global, QuicCid, QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import { initTask, listAppendSplit } from './conn.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdMigrateOn, fdWantRecv } from './fd.ts';
import { clearFlags, setFlags } from './handle.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { taskKill, taskletKill, taskletWakeup, taskQueue, writePipe } from './task.ts';
import { idleTimerTask, processTimer, setTimer } from './timers.ts';
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
function storeTid(x: Exec): number {
  const { m } = x;
  const qc = qcOf(x);
  const cid = listFirst(m, qc + QuicConn.cids) - QuicCid.byQc;
  x.sink.note(x, EV.COMMIT, qc, x.get(L.tid), x.t);
  m.ast(cid + QuicCid.tid, x.get(L.tid));
  return NEXT;
}

/** Its one CID: HAProxy asserts that there is one and no other. */
function oneCid(x: Exec, qc: number): number {
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
    step('S15', 'Done; the connection must not be touched here any more', '3.1', COST.local, (x) => {
      x.sink.trace(x, TP.rebindLeave, 0);
      x.setRet(0);
      return RET;
    }),
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

/** Locals of qc_bind_tid_commit. */
const K = { qc: 0, tid: 1, fd: 2 } as const;

/** 95f624540: what hands the connection over, in one piece that cannot fail. In it S8, S13 and S14 of before. */
export const commitRebind = procedure(
  'qc_bind_tid_commit',
  'Handing over',
  ['qc', 'new_tid', 'fd'],
  [
    step('K1', 'It must be marked as being rebound', '4.1/2', COST.local, (x) => {
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
    step('S13', 'It must have one CID and no more', 'S13', COST.local, (x) => oneCid(x, x.get(K.qc))),
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
    step('K2', 'Handed over', '4.1/2', COST.local, () => RET),
  ],
);

/** 95f624540: the ring is full, so the connection stays: its fresh tasks are bound to this thread again. */
export const resetRebind = procedure(
  'qc_bind_tid_reset',
  'Taking the rebind back',
  ['qc'],
  [
    step('R1', 'It must be marked as being rebound', '4.1/4', COST.local, (x) => {
      x.bugOn(!(x.m.ld(x.get(0) + QuicConn.flags) & QC.AFFINITY_CHANGED), BUG.REBIND_FLAG);
      return NEXT;
    }),
    step('R2', 'Bind its fresh timers and tasklet to this thread', '4.1/4', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(0);
      for (const f of [QuicConn.idleTask, QuicConn.timerTask, QuicConn.tasklet] as const) {
        const t = m.ld(qc + f);
        if (t) m.st(t + Task.tid, x.t);
      }
      m.st(qc + QuicConn.pendTo, x.t + 1);
      return RET;
    }),
  ],
);

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
      x.sink.trace(x, TP.finalizeEnter, x.get(0));
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

/** Why a rebind by hand is refused; 0 = it is not. */
export const REFUSAL = [
  '',
  'it has more than one CID',
  'it is closing',
  'it is draining',
  'it waits to be accepted',
  'it is being rebound',
  'it is on that thread',
] as const;

/** Our gate before S1 of a rebind by hand: number of the reason in REFUSAL. */
export function gateReason(m: Mem, qc: number): number {
  const flags = m.ld(qc + QuicConn.flags);
  if (flags & QC.CLOSING) return 2;
  if (flags & QC.DRAINING) return 3;
  if (m.ld(qc + QuicConn.pendTo)) return 5;
  const waiting = flags & QC.ACCEPT_REGISTERED && !acceptedFully(m, qc);
  if (waiting) return 4;
  const head = qc + QuicConn.cids;
  const first = listFirst(m, head);
  return first && listNext(m, head, first) !== 0 ? 1 : 0;
}

/** session_accept_fd is through with it. */
function acceptedFully(m: Mem, qc: number): boolean {
  const conn = m.ld(qc + QuicConn.conn);
  return listEmpty(m, qc + QuicConn.acceptList) && conn !== 0 && (m.ld(conn + Connection.flags) & 2) !== 0;
}

/** Locals: our tasklet, the connection. */
const H = { tl: 0, qc: 1, state: 2, to: 3 } as const;

function freeOrder(x: Exec): number {
  poolFree(x.m, x.W.pools.hand, x.get(H.tl));
  return RET;
}

export const rebindByHand = procedure(
  '<rebind by hand>',
  'Rebinding',
  ['tl', 'qc', 'state', 'to'],
  [
    step('H1', 'May it be rebound now? (our gate, not HAProxy’s)', '', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(H.qc);
      x.set(H.to, m.ld(x.get(H.tl) + Task.arg));
      m.st(qc + QuicConn.handTask, 0);
      // It may have moved since the order was given: then it is no longer this thread's to rebind, gate or not.
      const moved = m.ald(listFirst(m, qc + QuicConn.cids) - QuicCid.byQc + QuicCid.tid) !== x.t;
      const reason = moved ? 5 : m.ld(x.W.global + Global.gate) ? gateReason(m, qc) : 0;
      if (!reason) return NEXT;
      x.sink.note(x, EV.REFUSED, qc, x.get(H.to), reason);
      return go.H5!;
    }),
    step(
      'H2',
      'Note that it is being rebound (a word of ours)',
      '',
      COST.local,
      (x) => {
        x.m.st(x.get(H.qc) + QuicConn.pendTo, x.get(H.to) + 1);
        return NEXT;
      },
      { since: '739de3f11' },
    ),
    step('H3', 'Rebind it', '', COST.local, (x) => {
      x.m.st(x.get(H.qc) + QuicConn.rebindTrigger, 2);
      return x.call(setTidAffinity, x.get(H.qc), x.get(H.to));
    }),
    step('H4', 'Done? Then have the new thread finish it', '', COST.local, (x, go) => {
      if (x.ret === 0) return NEXT;
      x.m.st(x.get(H.qc) + QuicConn.pendTo, 0);
      return go.H5!;
    }),
    step(
      'H4c',
      'Hand it over (our order takes no place in a ring)',
      '',
      COST.local,
      (x) => x.call(commitRebind, x.get(H.qc), x.get(H.to)),
      { since: '95f624540' },
    ),
    step(
      'H6',
      'Push our tasklet to the new thread',
      '',
      COST.atomic,
      (x) => {
        const { m } = x;
        const tl = x.get(H.tl);
        m.st(tl + Task.process, finalizeByHand.id);
        return mtlAppend(m, x.W.th(x.get(H.to)) + ThreadCtx.hand, tl + Task.list) === RETRY
          ? RETRY_STEP
          : NEXT;
      },
      { since: '739de3f11' },
    ),
    step(
      'H7',
      'Tell the thread: set NOTIFIED',
      '0.2',
      COST.atomic,
      (x) => {
        const old = x.m.or(x.W.th(x.get(H.to)) + ThreadCtx.flags, TH.NOTIFIED);
        return (old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING ? NEXT : RET;
      },
      { since: '739de3f11' },
    ),
    step(
      'H8',
      'It sleeps: write a byte in its poller pipe',
      '0.2',
      COST.pipe,
      (x) => {
        writePipe(x, x.get(H.to));
        return RET;
      },
      { since: '739de3f11' },
    ),
    step('H5', 'The order is over', '', COST.pool, (x) => freeOrder(x)),
  ],
);

export const finalizeByHand = procedure(
  '<finalize by hand>',
  'Adopting',
  ['tl', 'qc', 'state'],
  [
    step('H9', 'Finish the rebind on this thread, unless a datagram has done it', '', COST.local, (x, go) => {
      const qc = x.get(H.qc);
      if (x.P.fixes.has('d6646dddc') && !(x.m.ld(qc + QuicConn.flags) & QC.AFFINITY_CHANGED)) return go.H10!;
      return x.call(finalizeRebind, qc);
    }),
    step('H10', 'The order is over', '', COST.pool, (x) => freeOrder(x)),
  ],
);

export const rebindProcedures = [
  setTidAffinity,
  finalizeRebind,
  rebindByHand,
  finalizeByHand,
  commitRebind,
  resetRebind,
] as const;
