/** The scheduler of each revision: how long the poller waits (semantics N1/8), what says that a tasklet runs, what runs in one round, and in which class what is woken waits (2.1). */
import { expect, test } from 'vitest';
import { TASK } from '../haproxy/model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { AT } from '../haproxy/model/places.ts';
import { acceptQueueProcess } from '../haproxy/proc/accept.ts';
import { lstnrDghdlr } from '../haproxy/proc/dispatch.ts';
import { connAppIoCb, connIoCb } from '../haproxy/proc/io.ts';
import { processRunnable } from '../haproxy/proc/run-tasks.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { NS_PER_MS } from '../machine/time.ts';
import { listAppend, listFirst, listInit, listNext } from '../memory/list.ts';
import { poolAlloc, poolNext } from '../memory/pool.ts';
import { museumData, museumOptions, museumWorld } from './museum/index.ts';
import { Prelude } from './museum/prelude.ts';
import { aboutToAccept, pushedToAccept } from './museum/ways.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');
const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);

/** Date of the first timer of a thread, in its ms; 0 for none. */
function firstDate(x: Machine, t: number): number {
  const n = listFirst(x.m, x.W.th(t) + ThreadCtx.timers);
  return n ? x.m.ld(n - Task.wq + Task.key) : 0;
}

/** By how many ms a sleeping thread outwaits its first timer, and how late it is up when nothing else wakes it. */
function late(revision: string): { waits: Set<number>; up: Set<number> } {
  const x = machineOf(one, { revision, threads: 1 });
  const waits = new Set<number>();
  const up = new Set<number>();
  let until = 0;
  while (!x.quiet) {
    const th = x.W.th(0);
    const waited = x.m.ld(th + ThreadCtx.waiting) === 1;
    const p = x.pick();
    if (!p) break;
    x.take(p);
    if (x.m.ld(th + ThreadCtx.waiting) === 1) {
      if (!waited) until = firstDate(x, 0);
      const wait = x.m.ld(th + ThreadCtx.waitMs);
      if (!waited && wait !== 0) waits.add(wait - until);
    } else if (waited && until !== 0 && Math.floor(x.clock(0) / NS_PER_MS) >= until)
      up.add(Math.floor(x.clock(0) / NS_PER_MS) - until);
  }
  return { waits, up };
}

test('M40: a timer that a sleeping thread waits for is a millisecond late before 55744154b, and in time since', () => {
  expect(late('7cab3a3c3')).toEqual({ waits: new Set([1]), up: new Set([1]) });
  expect(late('55744154b')).toEqual({ waits: new Set([0]), up: new Set([0]) });
});

/** Tasklets of pools that say that they run, and tasklets of any kind that a thread has called. */
function running(x: Machine): { say: number[]; called: number[] } {
  const say: number[] = [];
  for (const pool of [x.W.pools.tasklet, x.W.pools.mux])
    for (let p = poolNext(x.m, pool, 0); p; p = poolNext(x.m, pool, p))
      if (x.m.ald(p + Task.state) & TASK.RUNNING) say.push(p);
  const called: number[] = [];
  for (let t = 0; t < x.W.cfg.threads; t++) {
    const at = x.m.ld(x.W.th(t) + ThreadCtx.current);
    // The mux of a session that ends has freed itself when it comes back.
    if (at && !x.at(t).label.startsWith('after') && x.m.ald(at + Task.state) & TASK.F_TASKLET)
      called.push(at);
  }
  return { say, called };
}

test.each([
  ['3be58fc72', false],
  ['9240cd4a2', true],
  ['newest', true],
] as const)(
  'F-R10: at %s a tasklet says that it runs while its function does, and not after: %s',
  (revision, says) => {
    const x = machineOf(one, { revision, threads: 2 });
    let met = 0;
    while (!x.quiet) {
      const p = x.pick();
      if (!p) break;
      x.take(p);
      const { say, called } = running(x);
      for (const tl of called) {
        expect((x.m.ald(tl + Task.state) & TASK.RUNNING) !== 0).toBe(says);
        met++;
      }
      // Taken and not called yet, it says so already: one a thread at most.
      expect(say.length).toBeLessThanOrEqual(says ? 2 : 0);
    }
    expect(running(x)).toEqual({ say: [], called: [] });
    expect(met).toBeGreaterThan(100);
  },
);

/** T0 is inside the I/O tasklet of its connection, and T1 wakes that for itself, which nobody does in HAProxy. */
function wokenElsewhere(revision: string): { x: Machine; io: number } {
  const x = machineOf(one, { revision, threads: 2 });
  const io = (): number => {
    const qc = x.findConn(0);
    return qc ? x.m.ld(qc + QuicConn.tasklet) : 0;
  };
  const runs = (t: number): boolean => io() !== 0 && x.m.ld(x.W.th(t) + ThreadCtx.current) === io();
  while (!runs(0) && !runs(1)) x.take(x.pick()!);
  const t = runs(0) ? 1 : 0;
  const th = x.W.th(t);
  x.m.or(io() + Task.state, TASK.IN_LIST);
  listAppend(x.m, th + ThreadCtx.urgent, io() + Task.list);
  x.m.add(th + ThreadCtx.rqTotal, 1);
  x.m.st(th + ThreadCtx.pipe, 1);
  return { x, io: io() };
}

