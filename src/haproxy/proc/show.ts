/** `show quic` on the command line's behalf: a walk of every thread's connections while all others are parked (semantics 8.1). */
import { poolFree, poolIsFree } from '../../memory/pool.ts';
import { BUG } from '../model/bugs.ts';
import { Global, QuicConn, ThreadCtx } from '../model/layouts.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';

/** Locals: our tasklet, whether closing connections are wanted, and where the walk stands. */
const L = { tl: 0, all: 1, state: 2, epoch: 3, thread: 4, closing: 5, el: 6, count: 7 } as const;

/** Head of the list that the walk is in. */
function headOf(x: Exec): number {
  return x.W.th(x.get(L.thread)) + (x.get(L.closing) ? ThreadCtx.quicConnsClo : ThreadCtx.quicConns);
}

/** Whether a pointer found in a list is a connection in use. */
function isConn(x: Exec, qc: number): boolean {
  const { conn } = x.W.pools;
  const off = qc - conn.base;
  const size = conn.slotWords * conn.perThread * conn.threads;
  return off >= 0 && off < size && off % conn.slotWords === 0 && !poolIsFree(x.m, conn, qc);
}

export const showQuic = procedure(
  'cli_io_handler_dump_quic',
  'Showing connections',
  ['tl', 'all', 'state', 'epoch', 'thread', 'closing', 'el', 'count'],
  [
    step(
      '1',
      'Begin a new epoch: what is created or rebound from here on is not printed',
      '8.1',
      COST.atomic,
      (x) => {
        x.set(L.epoch, x.m.add(x.W.global + Global.qcEpoch, 1));
        return NEXT;
      },
    ),
    step('2', 'thread_isolate(): ask for the process alone', '8.1', COST.atomic, (x) => {
      return x.m.cas(x.W.global + Global.isolated, 0, x.t + 1) ? NEXT : RETRY_STEP;
    }),
    step('3', 'Wait until every other thread is parked in its poller', '8.1', COST.atomic, (x) => {
      for (let t = 0; t < x.W.cfg.threads; t++)
        if (t !== x.t && !x.m.ald(x.W.th(t) + ThreadCtx.harmless)) return RETRY_STEP;
      x.set(L.el, headOf(x));
      return NEXT;
    }),
    step('4', 'Print the next connection of this list', '8.1', COST.local, (x, go) => {
      const { m } = x;
      const head = headOf(x);
      const el = m.ld(x.get(L.el));
      if (el === head) return NEXT;
      const qc = el - QuicConn.elThCtx;
      if (x.bugOn(!isConn(x, qc), BUG.FREED_OBJECT)) return NEXT;
      if (((m.ld(qc + QuicConn.qcEpoch) - x.get(L.epoch)) | 0) > 0) return NEXT;
      x.set(L.el, el);
      x.set(L.count, x.get(L.count) + 1);
      x.sink.note(x, EV.SHOWN, qc, x.get(L.thread));
      return go['4']!;
    }),
    step('5', 'Next list', '8.1', COST.local, (x, go) => {
      if (x.get(L.all) && !x.get(L.closing)) x.set(L.closing, 1);
      else {
        x.set(L.closing, 0);
        x.set(L.thread, x.get(L.thread) + 1);
      }
      if (x.get(L.thread) >= x.W.cfg.threads) return NEXT;
      x.set(L.el, headOf(x));
      return go['4']!;
    }),
    step('6', 'thread_release(): the others may leave their pollers', '8.1', COST.atomic, (x) => {
      x.m.ast(x.W.global + Global.isolated, 0);
      x.resched = true;
      return NEXT;
    }),
    step('7', 'The command is over', '', COST.pool, (x) => {
      x.sink.note(x, EV.SHOW_END, 0, x.get(L.count));
      poolFree(x.m, x.W.pools.hand, x.get(L.tl));
      return RET;
    }),
  ],
);
