/** What a person can do to the world: each choice does what it says, is refused with a reason, and keeps every rule. */
import { describe, expect, test } from 'vitest';
import { dropReason, LEDGER, MUX, QC } from '../haproxy/model/flags.ts';
import { Global, QuicConn } from '../haproxy/model/layouts.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { findRevision } from '../haproxy/revisions.ts';
import { EV, NET } from '../haproxy/step/events.ts';
import { census } from '../machine/census.ts';
import type { Choice } from '../machine/choice.ts';
import type { Machine } from '../machine/machine.ts';
import { copyOf, inFlight } from '../machine/network.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import type { Departure } from '../machine/schedule.ts';
import { replay } from '../machine/schedule.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { notes } from './testing/notes.ts';
import { dataOf, machineOf, seeded } from './testing/worlds.ts';

const one = dataOf('v01');
const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
const does = (x: Machine, c: Choice): void => expect(x.apply(c)).toBe('');
const state = (x: Machine, d: number): number => x.m.ld(x.W.ledger(d)) & 0xff;
const next = (x: Machine): number => x.m.ld(x.W.global + Global.netNext);
const untilQuiet = (x: Machine): void => void x.run(2_000_000, () => x.quiet);

/** Runs until connection 0 is accepted, all threads asleep, and something is in flight. */
function accepted(x: Machine): number {
  x.run(1_000_000, () => {
    const qc = x.findConn(0);
    return qc !== 0 && x.m.ld(qc + QuicConn.muxState) === MUX.READY && x.pick()?.kind === 'deliver';
  });
  return x.findConn(0);
}

describe('a datagram in flight', () => {
  test('dropped: no socket sees it, the ledger says why, the next one arrives in its place', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    accepted(x);
    const d = next(x);
    does(x, { kind: 'drop', dgram: d });
    expect(state(x, d)).toBe(LEDGER.LOST);
    expect((x.m.ld(x.W.ledger(d)) >> 8) & 0xff).toBe(dropReason('dropped by the network'));
    expect(next(x)).toBe(d + 1);
    expect(n.of(EV.NETWORK).map((e) => [e.a, e.b])).toEqual([[d, NET.DROP]]);
    untilQuiet(x);
    const c = census((i) => x.m.ld(i), x.W);
    expect(c.lost).toBe(1);
    expect(c.received).toBe(one.datagrams.count - 1);
    expect(c.handled + c.dropped + c.queued).toBe(c.received);
    expect(x.apply({ kind: 'drop', dgram: d })).toBe(`datagram ${d + 1} is not in flight`);
  });

  test('kept back, then delivered: it comes after those that passed it, and only when ordered', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    accepted(x);
    const d = next(x);
    does(x, { kind: 'keep-back', dgram: d });
    expect(x.apply({ kind: 'keep-back', dgram: d })).toBe(`datagram ${d + 1} is kept back already`);
    untilQuiet(x);
    expect(state(x, d)).toBe(LEDGER.ASIDE);
    const before = x.now();
    does(x, { kind: 'deliver', dgram: d });
    expect(state(x, d)).toBe(LEDGER.KERNEL);
    expect(x.now()).toBe(before);
    untilQuiet(x);
    expect(n.of(EV.RECEIVE).at(-1)!.a).toBe(d);
    expect([LEDGER.HANDLED, LEDGER.DROPPED]).toContain(state(x, d));
  });

  test('duplicated: the copy follows right behind, with a ledger entry of its own', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    accepted(x);
    const d = next(x);
    const c = copyOf(x.W, d);
    does(x, { kind: 'duplicate', dgram: d });
    expect(x.apply({ kind: 'duplicate', dgram: d })).toBe(`datagram ${d + 1} has been duplicated already`);
    expect(x.apply({ kind: 'duplicate', dgram: c })).toBe('a duplicate is not duplicated again');
    expect(inFlight(x.m, x.W, 3)).toEqual([d, c, d + 1]);
    untilQuiet(x);
    expect(
      n
        .of(EV.RECEIVE)
        .map((e) => e.a)
        .filter((a) => a === d || a === c),
    ).toEqual([d, c]);
    const counted = census((i) => x.m.ld(i), x.W);
    expect(counted.received).toBe(one.datagrams.count + 1);
    expect(counted.handled + counted.dropped + counted.queued).toBe(counted.received);
    expect([LEDGER.HANDLED, LEDGER.DROPPED]).toContain(state(x, c));
    // The captured server answers each datagram once: a copy causes nothing that its original did not.
    expect(x.m.ld(x.findConn(0) + QuicConn.processed)).toBeLessThan(one.datagrams.count);
  });

  test('reordered: it arrives right after the other, no earlier', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    accepted(x);
    const d = next(x);
    does(x, { kind: 'reorder', dgram: d, after: d + 2 });
    expect(inFlight(x.m, x.W, 4)).toEqual([d + 1, d + 2, d, d + 3]);
    expect(x.apply({ kind: 'reorder', dgram: d, after: d })).toBe('a datagram does not follow itself');
    untilQuiet(x);
    const order = n.of(EV.RECEIVE).map((e) => e.a);
    expect(order.slice(order.indexOf(d + 1), order.indexOf(d + 1) + 3)).toEqual([d + 1, d + 2, d]);
  });

  test('delivered out of turn and on a chosen socket; a socket or thread that is not there is refused', () => {
    const x = machineOf(one, { socketOwner: 'connection' });
    const qc = accepted(x);
    const d = next(x);
    expect(x.apply({ kind: 'deliver', dgram: d, fd: 999 })).toBe('there is no socket 999');
    const own = x.m.ld(qc + QuicConn.fd);
    const other = (x.owner(qc) + 1) % 4;
    expect(x.apply({ kind: 'deliver', dgram: d, fd: own, tid: other })).toBe(
      `T${other} does not poll that socket`,
    );
    does(x, { kind: 'deliver', dgram: d + 1, fd: LISTENER_FD });
    expect(state(x, d + 1)).toBe(LEDGER.KERNEL);
    expect(next(x)).toBe(d);
    untilQuiet(x);
    expect(census((i) => x.m.ld(i), x.W).queued).toBe(0);
  });

  test.each([0, 1, 2, 3])('the chosen thread is woken first: T%i reads it', (tid) => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    accepted(x);
    const d = next(x);
    does(x, { kind: 'deliver', dgram: d, tid });
    untilQuiet(x);
    expect(n.of(EV.RECEIVE).find((e) => e.a === d)!.tid).toBe(tid);
  });
});

