import { NULL } from '../../memory/mem.ts';
import { takeListener } from '../lib/groups.ts';
import { oneCid, storeTid } from '../lib/rebind.ts';
import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { Connection, QuicConn, Task } from '../model/layouts.ts';
import { fdMigrateOn } from '../proc/fd.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { rebindByHand } from '../proc/rebind-by-hand.ts';
import { commitRebind, resetRebind } from '../proc/rebind-commit.ts';
import { COST } from '../step/cost.ts';
import { aside, before, edge, type Fix, name, newProcedure, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = setTidAffinity;
const c = commitRebind;
const r = resetRebind;
const l = listenerAccept;
const h = rebindByHand;

export const F95f624540: Fix = {
  id: '95f624540',
  date: '2024-07-04',
  version: '3.1-dev3',
  bug: 'M08',
  title: 'the thread is committed once a place in the ring is taken',
  sentence:
    'A connection is handed over only once there is a place for it in the new thread’s accept ring; when the ring is full the rebind is taken back. Before, it was accepted locally although it belonged to another thread.',
  requires: ['7b516d373'],
  ops: [
    name(p, 'set_affinity1'),
    ...remove(p, 'S8', 'S13', 'S14'),
    replace(
      p,
      'S15',
      p.step(
        'S15n',
        'Prepared; this thread still owns it',
        { ref: '4.1/1', cost: COST.local, touches: 'conn', to: { done: RET }, down: false },
        (x, l, at) => {
          x.trace(TP.rebindPrepared, l.qc);
          x.setRet(0);
          return at.done;
        },
      ),
    ),
    newProcedure(
      c,
      c.step(
        'K1',
        'It must be marked as being rebound',
        { ref: '4.1/2', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.commitEnter, l.qc);
          x.bugOn(!(x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED), BUG.REBIND_FLAG);
          return at.next;
        },
      ),
      c.step(
        'S8',
        'Move its socket to the new thread, if it has one of its own',
        { ref: 'S8', cost: COST.local, touches: 'conn', inset: () => fdMigrateOn },
        (x, l, at) => {
          const fd = x.ld(l.qc, QuicConn.fd);
          return fd >= 0 ? x.call(at.next, fdMigrateOn, fd, l.new_tid) : at.next;
        },
      ),
      c.step(
        'S13',
        'It must have one CID and no more',
        { ref: 'S13', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          oneCid(x, l.qc);
          return at.next;
        },
      ),
      c.step(
        'S14',
        'Store the new tid in its CID entry: now the other thread owns it',
        {
          ref: 'S14',
          cost: COST.atomic,
          touches: 'shared',
          roles: { commit: { qc: 'qc', tid: 'new_tid' } },
        },
        (x, l, at) => {
          storeTid(x, l.qc, l.new_tid);
          return at.next;
        },
      ),
      c.step(
        'K2',
        'Handed over; the connection must not be touched here any more',
        { ref: '4.1/2', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
        (x, _l, at) => {
          x.trace(TP.commitLeave, NULL);
          return at.done;
        },
      ),
    ),
    newProcedure(
      r,
      r.step(
        'R1',
        'It must be marked as being rebound',
        { ref: '4.1/4', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.resetEnter, l.qc);
          x.bugOn(!(x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED), BUG.REBIND_FLAG);
          return at.next;
        },
      ),
      r.step(
        'R2',
        'Bind its fresh timers and tasklet to this thread',
        { ref: '4.1/4', cost: COST.local, touches: 'conn', to: { done: RET }, down: false },
        (x, l, at) => {
          const idle = x.ld(l.qc, QuicConn.idleTask);
          if (idle) x.st(idle, Task.tid, x.t);
          const timer = x.ld(l.qc, QuicConn.timerTask);
          if (timer) x.st(timer, Task.tid, x.t);
          const tasklet = x.ld(l.qc, QuicConn.tasklet);
          if (tasklet) x.st(tasklet, Task.tid, x.t);
          x.st(l.qc, QuicConn.pendTo, x.t + 1);
          x.trace(TP.resetLeave, l.qc);
          return at.done;
        },
      ),
    ),
    before(
      l,
      '7b',
      l.step(
        '7a',
        'Hand the connection over, before the place is filled',
        { ref: '4.1/2', cost: COST.local, touches: 'own', roles: { preparing: { qc: 'qc' } } },
        (x, l, at) => x.call(at.next, commitRebind, l.qc, l.tid),
      ),
    ),
    aside(
      l,
      'local',
      l.step(
        'full',
        'The ring is full: take the rebind back',
        {
          ref: '4.1/4',
          cost: COST.local,
          touches: 'own',
          roles: { preparing: { qc: 'qc' }, ringFull: { qc: 'qc' } },
        },
        (x, l, at) => x.call(at.next, resetRebind, l.qc),
      ),
    ),
    edge(l, '7f', 'full', 'full', '1acbbca17'),
    before(
      h,
      'H6',
      h.step(
        'H4c',
        'Hand it over (our order takes no place in a ring)',
        { ref: '', cost: COST.local, touches: 'own', roles: { preparing: { qc: 'qc' } } },
        (x, l, at) => x.call(at.next, commitRebind, l.qc, l.to),
      ),
    ),
  ],
  across: [
    ...remove(p, 'S13l'),
    before(
      c,
      'S8',
      c.step(
        'K1l',
        'Of another group’s thread: that group’s listener is its own from here on',
        { ref: '4.1/2', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          takeListener(x, l.qc, l.new_tid);
          return at.next;
        },
      ),
    ),
    replace(
      l,
      'full',
      l.step(
        'fulll',
        'The ring is full: take the rebind back; its target is this listener again',
        {
          ref: '4.1/4',
          cost: COST.local,
          touches: 'own',
          roles: { preparing: { qc: 'qc' }, ringFull: { qc: 'qc' } },
        },
        (x, l, at) => {
          x.st(l.conn, Connection.target, x.listener);
          return x.call(at.next, resetRebind, l.qc);
        },
      ),
      '95f624540',
    ),
  ],
};
