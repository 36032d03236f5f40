/** The end of a connection (semantics N5). All on the owner. */
import { linkNext, listDelete, listFirst } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlDelete } from '../../memory/mtlist.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { deleteCid } from '../lib/cid.ts';
import { closeFd } from '../lib/close.ts';
import { lockOf } from '../lib/dcid.ts';
import { kqClose } from '../lib/kernel.ts';
import { dropRx } from '../lib/rx.ts';
import { firstSent, freeSent } from '../lib/sent.ts';
import { taskDestroy, taskletFree } from '../lib/tasks.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON, MUX, N, ON_ITS_WAY } from '../model/flags.ts';
import { Connection, Global, QuicCid, QuicConn, RxPacket, Task, ThreadCtx } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = procedure({
  key: 'quic_conn_release',
  verb: 'Releasing',
  locals: {
    qc: to('quic_conn'),
    cid: to('quic_connection_id'),
    lock: to('word'),
    closed: to('quic_conn_closed'),
    fd: int,
  },
  args: ['qc'],
  roles: ['release'],
  worksOnConn: true,
});

export const release = p.body([
  p.step('1', 'No mux may hold it', { ref: 'N5/1', cost: COST.local, touches: 'conn' }, (x, l, at) => {
    x.trace(TP.releaseEnter, l.qc);
    x.bugOn(x.ld(l.qc, QuicConn.muxState) === MUX.READY, BUG.RELEASE_MUX_READY);
    return at.next;
  }),
  p.step(
    '2',
    'Has it a socket of its own? The process has one job less',
    { ref: 'N5/2', cost: COST.atomic, touches: 'shared', to: { none: '4' } },
    (x, l, at) => {
      if (x.ld(l.qc, QuicConn.fd) < 0) return at.none;
      x.add(x.global, Global.jobs, -1);
      return at.next;
    },
  ),
  p.step('3', 'Close its own socket', { ref: 'N5/3', cost: COST.syscall, touches: 'shared' }, (x, l, at) => {
    const fd = x.ld(l.qc, QuicConn.fd);
    // The kernel forgets what nobody has read.
    if (kqClose(x, fd, DROP_REASON.socketClosed) === RETRY) return at.retry;
    closeFd(x, fd);
    x.st(l.qc, QuicConn.fd, N.RELEASED_FD);
    return at.next;
  }),
  p.step('4', 'Leave the accept list', { ref: 'N5/4', cost: COST.atomic, touches: 'shared' }, (x, l, at) =>
    mtlDelete(x.m, x.part(l.qc, QuicConn.acceptList)) === RETRY ? at.retry : at.next,
  ),
  p.step(
    '4b',
    'Take back an order by hand that still waits',
    { ref: '', cost: COST.atomic, touches: 'shared' },
    (x, l, at) => {
      const hand = x.ld(l.qc, QuicConn.handTask);
      if (!hand || hand === x.ld(x.th, ThreadCtx.current)) return at.next;
      if (x.ld(hand, Task.arg) === ON_ITS_WAY) {
        // It comes to this thread and finds nothing to finish.
        x.st(hand, Task.context, 0);
        x.st(l.qc, QuicConn.handTask, NULL);
        return at.next;
      }
      if (mtlDelete(x.m, x.part(hand, Task.list)) === RETRY) return at.retry;
      x.free('hand', hand);
      x.st(l.qc, QuicConn.handTask, NULL);
      return at.next;
    },
  ),
  p.step(
    '6',
    'Free the packets it still holds',
    { ref: 'N5/6', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      const n = listFirst(x.m, x.part(l.qc, QuicConn.rxPkts));
      if (!n) return at.next;
      dropRx(x, l.qc, x.owner(n, RxPacket.byQc));
      return at.retry;
    },
  ),
  p.step(
    '7',
    'Destroy its idle timer task',
    { ref: 'N5/7', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      const task = x.ld(l.qc, QuicConn.idleTask);
      x.st(l.qc, QuicConn.idleTask, NULL);
      if (task) taskDestroy(x, task);
      return at.next;
    },
  ),
  p.step(
    '8',
    'Destroy its loss timer task',
    { ref: 'N5/8', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      const task = x.ld(l.qc, QuicConn.timerTask);
      x.st(l.qc, QuicConn.timerTask, NULL);
      if (task) taskDestroy(x, task);
      return at.next;
    },
  ),
  p.step(
    '9',
    'Free its I/O tasklet, from whatever list it is in',
    { ref: 'N5/9', cost: COST.pool, touches: 'shared' },
    (x, l, at) => {
      const tl = x.ld(l.qc, QuicConn.tasklet);
      if (tl && !taskletFree(x, tl)) return at.retry;
      x.st(l.qc, QuicConn.tasklet, NULL);
      return at.next;
    },
  ),
  p.step(
    '10',
    'Next CID: take the write lock of its tree',
    { ref: 'N5/10', cost: COST.atomic, touches: 'shared', to: { none: '13' } },
    (x, l, at) => {
      const n = listFirst(x.m, x.part(l.qc, QuicConn.cids));
      if (!n) return at.none;
      const cid = x.owner(n, QuicCid.byQc);
      const lock = lockOf(x, cid);
      if (!wrTry(x.m, lock)) return at.retry;
      l.cid = cid;
      l.lock = lock;
      return at.next;
    },
  ),
  p.step(
    '10b',
    'Delete it from the tree',
    { ref: 'N5/10', cost: COST.tree, touches: 'shared', roles: { treeWrite: { cid: 'cid' } } },
    (x, l, at) => {
      deleteCid(x, l.cid);
      return at.next;
    },
  ),
  p.step('10c', 'Release the lock', { ref: 'N5/10', cost: COST.atomic, touches: 'shared' }, (x, l, at) => {
    wrUnlock(x.m, l.lock);
    return at.next;
  }),
  p.step(
    '10d',
    'Free the CID',
    { ref: 'N5/10', cost: COST.pool, touches: 'shared', to: { more: '10' }, down: false },
    (x, l, at) => {
      listDelete(x.m, x.part(l.cid, QuicCid.byQc));
      x.free('cid', l.cid);
      return at.more;
    },
  ),
  p.step('13', 'Free what it has sent', { ref: 'N5/13', cost: COST.pool, touches: 'shared' }, (x, l, at) => {
    for (let s = 0; s < 3; s++) {
      const pkt = firstSent(x, l.qc, s);
      if (!pkt) continue;
      freeSent(x, pkt);
      return at.retry;
    }
    return at.next;
  }),
  p.step(
    '14',
    'Leave this thread’s list',
    { ref: 'N5/14', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const el = x.part(l.qc, QuicConn.elThCtx);
      if (x.bugOn(linkNext(x.m, el) === NULL, BUG.SEGV_EL_TH_CTX)) return at.next;
      listDelete(x.m, el);
      return at.next;
    },
  ),
  p.step(
    '15',
    'Free the connection',
    { ref: 'N5/15', cost: COST.pool, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.note(EV.RELEASE, l.qc, l.closed ? 1 : 0);
      const conn = x.ld(l.qc, QuicConn.conn);
      const src = conn ? x.ld(conn, Connection.src) : NULL;
      if (src) x.free('sockaddr', src);
      if (conn) x.free('connection', conn);
      x.free('conn', l.qc);
      x.trace(TP.releaseFreed, NULL);
      x.trace(TP.releaseLeave, NULL);
      return at.done;
    },
  ),
]);
