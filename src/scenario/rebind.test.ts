import { describe, expect, test } from 'vitest';

import { BUGS } from '../haproxy/model/bugs.ts';
import { LEDGER, QC, TASK } from '../haproxy/model/flags.ts';
import { Dghdlr, Global, QuicConn, QuicDgram, Task, ThreadCtx } from '../haproxy/model/layouts.ts';
import { findRevision } from '../haproxy/revisions.ts';
import { EV, type EventSink } from '../haproxy/step/events.ts';
import type { Choice } from '../machine/choice.ts';
import type { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { orderWaiting } from '../machine/orders.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { replay } from '../machine/schedule.ts';
import { PREV } from '../memory/list.ts';
import { mtlLen, mtlWalk } from '../memory/mtlist.ts';
import { poolCount, poolNext } from '../memory/pool.ts';
import type { WorldData } from './data.ts';
import { findMoment } from './moment.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { notes } from './testing/notes.ts';
import { dataOf, FIRST_MOMENT, machineOf, OPTIONS, seeded } from './testing/worlds.ts';

const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
const one = dataOf('v01');

/** The stored moment: connection 0's owner held, three of its datagrams waiting. */
function atMoment(sink?: EventSink, options: Partial<WorldOptions> = {}): Machine {
  const o = { ...OPTIONS, ...options };
  const m = findMoment(six, o, FIRST_MOMENT)!;
  const x = machineOf(six, options, sink);
  expect(replay(x, m)).toBe('');
  return x;
}

/** Lets the threads run until the network or a timer is what comes next. */
function rest(x: Machine): void {
  for (let p = x.pick(); p?.kind === 'step'; p = x.pick()) x.take(p);
}

/** Plays until capture connection `conn` satisfies `when`, checked where the threads rest. */
function until(x: Machine, conn: number, when: (qc: number) => boolean): number {
  for (;;) {
    const p = x.pick();
    if (!p) throw new Error('it never came to that');
    x.take(p);
    const qc = x.findConn(conn);
    if (qc && when(qc)) return qc;
  }
}

const does = (x: Machine, choice: Choice): void => expect(x.apply(choice)).toBe('');

describe('a rebind with late datagrams', () => {
  test('three wait on the old thread: exactly three redispatches, each handled once, by the new owner', () => {
    const n = notes();
    const x = atMoment(n.sink);
    const owner = x.owner(x.findConn(0));
    const to = (owner + 1) % 4;
    const waiting: number[] = [];
    mtlWalk(x.m, x.W.dghdlr(owner) + Dghdlr.dgrams, (el) =>
      waiting.push(x.m.ld(el - QuicDgram.handlerList + QuicDgram.buf) - 1),
    );
    n.list.length = 0;
    does(x, { kind: 'rebind', conn: 0, tid: to });
    does(x, { kind: 'release', tid: owner });
    rest(x);
    const passed = n.of(EV.REDISPATCH);
    expect(passed.map((e) => [e.tid, e.a, e.b])).toEqual(waiting.map((d) => [owner, d, to]));
    expect(n.of(EV.HANDLED).map((e) => [e.tid, e.a])).toEqual(waiting.map((d) => [to, d]));
    expect(n.of(EV.COMMIT)).toHaveLength(1);
    for (const d of waiting) expect(x.m.ld(x.W.ledger(d)) & 0xffff).toBe(LEDGER.HANDLED);
    expect(mtlLen(x.m, x.W.dghdlr(owner) + Dghdlr.dgrams)).toBe(0);
  });

  test('once a datagram stands in an inbox, the step that put it there writes nothing more about it', () => {
    const n = notes();
    const x = atMoment(n.sink);
    const owner = x.owner(x.findConn(0));
    const { m, W } = x;
    const { base, size } = W.pools.dgram;
    let handed = 0;
    const writes = ['st', 'ast', 'xchg', 'or', 'and', 'add'] as const;
    for (const how of writes) {
      const write = m[how].bind(m) as (i: number, v: number) => number;
      Object.assign(m, {
        [how]: (i: number, v: number) => {
          const dg = handed ? m.ld(handed + QuicDgram.buf) - 1 : -1;
          if (handed && ((i >= handed && i < handed + size) || i === W.ledger(dg)))
            throw new Error(`datagram ${dg} is written after it was handed over`);
          const old = write(i, v);
          const inbox = Array.from({ length: 4 }, (_, t) => W.dghdlr(t) + Dghdlr.dgrams);
          // The last link of an append: the head's prev.
          if (v >= base && inbox.some((head) => i === head + PREV)) handed = v - QuicDgram.handlerList;
          return old;
        },
      });
    }
    does(x, { kind: 'rebind', conn: 0, tid: (owner + 1) % 4 });
    does(x, { kind: 'release', tid: owner });
    n.list.length = 0;
    let pushes = 0;
    for (let k = 0; k < 3000; k++) {
      const p = x.pick();
      if (!p) break;
      handed = 0;
      x.take(p);
      if (handed) pushes++;
    }
    expect(n.of(EV.REDISPATCH)).toHaveLength(3);
    expect(pushes).toBeGreaterThan(10);
  });

  describe('our tasklet is still on its way to the new thread', () => {
    function underway() {
      const n = notes();
      const x = machineOf(one, { revision: 'newest' }, n.sink);
      const owner = x.owner(until(x, 0, (qc) => x.m.ld(qc + QuicConn.processed) >= 10));
      rest(x);
      const to = (owner + 1) % 4;
      does(x, { kind: 'rebind', conn: 0, tid: to });
      while (x.at(owner).label !== 'H6') x.step(owner);
      n.list.length = 0;
      // A further datagram is read by somebody else, goes to the new thread, and finishes the rebind there.
      does(x, { kind: 'hold', tid: owner });
      while (n.of(EV.FINALIZE).length === 0) x.take(x.pick()!);
      expect(n.of(EV.FINALIZE).map((e) => e.tid)).toEqual([to]);
      return { n, x, owner, to };
    }

    test('the connection takes no further order until it has come', () => {
      const { n, x, owner, to } = underway();
      const qc = x.findConn(0);
      expect(x.m.ld(qc + QuicConn.pendTo)).toBe(0);
      expect(x.m.ld(qc + QuicConn.handTask)).not.toBe(0);
      expect(orderWaiting(x, qc)).toBe('it is being rebound');
      does(x, { kind: 'release', tid: owner });
      rest(x);
      const next = (to + 1) % 4;
      does(x, { kind: 'rebind', conn: 0, tid: next });
      rest(x);
      expect(n.of(EV.FINALIZE).map((e) => e.tid)).toEqual([to, next]);
      expect([poolCount(x.m, x.W.pools.hand), x.stopped]).toEqual([0, false]);
    });

    test('the connection is gone when it comes: it finds nothing to finish', () => {
      const { n, x, owner } = underway();
      for (let p = x.pick(); p && n.of(EV.RELEASE).length === 0; p = x.pick()) x.take(p);
      expect(n.of(EV.RELEASE)).toHaveLength(1);
      does(x, { kind: 'release', tid: owner });
      rest(x);
      expect(n.of(EV.FINALIZE)).toHaveLength(1);
      expect([poolCount(x.m, x.W.pools.hand), x.stopped]).toEqual([0, false]);
    });
  });

  test('S1 to S14 run in their order, the store of tid last; F1 to F6 on the new thread', () => {
    const x = atMoment();
    const owner = x.owner(x.findConn(0));
    does(x, { kind: 'rebind', conn: 0, tid: (owner + 2) % 4 });
    does(x, { kind: 'release', tid: owner });
    const seen: string[] = [];
    for (let p = x.pick(); p?.kind === 'step'; p = x.pick()) {
      const s = x.at(p.tid);
      const on = p.tid === owner ? 'A' : 'B';
      if (s.proc.name === 'qc_set_tid_affinity' || s.proc.name === 'qc_finalize_affinity_rebind')
        seen.push(`${on} ${s.label}`);
      x.take(p);
    }
    expect(seen).toEqual([
      'A S1.1',
      'A S1.2',
      'A S1.3',
      'A S2',
      'A S3',
      'A S4',
      'A S5.1',
      'A S5.2',
      'A S6.0',
      'A S6',
      'A S7',
      'A S8',
      'A S9',
      'A S10',
      'A S11',
      'A S12',
      'A S13',
      'A S14',
      'A S15',
      'B F1',
      'B F2',
      'B F3',
      'B F4',
      'B F6',
    ]);
  });

  test('the idle expiry is carried, the killed tasks and tasklet are freed, the new ones bound to the new thread', () => {
    const x = atMoment();
    const { m } = x;
    const qc = x.findConn(0);
    const owner = x.owner(qc);
    const expire = m.ld(m.ld(qc + QuicConn.idleTask) + Task.expire);
    const old = [QuicConn.idleTask, QuicConn.timerTask, QuicConn.tasklet].map((f) => m.ld(qc + f));
    does(x, { kind: 'rebind', conn: 0, tid: (owner + 1) % 4 });
    does(x, { kind: 'release', tid: owner });
    const committed = () => x.owner(qc) !== owner;
    while (!committed()) x.take(x.pick()!);
    expect(m.ld(m.ld(qc + QuicConn.idleTask) + Task.expire)).toBe(expire);
    for (const t of old) expect(m.ld(t + Task.state) & TASK.KILLED).toBe(TASK.KILLED);
    rest(x);
    for (const pool of [x.W.pools.task, x.W.pools.tasklet]) {
      for (let p = poolNext(m, pool, 0); p; p = poolNext(m, pool, p))
        expect(m.ld(p + Task.state) & TASK.KILLED).toBe(0);
    }
    for (const f of [QuicConn.idleTask, QuicConn.timerTask, QuicConn.tasklet]) {
      expect(m.ld(m.ld(qc + f) + Task.tid)).toBe(x.owner(qc));
    }
  });
});

describe('a refused rebind leaves the hash as it was', () => {
  test.each([1, 2, 3])('no memory for allocation %i of S1', (k) => {
    const n = notes();
    const x = atMoment(n.sink);
    rest(x);
    const before = x.hash();
    does(x, { kind: 'fail-allocation', n: k });
    does(x, { kind: 'rebind', conn: 2, tid: 0 });
    rest(x);
    expect(n.of(EV.REBIND_ERROR)).toHaveLength(1);
    expect(x.hash()).toBe(before);
  });

  const refused = (x: Machine, n: ReturnType<typeof notes>, conn: number): number => {
    rest(x);
    const before = x.hash();
    does(x, { kind: 'rebind', conn, tid: (x.owner(x.findConn(conn)) + 1) % 4 });
    rest(x);
    expect(x.hash()).toBe(before);
    return n.of(EV.REFUSED).at(-1)?.b ?? 0;
  };

  test('more than one CID', () => {
    const n = notes();
    const x = machineOf(one, { withholdPostHandshake: false }, n.sink);
    until(x, 0, (qc) => x.m.ld(qc + QuicConn.nextCidSeq) > 1);
    expect(refused(x, n, 0)).toBe(1);
  });

  test('closing', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    until(x, 0, (qc) => (x.m.ld(qc + QuicConn.flags) & QC.CLOSING) !== 0);
    expect(refused(x, n, 0)).toBe(2);
  });

  test('waiting to be accepted', () => {
    const n = notes();
    const x = machineOf(one, {}, n.sink);
    const accepted = 2;
    let to = -1;
    until(x, 0, (qc) => {
      if (to < 0 && x.m.ld(qc + QuicConn.flags) & QC.ACCEPT_REGISTERED) to = (x.owner(qc) + accepted) % 4;
      return to >= 0;
    });
    // The target of the accept is held, so that the connection stays in its ring.
    does(x, { kind: 'accept-target', conn: 0, tid: to });
    does(x, { kind: 'hold', tid: to });
    rest(x);
    expect(x.owner(x.findConn(0))).toBe(to);
    // The thread goes on with the accept in the next step, so it is the connection that is compared, not the world.
    const words = (): Int32Array => x.m.w.slice(x.findConn(0), x.findConn(0) + QuicConn.$size);
    const before = words();
    does(x, { kind: 'rebind', conn: 0, tid: (to + 1) % 4 });
    while (n.of(EV.REFUSED).length === 0) does(x, { kind: 'step', tid: to });
    expect(n.of(EV.REFUSED)[0]!.b).toBe(5);
    expect(words()).toEqual(before);
  });
});

