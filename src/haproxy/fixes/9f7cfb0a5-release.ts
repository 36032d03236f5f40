/** The end of a connection that leaves a closed object behind (semantics N5, 3 B4). */
import { listAppend, listDelete, listFirst } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { halfOpenDone } from '../lib/close.ts';
import { asConn, copyCommon } from '../lib/closed.ts';
import { QC } from '../model/flags.ts';
import { Fdtab, QuicCid, QuicConn, QuicConnClosed, Task } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { closedIdleTimerTask, closedIoCb } from '../proc/closed.ts';
import { release } from '../proc/release.ts';
import { COST } from '../step/cost.ts';
import { before, type Op } from '../step/patch.ts';

const r = release;

export const takesOver: readonly Op[] = [
  before(
    r,
    '2',
    r.step(
      'c0',
      'Has it sent a CONNECTION_CLOSE, and its idle timer not run out?',
      { ref: 'B4/CC2', cost: COST.local, touches: 'conn', to: { whole: '2' } },
      (x, l, at) => {
        const flags = x.ld(l.qc, QuicConn.flags);
        return flags & QC.CLOSING && !(flags & QC.EXP_TIMER) ? at.next : at.whole;
      },
    ),
    r.step(
      'c0h',
      'One half-open connection less, unless it counted no more',
      { ref: 'N5/14', cost: COST.atomic, touches: 'shared' },
      (x, l, at) => {
        halfOpenDone(x, l.qc);
        return at.next;
      },
    ),
    r.step(
      'c1',
      'A closed object for what it leaves: flags, addresses, counts of bytes; without memory it leaves nothing',
      {
        ref: 'B4/CC2 B4/CC4',
        cost: COST.pool,
        touches: 'shared',
        roles: { makesClosed: {} },
        to: { whole: '2' },
      },
      (x, l, at) => {
        const cc = x.alloc('closed');
        if (cc === RETRY) return at.retry;
        if (cc === NULL) return at.whole;
        copyCommon(x, l.qc, cc);
        l.closed = cc;
        return at.next;
      },
    ),
    r.step(
      'c2',
      'Its CIDs, one after the other, lead to the closed object: plain stores, under no lock',
      { ref: 'B4/CC3', cost: COST.local, touches: 'shared' },
      (x, l, at) => {
        const n = listFirst(x.m, x.part(l.qc, QuicConn.cids));
        if (!n) return at.next;
        x.st(x.owner(n, QuicCid.byQc), QuicCid.qc, asConn(l.closed));
        listDelete(x.m, n);
        listAppend(x.m, x.part(l.closed, QuicConnClosed.cids), n);
        return at.retry;
      },
    ),
    r.step(
      'c3',
      'So do its I/O tasklet and its idle task, which stay where they are queued',
      { ref: 'B4/CC4', cost: COST.local, touches: 'conn' },
      (x, l, at) => {
        const tl = x.ld(l.qc, QuicConn.tasklet);
        const idle = x.ld(l.qc, QuicConn.idleTask);
        x.st(l.qc, QuicConn.tasklet, NULL);
        x.st(l.qc, QuicConn.idleTask, NULL);
        x.st(l.closed, QuicConnClosed.tasklet, tl);
        x.st(l.closed, QuicConnClosed.idleTask, idle);
        x.st(tl, Task.process, closedIoCb.id);
        x.st(tl, Task.context, l.closed);
        x.st(idle, Task.process, closedIdleTimerTask.id);
        x.st(idle, Task.context, l.closed);
        l.fd = x.ld(l.qc, QuicConn.fd);
        return at.next;
      },
    ),
    r.step(
      'c4',
      'Its socket’s owner is the closed object',
      { ref: 'B4/CC4 M32', cost: COST.local, touches: 'shared', roles: { fdOwner: { fd: 'fd' } } },
      (x, l, at) => {
        // What lies in front of HAProxy's table is no part of the model.
        if (l.fd >= 0) x.st(x.at(AT.fd, l.fd), Fdtab.owner, l.closed);
        return at.next;
      },
    ),
  ),
  before(
    r,
    '7',
    r.step(
      '7c',
      'Is its idle task the closed object’s now?',
      { ref: 'B4/CC4', cost: COST.local, touches: 'own', to: { taken: '8' } },
      (_x, l, at) => (l.closed ? at.taken : at.next),
    ),
  ),
  before(
    r,
    '9',
    r.step(
      '9c',
      'Are its I/O tasklet and its CIDs?',
      { ref: 'B4/CC4', cost: COST.local, touches: 'own', to: { taken: '13' } },
      (_x, l, at) => (l.closed ? at.taken : at.next),
    ),
  ),
];
