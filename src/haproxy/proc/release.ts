/** The end of a connection (semantics N5, N6). All on the owner. */
import { cidDelete } from '../../memory/cidtree.ts';
import { listAppend, listDelete, listFirst } from '../../memory/list.ts';
import { RETRY } from '../../memory/mem.ts';
import { mtlDelete } from '../../memory/mtlist.ts';
import { poolFree } from '../../memory/pool.ts';
import { wrTry, wrUnlock } from '../../memory/rwlock.ts';
import { BUG } from '../model/bugs.ts';
import { dropReason, MUX, N, ON_ITS_WAY, QC } from '../model/flags.ts';
import {
  Fdtab,
  Global,
  Pktns,
  Qel,
  QuicCid,
  QuicConn,
  RxPacket,
  Task,
  ThreadCtx,
  TxPacket,
} from '../model/layouts.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { elOf, pktnsOf, setFlags } from './handle.ts';
import { kqClose } from './kernel.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { taskDestroy, taskletFree } from './task.ts';
import { TP } from './trace.ts';

/** qc_detach_th_ctx_list: out of this thread's list; a closing connection goes to the thread's closing list. */
export function detach(x: Exec, qc: number, closing: boolean): void {
  const { m } = x;
  listDelete(m, qc + QuicConn.elThCtx);
  if (closing) listAppend(m, x.th + ThreadCtx.quicConnsClo, qc + QuicConn.elThCtx);
}

/** qc_notify_close: tells a started mux once. The mux is not modelled: told, it lets go of the connection. */
export function notifyClose(x: Exec, qc: number): void {
  const { m } = x;
  x.sink.trace(x, TP.notifyEnter, qc);
  if (!(m.ld(qc + QuicConn.flags) & QC.NOTIFY_CLOSE)) {
    setFlags(x, qc, QC.NOTIFY_CLOSE);
    if (m.ld(qc + QuicConn.muxState) === MUX.READY) m.st(qc + QuicConn.muxState, MUX.RELEASED);
  }
  x.sink.trace(x, TP.notifyLeave, qc);
}

/** The half-open count goes down once a connection. */
export function halfOpenDone(x: Exec, qc: number): void {
  if (x.m.ld(qc + QuicConn.flags) & QC.HALF_OPEN_CNT_DECREMENTED) return;
  setFlags(x, qc, QC.HALF_OPEN_CNT_DECREMENTED);
  x.m.add(x.W.global + Global.halfOpen, -1);
}

/** Gives a sent packet's slot back. */
export function freeSent(x: Exec, pkt: number): void {
  listDelete(x.m, pkt + TxPacket.bySpace);
  poolFree(x.m, x.W.pools.txPacket, pkt);
}

/** Takes a received packet out of its lists and drops the connection's reference. */
export function freeRx(x: Exec, qc: number, pkt: number): void {
  const { m } = x;
  listDelete(m, pkt + RxPacket.byQc);
  listDelete(m, pkt + RxPacket.byLevel);
  m.st(qc + QuicConn.rxBufUsed, m.ld(qc + QuicConn.rxBufUsed) - m.ld(pkt + RxPacket.len));
  hold(x, m.ld(pkt + RxPacket.dgram), -1);
  const ref = m.ld(pkt + RxPacket.refcnt) - 1;
  if (ref === 0) poolFree(m, x.W.pools.rxPacket, pkt);
  else m.st(pkt + RxPacket.refcnt, ref);
}

/** A connection keeps a packet of a datagram, or lets go of it: a store whose places come round again looks at this. */
export function hold(x: Exec, dg: number, by: 1 | -1): void {
  if (!x.W.cfg.recycles) return;
  const at = x.W.holds(dg);
  x.m.st(at, x.m.ld(at) + by);
}

/** Locals of quic_conn_release. */
const L = { qc: 0, cid: 1, lock: 2 } as const;