describe('timers', () => {
  test('a connection’s loss timer is let run out: its owner wakes at its date and the timer task runs', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    let qc = 0;
    // A moment at which the loss timer is armed while its owner sleeps.
    x.run(1_000_000, () => {
      qc = x.findConn(0);
      return (
        qc !== 0 && x.waiting(x.owner(qc)) && x.m.ld(qc + QuicConn.timer) > 0 && x.pick()?.kind === 'deliver'
      );
    });
    const due = x.m.ld(qc + QuicConn.timer);
    const before = n.of(EV.TIMER).length;
    does(x, { kind: 'expire-timer', conn: 0, timer: 'loss' });
    const owner = x.owner(qc);
    while (n.of(EV.TIMER).length === before) does(x, { kind: 'step', tid: owner });
    expect(x.clock(owner)).toBeGreaterThanOrEqual(due * 1_000_000);
    expect(x.apply({ kind: 'expire-timer', conn: 0, timer: 'loss' })).toContain('not a');
  });

  test('what is not armed, or whose owner is awake, is refused', () => {
    const x = machineOf(one);
    expect(x.apply({ kind: 'expire-timer', conn: 0, timer: 'idle' })).toBe('there is no such connection now');
    accepted(x);
    expect(x.apply({ kind: 'expire', tid: 9 })).toBe('there is no thread T9');
  });
});

describe('closing by hand', () => {
  test('the owner sends CONNECTION_CLOSE and the connection goes to its closing list', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    const qc = accepted(x);
    does(x, { kind: 'close', conn: 0 });
    expect(x.apply({ kind: 'close', conn: 0 })).toBe('its close has been ordered already');
    const t = x.owner(qc);
    for (let i = 0; i < 500 && !(x.m.ld(qc + QuicConn.flags) & QC.CLOSING); i++)
      does(x, { kind: 'step', tid: t });
    expect(x.m.ld(qc + QuicConn.flags) & QC.CLOSING).toBeTruthy();
    expect(n.of(EV.SEND).at(-1)!.b).toBe(-2);
    does(x, { kind: 'step', tid: t });
    expect(n.of(EV.CLOSE)).toHaveLength(1);
    expect(x.apply({ kind: 'close', conn: 0 })).toBe('it is closing');
    untilQuiet(x);
    expect(census((i) => x.m.ld(i), x.W).queued).toBe(0);
  });
});

