/** The lanes: what each thread does, what waits for it. */

import { ringWaiting } from '../haproxy/lib/accept.ts';
import { inboxWalk } from '../haproxy/lib/inbox.ts';
import { TASK } from '../haproxy/model/flags.ts';
import { Global, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { hasRole, operand } from '../haproxy/step/compile.ts';
import { NS_PER_MS } from '../machine/machine.ts';
import { listFirst, listNext } from '../memory/list.ts';
import { mtlWalk } from '../memory/mtlist.ts';
import type { FrameView, Look } from './look.ts';
import type { DgramView, QueueItem, ThreadState, ThreadView } from './view.ts';

export function readThreads(look: Look, next: number, ownerOf: (conn: number) => number): ThreadView[] {
  return Array.from({ length: look.W.cfg.threads }, (_, t) => readThread(look, t, next === t, ownerOf));
}

function readThread(look: Look, t: number, next: boolean, ownerOf: (conn: number) => number): ThreadView {
  const { W, machine } = look;
  const th = W.th(t);
  const frames = look.frames(t);
  const top = frames[0]!;
  const asleep = machine.waiting(t) && !machine.enabled(t);
  const held = machine.held(t);
  const bugTid = look.ld(W.global + Global.bug) ? look.ld(W.global + Global.bugTid) : -1;
  let state: ThreadState = 'running';
  if (bugTid === t) state = 'stopped';
  else if (held) state = 'held';
  else if (asleep) state = 'asleep';
  const main = frames.find((f) => !f.proc.means) ?? top;
  const hand = look.handOf(t);
  return {
    tid: t,
    group: W.cfg.groups > 1 ? `group ${machine.x.groupOf(t) + 1}` : '',
    state,
    verb: verb(look, main, asleep),
    fn: `${top.proc.name.replace(/^<|>$/g, '')}${top.proc.name.startsWith('<') ? '' : '()'}`,
    step: { label: top.step.label, ref: top.step.ref, text: top.step.text },
    stack: frames.map((f) => f.proc.name).reverse(),
    roles: [...new Set(frames.flatMap((f) => [...f.proc.roles]))],
    held,
    next,
    enabled: machine.enabled(t) && !machine.stopped,
    clock: look.clock(t),
    runQueue: queue(look, t),
    inbox: inbox(look, t, ownerOf),
    hand: hand >= 0 ? look.dgram(hand, ownerOf) : null,
    redispatching: redispatching(look, frames, ownerOf),
    ring: ring(look, t),
    handled: look.ld(th + ThreadCtx.handled),
    redispatched: look.ld(th + ThreadCtx.redispatched),
    sleepReason: asleep ? sleepReason(look, t) : '',
  };
}

function verb(look: Look, main: FrameView, asleep: boolean): string {
  if (asleep) return 'Polling';
  const v = main.step.verb ?? main.proc.verb;
  const name = look.nameAt(main.local('qc'));
  return name && (v === 'Rebinding' || v === 'Adopting' || v === 'Releasing' || v === 'Sending')
    ? `${v} ${name.letter}`
    : v;
}

function redispatching(
  look: Look,
  frames: FrameView[],
  ownerOf: (conn: number) => number,
): ThreadView['redispatching'] {
  const f = frames[0]!;
  if (!hasRole(f.step, 'redispatchPush')) return null;
  const of = (name: 'dg' | 'other'): number => look.ld(f.fp + operand(f.step, 'redispatchPush', name));
  return { dgram: look.dgram(of('dg'), ownerOf), to: of('other') };
}

/** A thread's own lists, the class that runs first in front. */
const QUEUES = [
  ThreadCtx.urgent,
  ThreadCtx.normal,
  ThreadCtx.bulk,
  ThreadCtx.heavy,
  ThreadCtx.rqueue,
] as const;

function queue(look: Look, t: number): QueueItem[] {
  const { mem, W } = look;
  const th = W.th(t);
  const nodes: number[] = [];
  mtlWalk(mem, th + ThreadCtx.hand, (n) => nodes.push(n));
  for (const q of QUEUES) {
    for (let n = listFirst(mem, th + q); n && nodes.length < 64; n = listNext(mem, th + q, n)) nodes.push(n);
  }
  mtlWalk(mem, th + ThreadCtx.sharedTasklets, (n) => nodes.push(n));
  return nodes.map((n) => item(look, n - Task.list));
}

function item(look: Look, task: number): QueueItem {
  const state = look.ld(task + Task.state);
  const process = look.ld(task + Task.process);
  const name = look.P.procedures[process]?.short ?? 'task';
  return {
    kind: state & TASK.F_TASKLET ? 'tasklet' : 'task',
    name: state & TASK.KILLED || process === -1 ? `${name} (killed)` : name,
    conn: look.nameAt(look.ld(task + Task.context)),
  };
}

function inbox(look: Look, t: number, ownerOf: (conn: number) => number): DgramView[] {
  const out: DgramView[] = [];
  inboxWalk(look.mem, look.W, t, (dgram) => {
    const dg = look.dgOf(dgram);
    if (dg >= 0) out.push(look.dgram(dg, ownerOf));
  });
  return out;
}

function ring(look: Look, t: number): ThreadView['ring'] {
  const at = look.W.acceptRing(t);
  const size = look.W.cfg.ringSize;
  const waiting = ringWaiting((i) => look.ld(i), at, size);
  // One place stays empty.
  return { waiting, full: waiting >= size - 1 };
}

function sleepReason(look: Look, t: number): string {
  const what = sleepsFor(look, t);
  if (!what) return 'until something arrives';
  const left = look.ld(look.W.th(t) + ThreadCtx.waitMs) - look.timeOf(t) / NS_PER_MS;
  return `until ${what}, ${(left / 1000).toFixed(left < 10_000 ? 2 : 1)} s`;
}

/** The timer that ends thread t's sleep: "A’s idle timer"; empty when none will. */
export function sleepsFor(look: Look, t: number): string {
  const th = look.W.th(t);
  const n = look.ld(th + ThreadCtx.waitMs) ? listFirst(look.mem, th + ThreadCtx.timers) : 0;
  if (!n) return '';
  const i = item(look, n - Task.wq);
  const kind = i.name.startsWith('idle') ? 'idle timer' : i.name.startsWith('loss') ? 'loss timer' : 'timer';
  return i.conn ? `${i.conn.letter}’s ${kind}` : `a ${kind}`;
}
