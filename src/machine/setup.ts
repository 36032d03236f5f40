/** The world before its first datagram: threads asleep in their pollers, the listener polled by all of them. */

import { FD, LEDGER, TASK } from '../haproxy/model/flags.ts';
import {
  AcceptQueue,
  AcceptRing,
  Dghdlr,
  Fdtab,
  Global,
  LiPerThread,
  Listener,
  ReceiverBuf,
  Task,
  ThreadCtx,
} from '../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../haproxy/model/mask.ts';
import { LISTENER_FD, type World } from '../haproxy/model/world.ts';
import { acceptQueueProcess, acceptRun } from '../haproxy/proc/accept.ts';
import { lstnrDghdlr, lstnrSockFdIocb } from '../haproxy/proc/dispatch.ts';
import { globalQueue } from '../haproxy/proc/listener-limit.ts';
import { runPollLoop } from '../haproxy/proc/runloop.ts';
import type { Program } from '../haproxy/step/compile.ts';
import { type EventSink, silent } from '../haproxy/step/events.ts';
import { listInit } from '../memory/list.ts';
import type { Mem } from '../memory/mem.ts';
import { mtlAppend, mtlInit } from '../memory/mtlist.ts';
import { poolAlloc } from '../memory/pool.ts';
import { Machine } from './machine.ts';

/** The task that lets listeners go on which wait for a global resource: bound to no thread. */
function queueTask(m: Mem, W: World): number {
  const t = poolAlloc(m, W.pools.task, 0);
  m.st(t + Task.tid, -1);
  m.st(t + Task.process, globalQueue.id);
  listInit(m, t + Task.list);
  listInit(m, t + Task.wq);
  return t;
}

function tasklet(m: Mem, W: World, t: number, proc: { id: number }, context: number): number {
  const tl = poolAlloc(m, W.pools.tasklet, t);
  m.st(tl + Task.state, TASK.F_TASKLET);
  m.st(tl + Task.tid, t);
  m.st(tl + Task.process, proc.id);
  m.st(tl + Task.context, context);
  listInit(m, tl + Task.list);
  listInit(m, tl + Task.wq);
  return tl;
}

function setUpThread(m: Mem, W: World, P: Program, t: number): void {
  const th = W.th(t);
  const lists = [
    ThreadCtx.urgent,
    ThreadCtx.normal,
    ThreadCtx.bulk,
    ThreadCtx.heavy,
    ThreadCtx.rqueue,
    ThreadCtx.quicConns,
    ThreadCtx.quicConnsClo,
    ThreadCtx.timers,
  ];
  for (const l of lists) listInit(m, th + l);
  mtlInit(m, th + ThreadCtx.sharedTasklets);
  mtlInit(m, th + ThreadCtx.hand);
  m.st(th + ThreadCtx.currentQueue, -1);
  m.st(th + ThreadCtx.fp, W.stack(t));
  m.st(W.stack(t), P.entry[runPollLoop.id]!);
  const d = W.dghdlr(t);
  mtlInit(m, d + Dghdlr.dgrams);
  m.st(d + Dghdlr.task, tasklet(m, W, t, lstnrDghdlr, d));
  const q = W.acceptQueue(t);
  mtlInit(m, q + AcceptQueue.listeners);
  m.st(q + AcceptQueue.tasklet, tasklet(m, W, t, acceptRun, q));
  const ring = W.acceptRing(t);
  m.st(ring + AcceptRing.tasklet, tasklet(m, W, t, acceptQueueProcess, ring));
  mtlInit(m, W.perThread(t) + LiPerThread.list);
  mtlInit(m, W.perThread(t) + LiPerThread.conns);
  const rx = poolAlloc(m, W.pools.rxbuf, t);
  listInit(m, rx + ReceiverBuf.dgrams);
  mtlInit(m, rx + ReceiverBuf.el);
  const g = t < W.perGroup ? 0 : 1;
  const lt = t - g * W.perGroup;
  const li = W.listeners[g]!;
  mtlAppend(m, li + Listener.rxbufs, rx + ReceiverBuf.el);
  m.or(maskWord(li + Listener.threadMask, lt), maskBit(lt));
  const fd = W.fd(LISTENER_FD + g);
  for (const mask of [Fdtab.threadMask, Fdtab.pollRecv]) m.or(maskWord(fd + mask, t), maskBit(t));
  // polled_mask as HAProxy has it, see lib/groups.
  if (W.cfg.groups > 1) m.or(fd + Fdtab.pollRecv + 1, maskBit(lt));
}

/** Fills a block of zeros. The threads stand at the first step of run_poll_loop; `Machine.boot` runs them into their sleep. */
export function setUp(m: Mem, W: World, P: Program): void {
  W.layout.init(m);
  m.st(W.global + Global.gate, 1);
  for (const g of W.listeners.keys()) setUpListener(m, W, g);
  mtlInit(m, W.global + Global.queue);
  listInit(m, W.global + Global.timers);
  m.st(W.global + Global.queueTask, queueTask(m, W));
  for (let t = 0; t < W.cfg.threads; t++) setUpThread(m, W, P, t);
  keepUnread(m, W);
}

/** The listener of group `g` and its socket, which all threads of the group poll. */
function setUpListener(m: Mem, W: World, g: number): void {
  const li = W.listeners[g]!;
  const n = LISTENER_FD + g;
  const fd = W.fd(n);
  m.st(li + Listener.fd, n);
  m.st(li + Listener.tgid, g + 1);
  mtlInit(m, li + Listener.rxbufs);
  mtlInit(m, li + Listener.waitQueue);
  m.st(fd + Fdtab.state, FD.ACTIVE_R | FD.READY_R | FD.READY_W);
  m.st(fd + Fdtab.refcTgid, g + 1);
  m.st(fd + Fdtab.iocb, lstnrSockFdIocb.id);
  m.st(fd + Fdtab.owner, li);
}

/** What is not replayed never leaves; the first to come is the first that is. */
function keepUnread(m: Mem, W: World): void {
  const { count, unread } = W.consts.datagrams;
  if (!unread) return;
  let first = -1;
  for (let d = 0; d < count; d++) {
    if (unread[d]) m.st(W.ledger(d), LEDGER.UNREAD);
    else if (first < 0) first = d;
  }
  m.st(W.global + Global.netNext, first < 0 ? count : first);
}

/** A machine at the beginning of a world: set up in `m` (its words are all zero) and booted, every thread asleep. */
export function atBeginning(m: Mem, W: World, P: Program, sink: EventSink = silent): Machine {
  setUp(m, W, P);
  const machine = new Machine(m, W, P, sink);
  machine.boot();
  return machine;
}