describe('a close by hand is refused where HAProxy has no mux that could end', () => {
  /** Connection 0 at the first state of which `when` holds. */
  function at(x: Machine, when: (qc: number) => boolean): number {
    x.run(1_000_000, () => {
      const qc = x.findConn(0);
      return qc !== 0 && when(qc);
    });
    const qc = x.findConn(0);
    expect(qc !== 0 && when(qc)).toBe(true);
    return qc;
  }

  test('before it is accepted', () => {
    const x = machineOf(one);
    at(x, (qc) => x.m.ld(qc + QuicConn.muxState) === MUX.NULL);
    expect(x.apply({ kind: 'close', conn: 0 })).toBe('it has no mux yet');
  });

  test.each(['finalized', 'newest'])(
    'handed over and not finalized, at %s: in no step until it is adopted',
    (id) => {
      const x = machineOf(one, { revision: id });
      const qc = at(
        x,
        (c) => x.m.ld(c + QuicConn.pendTo) !== 0 && x.owner(c) === x.m.ld(c + QuicConn.pendTo) - 1,
      );
      let n = 0;
      for (; x.m.ld(qc + QuicConn.pendTo); n++) {
        expect(x.apply({ kind: 'close', conn: 0 })).toBe('it is being rebound');
        x.take(x.pick()!);
      }
      expect(n).toBeGreaterThan(5);
      at(x, (c) => x.m.ld(c + QuicConn.muxState) === MUX.READY);
      does(x, { kind: 'close', conn: 0 });
      untilQuiet(x);
      expect(x.stopped).toBe(false);
    },
  );

  test('rebound by hand and not finalized', () => {
    const x = machineOf(one);
    const qc = accepted(x);
    const to = (x.owner(qc) + 1) % 4;
    does(x, { kind: 'hold', tid: to });
    does(x, { kind: 'rebind', conn: 0, tid: to });
    at(x, (c) => x.owner(c) === to);
    expect(x.apply({ kind: 'close', conn: 0 })).toBe('it is being rebound');
  });
});

describe('show quic', () => {
  test('prints every connection once, in the order of the lists, and moves the epoch on by one', () => {
    const n = notes();
    const x = machineOf(six, {}, n.sink);
    x.run(1_000_000, () => x.owners().length === 6);
    const epoch = x.m.ld(x.W.global + Global.qcEpoch);
    does(x, { kind: 'show-quic', tid: 1, all: true });
    const open = x.owners().length;
    x.run(1_000_000, () => n.of(EV.SHOW_END).length > 0);
    expect(x.m.ld(x.W.global + Global.qcEpoch)).toBe(epoch + 1);
    const shown = n.of(EV.SHOWN);
    expect(new Set(shown.map((e) => e.qc)).size).toBe(shown.length);
    expect(shown.length).toBe(n.of(EV.SHOW_END)[0]!.a);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(open);
    const threads = shown.map((e) => e.a);
    expect(threads).toEqual([...threads].sort((a, b) => a - b));
  });

  test('is isolated: no other thread takes a step outside its poller while it walks', () => {
    const x = machineOf(six);
    x.run(1_000_000, () => x.owners().length === 6);
    does(x, { kind: 'show-quic', tid: 2, all: false });
    const isolated = (): boolean =>
      x.m.ld(x.W.global + Global.isolated) === 3 &&
      x.at(2).proc.name === 'cli_io_handler_dump_quic' &&
      ['4', '5', '6'].includes(x.at(2).label);
    x.run(1_000_000, isolated);
    expect(isolated()).toBe(true);
    const at = [0, 1, 3].map((t) => [t, x.at(t).proc.name] as const);
    for (const [, proc] of at) expect(proc).toBe('run_poll_loop');
    // A parked thread that is told to go on finds the poller’s exit shut.
    for (const t of [0, 1, 3])
      for (let i = 0; i < 20; i++) {
        x.apply({ kind: 'step', tid: t });
        expect(x.at(t).proc.name).toBe('run_poll_loop');
        expect(['9e', '9f']).toContain(x.at(t).label);
      }
    x.run(1_000_000, () => x.m.ld(x.W.global + Global.isolated) === 0);
    untilQuiet(x);
    expect(census((i) => x.m.ld(i), x.W).queued).toBe(0);
  });

  test('two at once: one waits for the other, and counts as parked meanwhile', () => {
    const n = notes();
    const x = machineOf(six, {}, n.sink);
    x.run(1_000_000, () => x.owners().length === 6);
    const at = (t: number): string => `${x.at(t).proc.name} ${x.at(t).label}`;
    for (const tid of [2, 3]) {
      does(x, { kind: 'show-quic', tid, all: false });
      while (at(tid) !== 'cli_io_handler_dump_quic 2') does(x, { kind: 'step', tid });
    }
    x.run(1_000_000, () => n.of(EV.SHOW_END).length === 2);
    const ends = n.list.filter((e) => e.kind === EV.SHOWN || e.kind === EV.SHOW_END).map((e) => e.tid);
    // Neither prints while the other does.
    expect(ends.filter((t, i) => t !== ends[i - 1])).toHaveLength(2);
    untilQuiet(x);
    expect(x.m.ld(x.W.global + Global.isolated)).toBe(0);
  });

  test('waits for a thread that is held in a callback, and goes on when it is released', () => {
    const n = notes();
    const x = machineOf(six, {}, n.sink);
    x.run(1_000_000, () => x.depth(3) > 0 && x.now() > 50e6);
    does(x, { kind: 'hold', tid: 3 });
    does(x, { kind: 'show-quic', tid: 0, all: false });
    x.run(20_000);
    expect(n.of(EV.SHOW_END)).toEqual([]);
    expect(x.at(0).proc.name).toBe('cli_io_handler_dump_quic');
    expect(x.at(0).label).toBe('3');
    does(x, { kind: 'release', tid: 3 });
    x.run(1_000_000, () => n.of(EV.SHOW_END).length > 0);
    expect(n.of(EV.SHOW_END)).toHaveLength(1);
  });
});

