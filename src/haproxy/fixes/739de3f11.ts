import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlAppend } from '../../memory/mtlist.ts';
import { clearFlags, setFlags } from '../lib/conn.ts';
import { taskQueue, writePipe } from '../lib/tasks.ts';
import { ON_ITS_WAY, QC, TASK } from '../model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import { fdWantRecv } from '../proc/fd.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { rebindByHand, refusalOf, refuse } from '../proc/rebind-by-hand.ts';
import { notify, taskletWakeup } from '../proc/task.ts';
import { setTimer } from '../proc/timers.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { after, before, type Fix, newProcedure, replace } from '../step/patch.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

/** What the new thread does with a connection that has been moved to it. */
export const finalizeRebind = procedure({
  key: 'qc_finalize_affinity_rebind',
  verb: 'Adopting',
  locals: { qc: to('quic_conn') },
  args: ['qc'],
  roles: ['finalize'],
  worksOnConn: true,
});

/** Ours: the tasklet that finishes a rebind by hand on the new thread. */
export const finalizeByHand = procedure({
  key: '<finalize by hand>',
  verb: 'Adopting',
  locals: { tl: to('task'), qc: to('quic_conn'), state: int },
  args: ['tl', 'qc', 'state'],
  roles: ['finalizeByHand'],
  short: 'hand',
});

const f = finalizeRebind;
const h = rebindByHand;
const a = finalizeByHand;

export const F739de3f11: Fix = {
  id: '739de3f11',
  date: '2023-04-18',
  version: '2.8-dev8',
  bug: 'M04',
  title: 'finalize on the new thread',
  sentence:
    'The new thread starts the timers and the reading of a connection that was moved to it, and runs its I/O if that was pending; before, nothing did.',
  requires: ['5f8704152'],
  ops: [
    before(
      setTidAffinity,
      'S6',
      setTidAffinity.step(
        'S6.0',
        'Was the I/O tasklet queued? Then remember to wake the new one',
        { ref: 'N10', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          const old = x.ld(l.qc, QuicConn.tasklet);
          if (x.rld(old, Task.state) & TASK.IN_LIST) setFlags(x, l.qc, QC.IO_TO_REQUEUE);
          return at.next;
        },
      ),
    ),
    newProcedure(
      f,
      f.step(
        'F1',
        'Ask to read its socket, if it has one of its own',
        { ref: 'N10/1', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.finalizeEnter, l.qc);
          const fd = x.ld(l.qc, QuicConn.fd);
          return fd >= 0 ? x.call(at.next, fdWantRecv, fd) : at.next;
        },
      ),
      f.step(
        'F2',
        'Set the loss timer from the connection’s state',
        { ref: 'N10/2', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, setTimer, l.qc),
      ),
      f.step(
        'F3',
        'Queue the idle timer task with the expiry it brought',
        { ref: 'N10/3', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          taskQueue(x, x.ld(l.qc, QuicConn.idleTask));
          return at.next;
        },
      ),
      f.step(
        'F4',
        'Was I/O pending on the old thread? Wake the tasklet here',
        { ref: 'N10/4', cost: COST.local, touches: 'conn', to: { none: 'F6' } },
        (x, l, at) => {
          if (!(x.ld(l.qc, QuicConn.flags) & QC.IO_TO_REQUEUE)) return at.none;
          return x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet));
        },
      ),
      f.step('F5', 'Clear the reminder', { ref: 'N10/4', cost: COST.local, touches: 'conn' }, (x, l, at) => {
        clearFlags(x, l.qc, QC.IO_TO_REQUEUE);
        return at.next;
      }),
      f.step(
        'F6',
        'Adopted',
        { ref: 'N10', cost: COST.local, touches: 'conn', to: { done: RET }, down: false },
        (x, l, at) => {
          x.st(l.qc, QuicConn.pendTo, 0);
          x.note(EV.FINALIZE, l.qc, x.t);
          x.trace(TP.finalizeLeave, l.qc);
          return at.done;
        },
      ),
    ),
    newProcedure(
      a,
      a.step(
        'H9',
        'Finish the rebind on this thread, unless a datagram has done it',
        { ref: '', cost: COST.local, touches: 'conn', to: { gone: 'H10' } },
        (x, l, at) => {
          if (!l.qc) return at.gone;
          x.st(l.qc, QuicConn.handTask, NULL);
          return x.call(at.next, finalizeRebind, l.qc);
        },
      ),
      a.step(
        'H10',
        'The order is over',
        { ref: '', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
        (x, l, at) => {
          x.free('hand', l.tl);
          return at.done;
        },
      ),
    ),
    replace(
      h,
      'H1',
      h.step(
        'H1n',
        'May it be rebound now? (our gate, not HAProxy’s)',
        { ref: '', cost: COST.local, touches: 'shared', to: { refused: 'H5' } },
        (x, l, at) => {
          l.to = x.ld(l.tl, Task.arg);
          const reason = refusalOf(x, l.qc);
          if (reason) {
            refuse(x, l.qc, l.to, reason);
            return at.refused;
          }
          x.st(l.tl, Task.arg, ON_ITS_WAY);
          return at.next;
        },
      ),
    ),
    after(
      h,
      'H1n',
      h.step(
        'H2',
        'Note that it is being rebound (a word of ours)',
        { ref: '', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.st(l.qc, QuicConn.pendTo, l.to + 1);
          return at.next;
        },
      ),
    ),
    after(
      h,
      'H4s',
      h.step(
        'H6',
        'Push our tasklet to the new thread',
        { ref: '', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          x.st(l.tl, Task.process, finalizeByHand.id);
          const hand = x.part(x.thread(l.to), ThreadCtx.hand);
          return mtlAppend(x.m, hand, x.part(l.tl, Task.list)) === RETRY ? at.retry : at.next;
        },
      ),
      h.step(
        'H7',
        'Tell the thread: set NOTIFIED',
        { ref: '0.2', cost: COST.atomic, touches: 'shared', to: { awake: RET } },
        (x, l, at) => (notify(x, l.to) ? at.next : at.awake),
      ),
      h.step(
        'H8',
        'It sleeps: write a byte in its poller pipe',
        { ref: '0.2', cost: COST.pipe, touches: 'shared', to: { done: RET }, down: false },
        (x, l, at) => {
          writePipe(x, l.to);
          return at.done;
        },
      ),
    ),
  ],
};