describe('with the gate off HAProxy’s assertions stop the run', () => {
  test('S10: closing', () => {
    const x = machineOf(one);
    until(x, 0, (qc) => (x.m.ld(qc + QuicConn.flags) & QC.CLOSING) !== 0);
    does(x, { kind: 'gate', on: false });
    does(x, { kind: 'rebind', conn: 0, tid: (x.owner(x.findConn(0)) + 1) % 4 });
    x.run(10_000);
    expect(BUGS[x.m.ld(x.W.global + Global.bug) - 1]!.text).toBe('qc->flags & ((1U << 29)|(1U << 30))');
    expect(x.pick()).toBe(null);
  });

  test('S13: more than one CID', () => {
    const x = machineOf(one, { withholdPostHandshake: false });
    until(x, 0, (qc) => x.m.ld(qc + QuicConn.nextCidSeq) > 1);
    does(x, { kind: 'gate', on: false });
    does(x, { kind: 'rebind', conn: 0, tid: (x.owner(x.findConn(0)) + 1) % 4 });
    x.run(10_000);
    expect(BUGS[x.m.ld(x.W.global + Global.bug) - 1]!.text).toBe('!node || eb64_next(node)');
  });
});

describe('owned sockets', () => {
  const rebound = (revision: string): { handled: number; x: Machine } => {
    const x = machineOf(one, { revision, socketOwner: 'connection' });
    const qc = until(x, 0, (c) => x.m.ld(c + QuicConn.processed) >= 10);
    rest(x);
    does(x, { kind: 'rebind', conn: 0, tid: (x.owner(qc) + 2) % 4 });
    x.run(1_000_000, () => x.quiet);
    let handled = 0;
    for (let d = 0; d < one.datagrams.count; d++)
      if ((x.m.ld(x.W.ledger(d)) & 0xff) === LEDGER.HANDLED) handled++;
    return { handled, x };
  };

  test('25174d51e: nothing restarts on the new thread, the connection is frozen (M04)', () => {
    const { handled, x } = rebound('25174d51e');
    expect(handled).toBeLessThan(one.datagrams.count);
    expect(x.pick()).toBe(null);
  });

  test('finalized: it goes on', () => {
    expect(rebound('finalized').handled).toBe(one.datagrams.count);
  });
});