/** Random orders of every kind: the rules hold, the counts balance, and the schedule leads to the same hash again. */
test.each([1, 2, 3, 4])('any orders about the network keep the rules and replay, seed %i', (seed) => {
  const rnd = seeded(seed);
  const some = (n: number): number => Math.floor(rnd() * n);
  const options = {
    revision: 'finalized',
    socketOwner: seed % 2 ? ('listener' as const) : ('connection' as const),
  };
  const x = machineOf(six, options);
  const checker = new RuleChecker(x, findRevision('finalized')!);
  const departures: Departure[] = [];
  const kinds: (() => Choice)[] = [
    () => ({ kind: 'drop', dgram: next(x) + some(4) }),
    () => ({ kind: 'keep-back', dgram: next(x) + some(4) }),
    () => ({ kind: 'duplicate', dgram: next(x) + some(4) }),
    () => ({ kind: 'reorder', dgram: next(x) + some(4), after: next(x) + some(6) }),
    () => ({ kind: 'deliver', dgram: some(x.W.rows) }),
    () => ({ kind: 'deliver', dgram: next(x) + some(4), tid: some(4) }),
    () => ({ kind: 'expire-timer', conn: some(6), timer: some(2) ? 'idle' : 'loss' }),
    () => ({ kind: 'close', conn: some(6) }),
    () => ({ kind: 'show-quic', tid: some(4), all: some(2) === 1 }),
    () => ({ kind: 'rebind', conn: some(6), tid: some(4) }),
  ];
  let done = 0;
  for (let i = 0; i < 40_000; i++) {
    if (rnd() < 0.01) {
      const choice = kinds[some(kinds.length)]!();
      const at = x.happened;
      const before = x.hash(true);
      const why = x.apply(choice);
      if (why) expect(x.hash(true)).toBe(before);
      else {
        departures.push({ at, choice });
        done++;
      }
    }
    const p = x.pick();
    if (!p) break;
    x.take(p);
    checker.after(p.kind === 'deliver' ? -1 : p.tid);
  }
  expect(done).toBeGreaterThan(10);
  expect(checker.broken).toEqual([]);
  const c = census((i) => x.m.ld(i), x.W);
  expect(c.handled + c.dropped + c.queued).toBe(c.received);
  const again = machineOf(six, options);
  expect(replay(again, { departures, end: x.happened })).toBe('');
  expect(again.hash(true)).toBe(x.hash(true));
});
