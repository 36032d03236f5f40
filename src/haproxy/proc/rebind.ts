/**
 * Moving a connection to another thread: qc_set_tid_affinity (25174d51e), on the old thread, up to the store of `tid`
 * (semantics 3).
 */
import { listDelete } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { oneCid, storeTid } from '../lib/rebind.ts';
import { initTask } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { Global, QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { fdMigrateOn } from './fd.ts';
import { listAppendSplit } from './list-append.ts';
import { taskKill, taskletKill } from './task.ts';
import { idleTimerTask, processTimer } from './timers.ts';

const p = procedure({
  key: 'qc_set_tid_affinity',
  verb: 'Rebinding',
  locals: {
    qc: to('quic_conn'),
    new_tid: int,
    t1: to('task'),
    t2: to('task'),
    t3: to('task'),
    old: to('task'),
  },
  args: ['qc', 'new_tid'],
  roles: ['rebind'],
  worksOnConn: true,
});

/** Returns 0, or 1 when nothing was changed. */
export const setTidAffinity = p.body([
  p.step(
    'S1.1',
    'Allocate an idle timer task for the new thread',
    { ref: 'S1', cost: COST.pool, touches: 'shared', to: { none: 'S-err.1' } },
    (x, l, at) => {
      x.trace(TP.rebindEnter, l.qc);
      x.st(l.qc, QuicConn.rebindFrom, x.t);
      x.note(EV.REBIND_START, l.qc, l.new_tid, x.t);
      const t = x.alloc('task');
      if (t === RETRY) return at.retry;
      if (t === NULL) return at.none;
      initTask(x, t, l.new_tid, -1, 0, false);
      l.t1 = t;
      return at.next;
    },
  ),
  p.step(
    'S1.2',
    'Allocate a loss timer task, if it has one',
    { ref: 'S1', cost: COST.pool, touches: 'shared', to: { none: 'S-err.1' } },
    (x, l, at) => {
      if (!x.ld(l.qc, QuicConn.timerTask)) return at.next;
      const t = x.alloc('task');
      if (t === RETRY) return at.retry;
      if (t === NULL) return at.none;
      initTask(x, t, l.new_tid, -1, 0, false);
      l.t2 = t;
      return at.next;
    },
  ),
  p.step(
    'S1.3',
    'Allocate an I/O tasklet: from here on nothing can fail',
    { ref: 'S1', cost: COST.pool, touches: 'shared', to: { none: 'S-err.1' } },
    (x, l, at) => {
      const t = x.alloc('tasklet');
      if (t === RETRY) return at.retry;
      if (t === NULL) return at.none;
      initTask(x, t, -1, -1, 0, true);
      l.t3 = t;
      return at.next;
    },
  ),
  p.step('S2', 'Kill the old idle timer task', { ref: 'S2', cost: COST.local, touches: 'conn' }, (x, l, at) =>
    x.call(at.next, taskKill, x.ld(l.qc, QuicConn.idleTask)),
  ),
  p.step(
    'S3',
    'Carry its expiry over (read from the killed task)',
    { ref: 'S3', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      const old = x.ld(l.qc, QuicConn.idleTask);
      x.st(l.t1, Task.expire, x.ld(old, Task.expire));
      x.st(l.t1, Task.armedAt, x.ld(old, Task.armedAt));
      return at.next;
    },
  ),
  p.step(
    'S4',
    'Put the new idle timer task in its place, not queued',
    { ref: 'S4', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(l.t1, Task.process, idleTimerTask.id);
      x.st(l.t1, Task.context, l.qc);
      x.st(l.qc, QuicConn.idleTask, l.t1);
      return at.next;
    },
  ),
  p.step(
    'S5.1',
    'Kill the old loss timer task',
    { ref: 'S5', cost: COST.local, touches: 'conn', to: { absent: 'S6' } },
    (x, l, at) => {
      const old = x.ld(l.qc, QuicConn.timerTask);
      return old ? x.call(at.next, taskKill, old) : at.absent;
    },
  ),
  p.step(
    'S5.2',
    'Put the new one in its place; its expiry is not carried',
    { ref: 'S5', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(l.t2, Task.process, processTimer.id);
      x.st(l.t2, Task.context, l.qc);
      x.st(l.qc, QuicConn.timerTask, l.t2);
      return at.next;
    },
  ),
  p.step(
    'S6',
    'Kill the old I/O tasklet',
    { ref: 'S6', cost: COST.local, touches: 'conn', roles: { ioKill: { qc: 'qc' } } },
    (x, l, at) => {
      l.old = x.ld(l.qc, QuicConn.tasklet);
      return x.call(at.next, taskletKill, l.old);
    },
  ),
  p.step(
    'S7',
    'Put the new I/O tasklet in its place, bound to the new thread',
    { ref: 'S7', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.st(l.t3, Task.process, x.ld(l.old, Task.process));
      x.st(l.qc, QuicConn.tasklet, l.t3);
      x.st(l.t3, Task.tid, l.new_tid);
      x.st(l.t3, Task.context, l.qc);
      x.st(l.qc, QuicConn.waitEvents, 0);
      return at.next;
    },
  ),
  p.step(
    'S8',
    'Move its socket to the new thread, if it has one of its own',
    { ref: 'S8', cost: COST.local, touches: 'conn', inset: () => fdMigrateOn },
    (x, l, at) => {
      const fd = x.ld(l.qc, QuicConn.fd);
      return fd >= 0 ? x.call(at.next, fdMigrateOn, fd, l.new_tid) : at.next;
    },
  ),
  p.step(
    'S9',
    'Leave this thread’s connection list',
    { ref: 'S9', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      listDelete(x.m, x.part(l.qc, QuicConn.elThCtx));
      return at.next;
    },
  ),
  p.step(
    'S10',
    'It must not be closing or draining',
    { ref: 'S10', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.bugOn((x.ld(l.qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) !== 0, BUG.REBIND_CLOSING);
      return at.next;
    },
  ),
  p.step(
    'S11',
    'Append it to the new thread’s list, with no lock (M01)',
    {
      ref: 'S11',
      cost: COST.local,
      touches: 'own',
      roles: { listJoin: { qc: 'qc' } },
      inset: () => listAppendSplit,
    },
    (x, l, at) =>
      x.call(
        at.next,
        listAppendSplit,
        x.part(x.thread(l.new_tid), ThreadCtx.quicConns),
        x.part(l.qc, QuicConn.elThCtx),
      ),
  ),
  p.step(
    'S12',
    'Stamp it with the present epoch',
    { ref: 'S12', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      x.st(l.qc, QuicConn.qcEpoch, x.rld(x.global, Global.qcEpoch));
      return at.next;
    },
  ),
  p.step(
    'S13',
    'It must have one CID and no more',
    { ref: 'S13', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      oneCid(x, l.qc);
      return at.next;
    },
  ),
  p.step(
    'S14',
    'Store the new tid in its CID entry: now the other thread owns it',
    { ref: 'S14', cost: COST.atomic, touches: 'shared', roles: { commit: { qc: 'qc', tid: 'new_tid' } } },
    (x, l, at) => {
      storeTid(x, l.qc, l.new_tid);
      return at.next;
    },
  ),
  p.step(
    'S15',
    'Done; the connection must not be touched here any more',
    { ref: '3.1', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.trace(TP.rebindLeave, NULL);
      x.setRet(0);
      return at.done;
    },
  ),
  p.step(
    'S-err.1',
    'No memory: free the idle timer task',
    { ref: 'S-err', cost: COST.pool, touches: 'shared', roles: { errorPath: {} } },
    (x, l, at) => {
      if (!l.t1) return at.next;
      x.add(x.th, ThreadCtx.nbTasks, -1);
      x.free('task', l.t1);
      l.t1 = NULL;
      return at.next;
    },
  ),
  p.step(
    'S-err.2',
    'Free the loss timer task',
    { ref: 'S-err', cost: COST.pool, touches: 'shared', roles: { errorPath: {} } },
    (x, l, at) => {
      if (!l.t2) return at.next;
      x.add(x.th, ThreadCtx.nbTasks, -1);
      x.free('task', l.t2);
      l.t2 = NULL;
      return at.next;
    },
  ),
  p.step(
    'S-err.3',
    'Leave with an error; the connection is unchanged',
    {
      ref: 'S-err',
      cost: COST.local,
      touches: 'conn',
      roles: { errorPath: {}, givenUp: { qc: 'qc' } },
      to: { failed: RET },
      down: false,
    },
    (x, l, at) => {
      x.trace(TP.rebindError, l.qc);
      x.note(EV.REBIND_ERROR, l.qc, l.new_tid);
      x.setRet(1);
      return at.failed;
    },
  ),
]);
