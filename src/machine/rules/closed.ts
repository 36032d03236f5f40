/** Rules about what stands for a closed connection (F-R9), and about numbers of sockets (F-R13). */

import { QC, TASK } from '../../haproxy/model/flags.ts';
import { QuicCid, QuicConn, QuicConnClosed, Task } from '../../haproxy/model/layouts.ts';
import { closedIdleTimerTask, closedIoCb } from '../../haproxy/proc/closed.ts';
import { listEmpty } from '../../memory/list.ts';
import { type Pool, poolIsFree, poolNext } from '../../memory/pool.ts';
import type { Machine } from '../machine.ts';
import { type Rule, rule, ruleThere } from './rule.ts';
import { nameOf, standing } from './view.ts';

/** Every closed object. */
function* closedOf(x: Machine): Generator<number> {
  const { closed } = x.W.pools;
  for (let p = poolNext(x.m, closed, 0); p; p = poolNext(x.m, closed, p)) yield p;
}

/** Whether an object of the pool that is in use begins there. */
function lives(x: Machine, pool: Pool, p: number): boolean {
  const i = (p - pool.base) / pool.slotWords;
  return i >= 0 && i < pool.threads * pool.perThread && Number.isInteger(i) && !poolIsFree(x.m, pool, p);
}

/** What is wrong with the tasks of a closed object; empty when nothing is. */
function tasksOf({ m }: Machine, cc: number): string {
  const tl = m.ld(cc + QuicConnClosed.tasklet);
  const idle = m.ld(cc + QuicConnClosed.idleTask);
  if (!tl || !idle) return 'has no tasks';
  if (m.ld(tl + Task.context) !== cc || m.ld(tl + Task.process) !== closedIoCb.id)
    return 'has an I/O tasklet that is not its own';
  if (m.ld(idle + Task.context) !== cc || m.ld(idle + Task.process) !== closedIdleTimerTask.id)
    return 'has an idle task that is not its own';
  // Taken out of its list and not called yet, it is RUNNING: a thread of Live may stand there.
  const queued =
    !listEmpty(m, idle + Task.wq) || (m.ald(idle + Task.state) & (TASK.QUEUED | TASK.RUNNING)) !== 0;
  return queued ? '' : 'has an idle task that is queued nowhere: nobody will free it';
}

export const closedRules: readonly Rule[] = [
  rule('F-R9', 'callback', (x) => {
    const { m, W } = x;
    for (let k = poolNext(m, W.pools.cid, 0); k; k = poolNext(m, W.pools.cid, k)) {
      const qc = m.ld(k + QuicCid.qc);
      if (qc && !lives(x, W.pools.conn, qc) && !lives(x, W.pools.closed, qc))
        return 'a CID leads to a connection that was freed';
    }
    for (const cc of closedOf(x)) {
      const what = tasksOf(x, cc);
      if (what) return `what is left of ${nameOf(x, cc)} ${what}`;
    }
    return null;
  }),
  rule('F-R9c', 'callback', (x) => {
    for (const cc of closedOf(x)) {
      const asked = x.m.ld(cc + QuicConn.flags) & QC.IMMEDIATE_CLOSE;
      const tl = x.m.ld(cc + QuicConnClosed.tasklet);
      if (asked && tl && !(x.m.ald(tl + Task.state) & TASK.IN_LIST))
        return `what is left of ${nameOf(x, cc)} is to repeat its CONNECTION_CLOSE, and nobody has woken it`;
    }
    return null;
  }),
  ruleThere(
    'F-R13',
    ['fdOwner', 'answersBy'],
    (x) =>
      standing(x, 'fdOwner', (t, of) =>
        of('fd') < 0 ? `T${t} is about to write fdtab[${of('fd')}].owner, in front of the table` : null,
      ) ??
      standing(x, 'answersBy', (t, of) =>
        of('li') === x.x.listenerOf(t) ? null : `T${t} answers by the other group’s fd`,
      ),
  ),
];