/** The first Initial twice, at the same moment. */
function twins(): WorldData {
  const d = one.datagrams;
  const rows = [0, 0];
  const pick = <T extends Int32Array | Float64Array>(a: T): T =>
    a.constructor.prototype.constructor.from(rows, (r: number) => a[r]!) as T;
  return {
    ...one,
    datagrams: {
      ...d,
      count: 2,
      offset: Float64Array.from(rows, (r) => d.offset[r]!),
      length: pick(d.length),
      ms: pick(d.ms),
      ns: pick(d.ns),
      saddr: pick(d.saddr),
      conn: pick(d.conn),
      frame: pick(d.frame),
    },
  };
}

test('the Initial race: two threads miss, one insert wins, the loser redispatches; one connection', () => {
  const n = notes();
  const x = machineOf(twins(), {}, n.sink);
  x.run(100_000, () => x.quiet);
  expect(new Set(n.of(EV.RECEIVE).map((e) => e.tid)).size).toBe(2);
  expect(n.of(EV.CREATE)).toHaveLength(1);
  const owner = n.of(EV.CREATE)[0]!.tid;
  expect(n.of(EV.REDISPATCH).map((e) => e.b)).toEqual([owner]);
  expect(n.of(EV.HANDLED).map((e) => e.tid)).toEqual([owner, owner]);
});

