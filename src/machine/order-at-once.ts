/** A rebind by hand where threads run at once: the owner itself puts the order on its list, between two of its steps. */
import { TASK, TH } from '../haproxy/model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import type { World } from '../haproxy/model/world.ts';
import { rebindByHand } from '../haproxy/proc/rebind-by-hand.ts';
import { listInit } from '../memory/list.ts';
import { type Mem, RETRY } from '../memory/mem.ts';
import { mtlAppend } from '../memory/mtlist.ts';
import { poolAlloc, poolFree } from '../memory/pool.ts';

const TRIES = 1000;

/** Puts the order to rebind `qc`, which `owner` owns, to thread `tid`. False when there is no room for it now. */
export function putRebind(m: Mem, W: World, qc: number, owner: number, tid: number): boolean {
  const tl = poolAlloc(m, W.pools.hand, owner);
  if (tl <= 0) return false;
  m.st(tl + Task.state, TASK.F_TASKLET | TASK.IN_LIST);
  m.st(tl + Task.tid, owner);
  m.st(tl + Task.process, rebindByHand.id);
  m.st(tl + Task.context, qc);
  m.st(tl + Task.arg, tid);
  listInit(m, tl + Task.wq);
  listInit(m, tl + Task.list);
  m.st(qc + QuicConn.handTask, tl);
  const th = W.th(owner);
  let tries = 0;
  while (mtlAppend(m, th + ThreadCtx.hand, tl + Task.list) === RETRY) {
    if (tries++ < TRIES) continue;
    m.st(qc + QuicConn.handTask, 0);
    poolFree(m, W.pools.hand, tl);
    return false;
  }
  const old = m.or(th + ThreadCtx.flags, TH.NOTIFIED);
  if ((old & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING) m.ast(th + ThreadCtx.pipe, 1);
  return true;
}