export const release = procedure(
  'quic_conn_release',
  'Releasing',
  ['qc', 'cid', 'lock'],
  [
    step('1', 'No mux may hold it', 'N5/1', COST.local, (x) => {
      const qc = x.get(L.qc);
      x.sink.trace(x, TP.releaseEnter, qc);
      return x.bugOn(x.m.ld(qc + QuicConn.muxState) === MUX.READY, BUG.RELEASE_MUX_READY) ? NEXT : NEXT;
    }),
    step(
      '1b',
      'It must not be marked as being rebound',
      'M03',
      COST.local,
      (x) => {
        x.bugOn((x.m.ld(x.get(L.qc) + QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0, BUG.RELEASE_REBOUND);
        return NEXT;
      },
      { since: 'bfdf14585' },
    ),
    step('2', 'Close its own socket', 'N5/2', COST.syscall, (x) => {
      const { m, W } = x;
      const qc = x.get(L.qc);
      const fd = m.ld(qc + QuicConn.fd);
      if (fd < 0) return NEXT;
      // The kernel forgets what nobody has read.
      if (kqClose(x, fd, dropReason('socket closed')) === RETRY) return RETRY_STEP;
      closeFd(x, fd);
      m.add(W.global + Global.jobs, -1);
      m.st(qc + QuicConn.fd, N.RELEASED_FD);
      return NEXT;
    }),
    step('4', 'Leave the accept list', 'N5/4', COST.atomic, (x) => {
      return mtlDelete(x.m, x.get(L.qc) + QuicConn.acceptList) === RETRY ? RETRY_STEP : NEXT;
    }),
    step('4b', 'Take back an order by hand that still waits', '', COST.atomic, (x) => {
      const { m } = x;
      const hand = m.ld(x.get(L.qc) + QuicConn.handTask);
      if (!hand || hand === m.ld(x.th + ThreadCtx.current)) return NEXT;
      if (m.ld(hand + Task.arg) === ON_ITS_WAY) {
        // It comes to this thread and finds nothing to finish.
        m.st(hand + Task.context, 0);
        m.st(x.get(L.qc) + QuicConn.handTask, 0);
        return NEXT;
      }
      if (mtlDelete(m, hand + Task.list) === RETRY) return RETRY_STEP;
      poolFree(m, x.W.pools.hand, hand);
      m.st(x.get(L.qc) + QuicConn.handTask, 0);
      return NEXT;
    }),
    step('6', 'Free the packets it still holds', 'N5/6', COST.pool, (x) => {
      const qc = x.get(L.qc);
      const n = listFirst(x.m, qc + QuicConn.rxPkts);
      if (!n) return NEXT;
      freeRx(x, qc, n - RxPacket.byQc);
      return RETRY_STEP;
    }),
    step('7', 'Destroy its idle timer task', 'N5/7', COST.pool, (x) => {
      const task = x.m.ld(x.get(L.qc) + QuicConn.idleTask);
      x.m.st(x.get(L.qc) + QuicConn.idleTask, 0);
      if (task) taskDestroy(x, task);
      return NEXT;
    }),
    step('8', 'Destroy its loss timer task', 'N5/8', COST.pool, (x) => {
      const task = x.m.ld(x.get(L.qc) + QuicConn.timerTask);
      x.m.st(x.get(L.qc) + QuicConn.timerTask, 0);
      if (task) taskDestroy(x, task);
      return NEXT;
    }),
    step('9', 'Free its I/O tasklet, from whatever list it is in', 'N5/9', COST.pool, (x) => {
      const tl = x.m.ld(x.get(L.qc) + QuicConn.tasklet);
      if (tl && !taskletFree(x, tl)) return RETRY_STEP;
      x.m.st(x.get(L.qc) + QuicConn.tasklet, 0);
      return NEXT;
    }),
    step('10', 'Next CID: take the write lock of its tree', 'N5/10', COST.atomic, (x, go) => {
      const { m } = x;
      const n = listFirst(m, x.get(L.qc) + QuicConn.cids);
      if (!n) return go['13']!;
      const cid = n - QuicCid.byQc;
      const lock = x.W.treeLock(m.ld(cid + QuicCid.node) >>> 24);
      if (!wrTry(m, lock)) return RETRY_STEP;
      x.set(L.cid, cid);
      x.set(L.lock, lock);
      return NEXT;
    }),
    step('10b', 'Delete it from the tree', 'N5/10', COST.tree, (x) => {
      const cid = x.get(L.cid);
      cidDelete(x.m, x.W.treeRoot(x.m.ld(cid + QuicCid.node) >>> 24), cid + QuicCid.node);
      return NEXT;
    }),
    step('10c', 'Release the lock', 'N5/10', COST.atomic, (x) => {
      wrUnlock(x.m, x.get(L.lock));
      return NEXT;
    }),
    step('10d', 'Free the CID', 'N5/10', COST.pool, (x, go) => {
      listDelete(x.m, x.get(L.cid) + QuicCid.byQc);
      poolFree(x.m, x.W.pools.cid, x.get(L.cid));
      return go['10']!;
    }),
    step('13', 'Free what it has sent', 'N5/13', COST.pool, (x) => {
      const qc = x.get(L.qc);
      for (let s = 0; s < 3; s++) {
        const n = listFirst(x.m, pktnsOf(qc, s) + Pktns.sent);
        if (!n) continue;
        freeSent(x, n - TxPacket.bySpace);
        return RETRY_STEP;
      }
      return NEXT;
    }),
    step('14', 'Leave this thread’s list', 'N5/14', COST.local, (x) => {
      const el = x.get(L.qc) + QuicConn.elThCtx;
      if (x.bugOn(x.m.ld(el) === 0, BUG.SEGV_EL_TH_CTX)) return NEXT;
      listDelete(x.m, el);
      return NEXT;
    }),
    step('15', 'Free the connection', 'N5/15', COST.pool, (x) => {
      const { m } = x;
      const qc = x.get(L.qc);
      x.sink.note(x, EV.RELEASE, qc);
      const conn = m.ld(qc + QuicConn.conn);
      if (conn) poolFree(m, x.W.pools.connection, conn);
      poolFree(m, x.W.pools.conn, qc);
      x.sink.trace(x, TP.releaseFreed, 0);
      x.sink.trace(x, TP.releaseLeave, 0);
      return RET;
    }),
  ],
);

/** Kernel and fd table: the socket is gone; datagrams still in it are lost with it. */
function closeFd(x: Exec, fd: number): void {
  const { m, W } = x;
  const at = W.fd(fd);
  for (let word = 0; word < (W.cfg.threads > 32 ? 2 : 1); word++) {
    m.ast(at + Fdtab.threadMask + word, 0);
    m.ast(at + Fdtab.pollRecv + word, 0);
  }
  m.ast(at + Fdtab.state, 0);
  m.st(at + Fdtab.owner, 0);
  // Last: from here on another thread may take this number.
  m.ast(at + Fdtab.iocb, 0);
}

/** Forgets the packets of a level whose keys are discarded. One packet a call; false when none is left. */
export function dropLevelPacket(x: Exec, qc: number, level: number): boolean {
  const { m } = x;
  const el = elOf(qc, level);
  const n = listFirst(m, el + Qel.rx) || listFirst(m, el + Qel.pqpkts);
  if (!n) return false;
  freeRx(x, qc, n - RxPacket.byLevel);
  return true;
}

export const releaseProcedures = [release] as const;
