/** Orders by hand: each is a tasklet of ours, put on its thread's own list before everything else there. */

import { MUX, ON_ITS_WAY, QC, TASK, TH } from '../haproxy/model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { closeByHand } from '../haproxy/proc/closing.ts';
import { rebindByHand } from '../haproxy/proc/rebind-by-hand.ts';
import { showQuic } from '../haproxy/proc/show.ts';
import { FRAME_HEAD } from '../haproxy/step/frame.ts';
import type { AnyProcedure } from '../haproxy/step/proc.ts';
import { RETRY } from '../memory/mem.ts';
import { mtlAppend } from '../memory/mtlist.ts';
import { poolAlloc } from '../memory/pool.ts';
import type { Machine } from './machine.ts';
import { NS_PER_MS } from './time.ts';

/** A thread has the rebind of this connection in hand: it would be another's before a further order could run. */
export function beingRebound(x: Machine, qc: number): boolean {
  const { m } = x;
  for (let t = 0; t < x.W.cfg.threads; t++) {
    for (let fp = m.ld(x.W.th(t) + ThreadCtx.fp); fp; fp = m.ld(fp + 1)) {
      const { proc, handedOver } = x.P.steps[m.ld(fp)]!;
      if (handedOver || !(proc.roles.has('rebindByHand') || proc.roles.has('rebind'))) continue;
      if (m.ld(fp + FRAME_HEAD + proc.qc) === qc) return true;
    }
  }
  return false;
}

/** What has been ordered for connection `qc` and not begun; empty when nothing has. */
export function orderWaiting(x: Machine, qc: number): string {
  const hand = x.m.ld(qc + QuicConn.handTask);
  if (!hand) return '';
  if (x.m.ld(hand + Task.arg) === ON_ITS_WAY) return 'it is being rebound';
  const close = x.m.ld(hand + Task.process) === closeByHand.id;
  return close ? 'its close has been ordered already' : 'a rebind has been ordered already';
}

/** Puts a tasklet of ours first on thread `t`: `proc` runs when the present callback ends. 0 when too many wait. */
function orderOn(x: Machine, t: number, proc: AnyProcedure, context: number, arg: number): number {
  const { m, W } = x;
  const tl = poolAlloc(m, W.pools.hand, t);
  if (tl <= 0) return 0;
  m.st(tl + Task.state, TASK.F_TASKLET | TASK.IN_LIST);
  m.st(tl + Task.tid, t);
  m.st(tl + Task.process, proc.id);
  m.st(tl + Task.context, context);
  m.st(tl + Task.arg, arg);
  m.st(tl + Task.wq, tl + Task.wq);
  m.st(tl + Task.wq + 1, tl + Task.wq);
  m.st(tl + Task.list, tl + Task.list);
  m.st(tl + Task.list + 1, tl + Task.list);
  const th = W.th(t);
  if (mtlAppend(m, th + ThreadCtx.hand, tl + Task.list) === RETRY)
    throw new Error('an order meets no other access between steps');
  const old = m.or(th + ThreadCtx.flags, TH.NOTIFIED);
  if ((old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING) {
    const now = x.now();
    m.st(th + ThreadCtx.wakeMs, Math.floor(now / NS_PER_MS));
    m.st(th + ThreadCtx.wakeNs, now % NS_PER_MS);
    m.st(th + ThreadCtx.pipe, 1);
  }
  x.x.resched = true;
  return tl;
}

/** Why no order about connection `qc` can be given now; empty when one can. */
function busy(x: Machine, qc: number): string {
  return orderWaiting(x, qc) || (beingRebound(x, qc) ? 'it is being rebound' : '');
}

/** Why connection `qc` can't be closed by hand now; empty when it can. A close is the end of its mux: it must have one. */
export function closeRefusal(x: Machine, qc: number): string {
  const { m } = x;
  const flags = m.ld(qc + QuicConn.flags);
  if (flags & QC.CLOSING) return 'it is closing';
  if (flags & QC.DRAINING) return 'it is draining';
  if (m.ld(qc + QuicConn.pendTo)) return 'it is being rebound';
  const mux = m.ld(qc + QuicConn.muxState);
  if (mux !== MUX.READY) return mux === MUX.NULL ? 'it has no mux yet' : 'its mux has ended';
  return busy(x, qc) || (x.owner(qc) < 0 ? 'it belongs to no thread now' : '');
}

/** An order about capture connection `conn`, on its owner. `why` may refuse it. Empty, or why it can't be given now. */
function orderAbout(
  x: Machine,
  conn: number,
  proc: AnyProcedure,
  arg: number,
  why: (x: Machine, qc: number) => string,
): string {
  const { m } = x;
  const qc = x.findConn(conn);
  if (!qc) return 'there is no such connection now';
  const refused = why(x, qc);
  if (refused) return refused;
  const owner = x.owner(qc);
  if (owner < 0) return 'it belongs to no thread now';
  const tl = orderOn(x, owner, proc, qc, arg);
  if (!tl) return 'too many orders wait';
  m.st(qc + QuicConn.handTask, tl);
  return '';
}

/** Orders the rebind of capture connection `conn` to thread `tid`. Empty, or why it can't be ordered now. */
export function orderRebind(x: Machine, conn: number, tid: number): string {
  // To another group a session would have to be counted on another listener: HAProxy has no such order.
  const across = (owner: number): boolean => owner >= 0 && x.x.groupOf(owner) !== x.x.groupOf(tid);
  return orderAbout(x, conn, rebindByHand, tid, (_, qc) =>
    across(x.owner(qc)) ? `T${tid} is in another group` : busy(x, qc),
  );
}

/** Orders the close of capture connection `conn`. Empty, or why it can't be ordered now. */
export function orderClose(x: Machine, conn: number): string {
  return orderAbout(x, conn, closeByHand, 0, closeRefusal);
}

/** Orders `show quic` on thread `tid`. Empty, or why it can't be ordered now. */
export function orderShowQuic(x: Machine, tid: number, all: boolean): string {
  return orderOn(x, tid, showQuic, all ? 1 : 0, 0) ? '' : 'too many orders wait';
}