test('M31: a tasklet that two threads have woken runs on both at once before 9240cd4a2, and since then one waits', () => {
  for (const [revision, both] of [
    ['3be58fc72', true],
    ['9240cd4a2', false],
  ] as const) {
    const { x, io } = wokenElsewhere(revision);
    const on = (t: number): boolean => x.m.ld(x.W.th(t) + ThreadCtx.current) === io;
    const first = on(0) ? 0 : 1;
    const other = 1 - first;
    for (let i = 0; i < 60 && !on(other); i++) x.apply({ kind: 'step', tid: other });
    expect(on(other), revision).toBe(both);
    if (both) continue;
    expect(x.at(other).proc.key).toBe(processRunnable.key);
    expect(x.m.ald(io + Task.state) & TASK.RUNNING).not.toBe(0);
    while (on(first)) x.apply({ kind: 'step', tid: first });
    for (let i = 0; i < 60 && !on(other); i++) x.apply({ kind: 'step', tid: other });
    expect([on(first), on(other)]).toEqual([false, true]);
  }
});

test('M24: what a rebind kills stays counted from b81c9390f on, and until 45e83e8e8', () => {
  const counted = (revision: string): number[] => {
    const x = machineOf(one, { revision, threads: 2 });
    while (!x.findConn(0)) x.take(x.pick()!);
    x.apply({ kind: 'accept-target', conn: 0, tid: 1 - x.owner(x.findConn(0)) });
    while (!x.quiet && x.run(50_000) > 0);
    return [0, 1].map((t) => x.m.ald(x.W.th(t) + ThreadCtx.tasksInList));
  };
  for (const revision of ['9240cd4a2', '45e83e8e8', 'newest']) expect(counted(revision)).toEqual([0, 0]);
  expect(counted('b81c9390f').sort()).toEqual([0, 2]);
});

/** What each round of each thread's loop calls, one after the other: its function and what it is. */
function rounds(revision: string, maxPollEvents: number): { process: number; task: number }[][] {
  const x = machineOf(six, { revision, threads: 2, maxPollEvents });
  const out: { process: number; task: number }[][] = [];
  const loops = [-1, -1];
  const now: { process: number; task: number }[][] = [[], []];
  const before = [0, 0];
  while (!x.quiet) {
    const p = x.pick();
    if (!p) break;
    x.take(p);
    if (p.kind === 'deliver') continue;
    const th = x.W.th(p.tid);
    const loop = x.m.ld(th + ThreadCtx.loops);
    if (loop !== loops[p.tid]) {
      loops[p.tid] = loop;
      now[p.tid] = [];
      out.push(now[p.tid]!);
    }
    const task = x.m.ld(th + ThreadCtx.current);
    if (task && task !== before[p.tid]) now[p.tid]!.push({ task, process: x.m.ld(task + Task.process) });
    before[p.tid] = task;
  }
  expect(ranWords(x)).toEqual([]);
  return out;
}

/** Words that still say that something has run in this round, once nothing runs. */
const ranWords = (x: Machine): number[] => {
  const left: number[] = [];
  const { pools } = x.W;
  for (const pool of [pools.task, pools.tasklet, pools.mux])
    for (let p = poolNext(x.m, pool, 0); p; p = poolNext(x.m, pool, p))
      if (x.m.ld(p + Task.arg)) left.push(p);
  for (let t = 0; t < x.W.cfg.threads && x.W.cfg.runsOnce; t++)
    for (const region of [AT.ran, AT.ranCount]) if (x.m.ld(x.W.base[region]! + t)) left.push(t);
  return left;
};

test('nothing runs twice in one round of the loop from 7d40b3134 on, and what woke itself did before', () => {
  const most = (revision: string): number =>
    Math.max(
      ...rounds(revision, 1).map((called) =>
        Math.max(0, ...called.map((c) => called.filter((d) => d.task === c.task).length)),
      ),
    );
  expect(most('5a8728d03')).toBeGreaterThan(1);
  for (const revision of ['7d40b3134', 'newest']) expect(most(revision)).toBe(1);
});

/** Where the I/O tasklet stands that a datagram has just woken, its thread being in the handler of its inbox, and what stands there. */
function wokenByDatagram(revision: string): { list: string; place: number; of: number } {
  const x = machineOf(one, { revision, threads: 1 });
  const th = x.W.th(0);
  const lists = { urgent: ThreadCtx.urgent, normal: ThreadCtx.normal };
  for (;;) {
    x.take(x.pick()!);
    const qc = x.findConn(0);
    const io = qc ? x.m.ld(qc + QuicConn.tasklet) : 0;
    const current = x.m.ld(th + ThreadCtx.current);
    if (!io || !current || x.m.ld(current + Task.process) !== lstnrDghdlr.id) continue;
    for (const [list, head] of Object.entries(lists)) {
      const els: number[] = [];
      for (let n = listFirst(x.m, th + head); n; n = listNext(x.m, th + head, n)) els.push(n);
      if (els.includes(io + Task.list)) return { list, place: els.indexOf(io + Task.list), of: els.length };
    }
    if (els(x, th + ThreadCtx.normal) === 0) standIn(x, th);
  }
}

