/** No memory for a struct connection: the accept is tried again at once, and the listener's socket rests (semantics 3, A5). */
import { describe, expect, test } from 'vitest';
import { FD, LEDGER, LI, MUX } from '../haproxy/model/flags.ts';
import { Fdtab, Global, LiPerThread, Listener, QuicConn, Task } from '../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { limitListener } from '../haproxy/proc/listener-limit.ts';
import { findRevision } from '../haproxy/revisions.ts';
import { EV } from '../haproxy/step/events.ts';
import type { Machine } from '../machine/machine.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { RULES } from '../machine/rules/index.ts';
import { listEmpty } from '../memory/list.ts';
import { poolCount } from '../memory/pool.ts';
import { call } from './testing/call.ts';
import { type Notes, notes } from './testing/notes.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');

interface World extends Notes {
  x: Machine;
  /** The thread that accepts, and its connection. */
  t: number;
  qc: number;
  checker: RuleChecker;
}

/** Up to where a thread has taken a connection from those that wait and is about to make its struct connection. */
function accepting(revision: string): World {
  const n = notes();
  const x = machineOf(one, { revision }, n.sink);
  const checker = new RuleChecker(x, findRevision(revision)!);
  for (;;) {
    const t = [0, 1, 2, 3].find((u) => x.at(u).proc.key === 'listener_accept' && x.at(u).label === '3');
    if (t !== undefined) return { ...n, x, t, qc: x.findConn(0), checker };
    go(x, checker);
  }
}

function go(x: Machine, checker: RuleChecker): void {
  const p = x.pick();
  if (!p) throw new Error('it never came to that');
  x.take(p);
  checker.after(p.kind === 'deliver' ? -1 : p.tid);
}

/** Thread `t` goes on to the end of listener_accept: labels of its steps there, and of the listener's pause. */
function toItsEnd({ x, t }: World): string[] {
  const seen: string[] = [];
  const depth = x.depth(t);
  while (x.depth(t) >= depth) {
    const s = x.at(t);
    if (['listener_accept', 'limit_listener'].includes(s.proc.key)) seen.push(s.label);
    x.step(t);
  }
  return seen;
}

const paused = (x: Machine): boolean => x.m.ald(x.W.listener + Listener.state) === LI.LIMITED;
const active = (x: Machine): boolean => (x.m.ald(x.W.fd(LISTENER_FD) + Fdtab.state) & FD.ACTIVE_R) !== 0;
const counts = ({ x, t }: World): number[] => [
  x.m.ald(x.W.listener + Listener.nbconn),
  x.m.ald(x.W.global + Global.feconn),
  x.m.ald(x.W.global + Global.actconn),
  x.m.ald(x.W.perThread(t) + LiPerThread.thrConn),
];

describe.each(['seed', '1acbbca17', 'newest'])('%s: no memory for it', (revision) => {
  test.each([
    ['the struct connection', 1, ['3', 'AF2']],
    ['the address', 2, ['3', '3s', 'AF1', 'AF2']],
  ] as const)('%s: all is as before, but the listener pauses', (_, n, first) => {
    const w = accepting(revision);
    const { x, t, qc } = w;
    expect(x.apply({ kind: 'fail-allocation', n })).toBe('');
    const now = Math.floor(x.clock(t) / 1_000_000);
    const labels = toItsEnd(w);
    expect(labels.slice(0, first.length)).toEqual(first);
    const rest = labels.slice(first.length);
    expect(rest.slice(0, 10)).toEqual([
      'AF3',
      ...['L1', 'L2', 'L3', 'L4', 'L5', 'L6'],
      'AF4',
      'AF4q',
      'AF4u',
    ]);
    expect(rest.slice(10)).toEqual(revision === 'newest' ? ['none', 'nonefl'] : ['none', 'nonef', 'nonea']);
    expect(counts(w).slice(0, 2)).toEqual([0, 0]);
    expect(poolCount(x.m, x.W.pools.connection)).toBe(0);
    expect(x.m.ld(qc + QuicConn.conn)).toBe(0);
    expect(x.m.ald(x.W.perThread(t) + LiPerThread.conns)).toBe(qc + QuicConn.acceptList);
    expect([paused(x), active(x)]).toEqual([true, false]);
    const task = x.m.ld(x.W.global + Global.queueTask);
    expect(x.m.ld(task + Task.expire) - now).toBe(100);
  });

  test('accepted at once; what comes meanwhile waits in the socket until 100 ms have gone by', () => {
    const w = accepting(revision);
    const { x, t, qc, checker } = w;
    expect(x.apply({ kind: 'fail-allocation', n: 1 })).toBe('');
    while (!paused(x)) go(x, checker);
    const received = w.of(EV.RECEIVE).length;
    const ms = Math.floor(x.clock(t) / 1_000_000);
    while (x.m.ld(qc + QuicConn.muxState) !== MUX.READY) go(x, checker);
    expect([paused(x), Math.floor(x.now() / 1_000_000) - ms]).toEqual([true, 0]);
    while (paused(x)) {
      expect(w.of(EV.RECEIVE)).toHaveLength(received);
      go(x, checker);
    }
    expect(Math.floor(x.now() / 1_000_000) - ms).toBeGreaterThanOrEqual(100);
    const waited = x.m.ld(x.W.fd(LISTENER_FD) + Fdtab.kqLen);
    expect(waited).toBeGreaterThan(0);
    while (!x.quiet) go(x, checker);
    expect(w.of(EV.RECEIVE).length).toBeGreaterThanOrEqual(received + waited);
    expect(x.m.ld(x.W.fd(LISTENER_FD) + Fdtab.kqLen)).toBe(0);
    const lost = [...one.datagrams.length].filter(
      (__, d) => (x.m.ld(x.W.ledger(d)) & 0xff) === LEDGER.KERNEL,
    );
    expect(lost).toEqual([]);
    expect([checker.broken, active(x), x.stopped]).toEqual([[], true, false]);
  });
});

test('the end of a session lets a listener go on before its time', () => {
  const n = notes();
  const x = machineOf(one, { revision: 'newest' }, n.sink);
  const checker = new RuleChecker(x, findRevision('newest')!);
  const open = (): boolean => {
    const qc = x.findConn(0);
    return qc !== 0 && x.m.ld(qc + QuicConn.muxState) === MUX.READY && x.pick()?.kind === 'deliver';
  };
  while (!open()) go(x, checker);
  const sleeper = [0, 1, 2, 3].find((t) => x.waiting(t) && t !== x.owner(x.findConn(0)))!;
  call(x, sleeper, limitListener);
  while (!x.waiting(sleeper)) x.step(sleeper);
  expect([paused(x), active(x), listEmpty(x.m, x.W.global + Global.timers)]).toEqual([true, false, true]);
  const asleep = RULES.find((r) => r.id === 'F-R4l')!;
  expect(asleep.check(x, 0)).toBe('the listener pauses, and nothing will let it go on');
  expect(x.apply({ kind: 'close', conn: 0 })).toBe('');
  while (paused(x)) go(x, checker);
  expect(asleep.check(x, 0)).toBe(null);
  expect(x.m.ald(x.W.listener + Listener.nbconn)).toBe(0);
  while (!x.quiet) go(x, checker);
  expect([active(x), checker.broken]).toEqual([true, []]);
});
