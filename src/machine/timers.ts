/** Timers that run out by choice: the thread's sleep ends as when their date has come. */
import { QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { listEmpty } from '../memory/list.ts';
import type { Machine } from './machine.ts';
import { NS_PER_MS } from './time.ts';

/** Thread `t` sleeps until its next timer, and wakes at its date. Empty, or why not. */
export function expireThread(x: Machine, t: number): string {
  if (!x.waiting(t) || !x.m.ld(x.W.th(t) + ThreadCtx.waitMs)) return `T${t} waits for no timer`;
  const at = x.ready(t);
  x.expire(t);
  x.awake(t, at);
  return '';
}

/** The owner of capture connection `conn` sleeps until the date of its idle or loss timer. Empty, or why not. */
export function expireTimer(x: Machine, conn: number, timer: 'idle' | 'loss'): string {
  const { m } = x;
  const qc = x.findConn(conn);
  if (!qc) return 'there is no such connection now';
  const task = m.ld(qc + (timer === 'idle' ? QuicConn.idleTask : QuicConn.timerTask));
  const date = task ? m.ld(task + Task.expire) : 0;
  if (!date || listEmpty(m, task + Task.wq)) return `its ${timer} timer is not armed`;
  const t = m.ld(task + Task.tid);
  const why = x.waiting(t) ? '' : `T${t} is not asleep`;
  if (why) return why;
  x.expire(t);
  x.awake(t, date * NS_PER_MS);
  return '';
}