/** Something else that waits in class NORMAL. */
function standIn(x: Machine, th: number): void {
  const tl = poolAlloc(x.m, x.W.pools.tasklet, 0);
  x.m.st(tl + Task.state, TASK.F_TASKLET | TASK.IN_LIST);
  listInit(x.m, tl + Task.wq);
  listAppend(x.m, th + ThreadCtx.normal, tl + Task.list);
  x.m.add(th + ThreadCtx.rqTotal, 1);
}

const els = (x: Machine, head: number): number => {
  let n = 0;
  for (let el = listFirst(x.m, head); el; el = listNext(x.m, head, el)) n++;
  return n;
};

test('a tasklet that a datagram wakes goes to the class being run, to the front of NORMAL from 9852d5be2 on, and to its end from c32bbd1ad on', () => {
  expect(wokenByDatagram('7d40b3134')).toEqual({ list: 'urgent', place: 0, of: 1 });
  expect(wokenByDatagram('9852d5be2')).toEqual({ list: 'normal', place: 0, of: 2 });
  expect(wokenByDatagram('c32bbd1ad')).toEqual({ list: 'normal', place: 1, of: 2 });
});

/** Lists in which an I/O tasklet stands that has woken itself: it reads its own socket. */
function wokenByItself(revision: string): Set<string> {
  const x = machineOf(one, { revision, threads: 1, socketOwner: 'connection' });
  const th = x.W.th(0);
  const lists = { urgent: ThreadCtx.urgent, normal: ThreadCtx.normal, bulk: ThreadCtx.bulk };
  const met = new Set<string>();
  for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
    x.take(p);
    const qc = x.findConn(0);
    const io = qc ? x.m.ld(qc + QuicConn.tasklet) : 0;
    if (!io || x.m.ld(th + ThreadCtx.current) !== io || !(x.m.ald(io + Task.state) & TASK.IN_LIST)) continue;
    for (const [list, head] of Object.entries(lists))
      for (let n = listFirst(x.m, th + head); n; n = listNext(x.m, th + head, n))
        if (n === io + Task.list) met.add(list);
  }
  return met;
}

test('a tasklet bound to no thread that wakes itself goes to the class being run, to NORMAL from 9852d5be2 on, and to BULK from 6982c2539 on', () => {
  expect(wokenByItself('9852d5be2')).toEqual(new Set(['normal']));
  for (const revision of ['6982c2539', 'newest']) expect(wokenByItself(revision)).toEqual(new Set(['bulk']));
});

/**
 * T1 owns a connection that T0 has just handed over, and handles a datagram of it; only then T0 pushes the connection to T1's accept ring. What T1 runs
 * then, and whether the packet is kept at the end (H11).
 */
function beforeTheSession(revision: string): { order: string[]; kept: string | null } {
  const world = museumWorld('X01')!;
  const options = museumOptions({ world: 'X01', fixed: true, revision });
  const p = aboutToAccept(pushedToAccept(new Prelude(museumData(world), options)));
  p.stepToRole(0, 'commit').choose({ kind: 'step', tid: 0 }).choose({ kind: 'deliver', dgram: 2 });
  const { x } = p;
  const th = x.W.th(1);
  const running = (): number => {
    const task = x.m.ld(th + ThreadCtx.current);
    return task ? x.m.ld(task + Task.process) : 0;
  };
  const io = (): number => x.m.ld(x.findConn(0) + QuicConn.tasklet);
  while (!(running() === lstnrDghdlr.id && x.m.ald(io() + Task.state) & TASK.IN_LIST))
    p.choose({ kind: 'step', tid: 1 });
  p.sleep(0);
  const names: Record<number, string> = {
    [connIoCb.id]: 'I/O',
    [connAppIoCb.id]: 'I/O',
    [acceptQueueProcess.id]: 'session',
  };
  const order: string[] = [];
  while (!(x.waiting(1) && !x.enabled(1))) {
    p.choose({ kind: 'step', tid: 1 });
    const name = names[running()];
    if (name && name !== order.at(-1)) order.push(name);
  }
  return { order, kept: RULES.find((r) => r.id === 'F-R4m')!.check(x, 0) };
}

test('H11: what a datagram has woken runs before the session that came meanwhile, and its packet is kept, until 9852d5be2', () => {
  expect(beforeTheSession('7d40b3134')).toEqual({
    order: ['I/O', 'session'],
    kept: expect.stringMatching(/were kept until there was a mux, and nothing will run its I\/O$/),
  });
  for (const revision of ['9852d5be2', 'newest'])
    expect(beforeTheSession(revision)).toEqual({ order: ['session', 'I/O'], kept: null });
});
