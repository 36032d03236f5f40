/** What a closed object does, and its end (semantics 3, B4). */
import { listDelete, listFirst } from '../../memory/list.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { deleteCid } from '../lib/cid.ts';
import { asConn, nothingLeft } from '../lib/closed.ts';
import { clearFlags } from '../lib/conn.ts';
import { lockOf } from '../lib/dcid.ts';
import { taskDestroy, taskletFree } from '../lib/tasks.ts';
import { QC } from '../model/flags.ts';
import { QuicCid, QuicConnClosed } from '../model/layouts.ts';
import { closedIdleTimerTask, closedIoCb, releaseCcConn } from '../proc/closed.ts';
import { noteSent, SENT } from '../proc/tx.ts';
import { COST } from '../step/cost.ts';
import { newProcedure, type Op } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const c = closedIoCb;
const t = closedIdleTimerTask;
const r = releaseCcConn;

export const closedObject: readonly Op[] = [
  newProcedure(
    c,
    c.step(
      'C1',
      'Asked to repeat its CONNECTION_CLOSE, by a client that is not validated and has been sent all it may be? Then nothing',
      { ref: 'B4/CC8', cost: COST.local, touches: 'conn', to: { nothing: 'C3' } },
      (x, l, at) => {
        const qc = asConn(l.cc);
        x.trace(TP.closedIoEnter, qc);
        const asked = (x.ld(l.cc, QuicConnClosed.flags) & QC.IMMEDIATE_CLOSE) !== 0;
        return asked && nothingLeft(x, qc) ? at.nothing : at.next;
      },
    ),
    c.step(
      'C2',
      'sendto() with the CONNECTION_CLOSE that it kept',
      { ref: 'B4/CC8', cost: COST.syscall, touches: 'conn' },
      (x, l, at) => {
        clearFlags(x, asConn(l.cc), QC.IMMEDIATE_CLOSE);
        noteSent(x, asConn(l.cc), 0, SENT.close);
        return at.next;
      },
    ),
    c.step(
      'C3',
      'Leave',
      { ref: 'B4/CC8', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
      (x, l, at) => {
        x.trace(TP.closedIoLeave, asConn(l.cc));
        return at.done;
      },
    ),
  ),
  newProcedure(
    t,
    t.step(
      'I1',
      'Whatever has woken it: free what is left of the connection',
      { ref: 'B4/CC7', cost: COST.local, touches: 'own' },
      (x, l, at) => x.call(at.next, releaseCcConn, l.cc),
    ),
    t.step(
      'I2',
      'This task is over',
      { ref: 'B4/CC7', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
      (x, _l, at) => {
        x.setRet(0);
        return at.done;
      },
    ),
  ),
  newProcedure(
    r,
    r.step(
      'R1',
      'Destroy its idle task',
      { ref: 'B4/CC7', cost: COST.pool, touches: 'shared' },
      (x, l, at) => {
        taskDestroy(x, x.ld(l.cc, QuicConnClosed.idleTask));
        return at.next;
      },
    ),
    r.step(
      'R2',
      'Free its I/O tasklet, from whatever list it is in',
      { ref: 'B4/CC7', cost: COST.pool, touches: 'shared' },
      (x, l, at) => (taskletFree(x, x.ld(l.cc, QuicConnClosed.tasklet)) ? at.next : at.retry),
    ),
    r.step(
      'R3',
      'Next CID: take the write lock of its tree',
      { ref: 'B4/CC7', cost: COST.atomic, touches: 'shared', to: { none: 'R7' } },
      (x, l, at) => {
        const n = listFirst(x.m, x.part(l.cc, QuicConnClosed.cids));
        if (!n) return at.none;
        const cid = x.owner(n, QuicCid.byQc);
        const lock = lockOf(x, cid);
        if (!wrTry(x.m, lock)) return at.retry;
        l.cid = cid;
        l.lock = lock;
        return at.next;
      },
    ),
    r.step(
      'R4',
      'Delete it from the tree',
      { ref: 'B4/CC7', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
      (x, l, at) => {
        deleteCid(x, l.cid);
        return at.next;
      },
    ),
    r.step('R5', 'Release the lock', { ref: 'B4/CC7', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
      wrUnlock(x.m, l.lock);
      return at.next;
    }),
    r.step(
      'R6',
      'Free the CID',
      { ref: 'B4/CC7', cost: COST.pool, touches: 'shared', to: { more: 'R3' }, down: false },
      (x, l, at) => {
        listDelete(x.m, x.part(l.cid, QuicCid.byQc));
        x.free('cid', l.cid);
        return at.more;
      },
    ),
    r.step(
      'R7',
      'Free the closed object',
      { ref: 'B4/CC7', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
      (x, l, at) => {
        x.free('closed', l.cc);
        return at.done;
      },
    ),
  ),
];
