/** A rebind by hand: the order is a tasklet of ours, put on the owner's own list before everything else there. */

import { TASK, TH } from '../haproxy/model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { FRAME_HEAD } from '../haproxy/proc/proc.ts';
import { rebindByHand, setTidAffinity } from '../haproxy/proc/rebind.ts';
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
      const { proc } = x.P.steps[m.ld(fp)]!;
      if (proc !== rebindByHand && proc !== setTidAffinity) continue;
      if (m.ld(fp + FRAME_HEAD + proc.locals.indexOf('qc')) === qc) return true;
    }
  }
  return false;
}

/** Orders the rebind of capture connection `conn` to thread `tid`. Empty, or why it can't be ordered now. */
export function orderRebind(x: Machine, conn: number, tid: number): string {
  const { m, W } = x;
  if (tid < 0 || tid >= W.cfg.threads) return `there is no thread T${tid}`;
  const qc = x.findConn(conn);
  if (!qc) return 'there is no such connection now';
  if (m.ld(qc + QuicConn.handTask)) return 'a rebind has been ordered already';
  if (beingRebound(x, qc)) return 'it is being rebound';
  const owner = x.owner(qc);
  if (owner < 0) return 'it belongs to no thread now';
  const tl = poolAlloc(m, W.pools.hand, owner);
  if (tl <= 0) return 'too many orders wait';
  m.st(tl + Task.state, TASK.F_TASKLET | TASK.IN_LIST);
  m.st(tl + Task.tid, owner);
  m.st(tl + Task.process, rebindByHand.id);
  m.st(tl + Task.context, qc);
  m.st(tl + Task.arg, tid);
  m.st(tl + Task.wq, tl + Task.wq);
  m.st(tl + Task.wq + 1, tl + Task.wq);
  m.st(tl + Task.list, tl + Task.list);
  m.st(tl + Task.list + 1, tl + Task.list);
  m.st(qc + QuicConn.handTask, tl);
  const th = W.th(owner);
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
  return '';
}