test('two threads are inside the callback of the one listener fd at once', () => {
  const x = machineOf(six);
  let most = 0;
  x.run(20_000, () => {
    let n = 0;
    for (let t = 0; t < 4; t++) {
      for (let fp = x.m.ld(x.W.th(t) + ThreadCtx.fp); fp; fp = x.m.ld(fp + 1)) {
        if (x.P.steps[x.m.ld(fp)]!.proc.name === 'quic_lstnr_sock_fd_iocb') n++;
      }
    }
    most = Math.max(most, n);
    return false;
  });
  expect(most).toBeGreaterThan(1);
});

describe('listener_accept at 1acbbca17', () => {
  test('twenty connections: unequal loads choose otherwise than walking upward would', () => {
    const n = notes();
    const x = machineOf(dataOf('v07'), {}, n.sink);
    x.run(1_000_000, () => x.quiet);
    const targets = n.of(EV.REBIND_START).map((e) => e.a);
    expect(targets).toHaveLength(20);
    expect(targets).not.toEqual(targets.map((_, i) => i % 4));
    expect(Math.max(...[0, 1, 2, 3].map((t) => targets.filter((v) => v === t).length))).toBeLessThanOrEqual(
      7,
    );
  });
});

describe.each(['25174d51e', 'finalized'])(
  'rules that are on hold under a person’s random orders, %s',
  (revision) => {
    test.each([
      ['six, listener', six, 'listener', 1],
      ['six, owned', six, 'connection', 2],
      ['one, owned', one, 'connection', 3],
      ['chromium, listener', dataOf('v02'), 'listener', 4],
    ] as const)('%s', (_name, data, socketOwner, seed) => {
      const x = machineOf(data, { revision, socketOwner });
      const checker = new RuleChecker(x, findRevision(revision)!);
      const rnd = seeded(seed);
      const tid = (): number => Math.floor(rnd() * 4);
      for (let i = 0; i < 30_000; i++) {
        const r = rnd();
        if (r < 0.01) x.apply({ kind: 'hold', tid: tid() });
        else if (r < 0.03) x.apply({ kind: 'release', tid: tid() });
        else if (r < 0.032)
          x.apply({ kind: 'rebind', conn: Math.floor(rnd() * data.conns.length), tid: tid() });
        const any = tid();
        if (r > 0.8 && x.enabled(any) && !x.stopped) {
          x.apply({ kind: 'step', tid: any });
          checker.after(any);
          continue;
        }
        const p = x.pick();
        if (!p) {
          for (let t = 0; t < 4; t++) x.apply({ kind: 'release', tid: t });
          if (!x.pick()) break;
          continue;
        }
        x.take(p);
        checker.after(p.kind === 'deliver' ? -1 : p.tid);
      }
      expect(checker.broken).toEqual([]);
    });
  },
);
