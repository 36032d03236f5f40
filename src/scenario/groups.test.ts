/** Two thread groups: a listener in each, of one shard and one socket; the choice, the counts and the sockets across them. */
import { describe, expect, test } from 'vitest';
import { pairOfCounted, pairOfHalves, withCounter } from '../haproxy/lib/choice-apart.ts';
import { Fdtab, LiPerThread, Listener, QuicConn } from '../haproxy/model/layouts.ts';
import { chooseRevision, programOf, REVISIONS } from '../haproxy/revisions.ts';
import type { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { choices as choicesOf, chooseThread } from './choose.ts';
import { dataOf, machineOf, OPTIONS } from './testing/worlds.ts';

const one = dataOf('v01');
const many = dataOf('v07');
const TWO = { threadGroups: 2 } as const;

/** Runs by the clock to rest, every rule on; what broke. */
function run(data: typeof one, o: Partial<WorldOptions>): { x: Machine; broken: string[] } {
  const options = { ...OPTIONS, ...TWO, ...o };
  const x = machineOf(data, options);
  const made = chooseRevision(options);
  if (typeof made === 'string') throw new Error(made);
  const rules = new RuleChecker(x, made, [], 20);
  for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
    x.take(p);
    rules.after(p.kind === 'deliver' ? -1 : p.tid);
  }
  return { x, broken: rules.broken.map((b) => `${b.rule}: ${b.text}`) };
}

test('threads are shared out; each group has a listener, an fd of its own for the one socket, and masks of its own', () => {
  const { W, m } = machineOf(one, { ...TWO, threads: 5 });
  expect([W.perGroup, W.listeners.length, W.ownFds]).toEqual([3, 2, 5]);
  const ofGroup = (g: number) => {
    const li = W.listeners[g]!;
    const fd = W.fd(m.ld(li + Listener.fd));
    return [m.ld(li + Listener.tgid), m.ld(li + Listener.threadMask), m.ald(fd + Fdtab.refcTgid)];
  };
  expect(ofGroup(0)).toEqual([1, 0b111, 1]);
  expect(ofGroup(1)).toEqual([2, 0b11, 2]);
  expect([3, 4, 5].map((fd) => W.queueOf(fd))).toEqual([3, 3, 5]);
  expect(() => machineOf(one, { ...TWO, threads: 1 })).toThrow('1 threads: 2 to 32 are possible');
});

test('with one group every program is what it is without them', () => {
  for (const r of REVISIONS) {
    const alone = chooseRevision({ revision: r.id, threadGroups: 1 });
    expect(alone).toBe(r);
    const across = chooseRevision({ revision: r.id, ...TWO });
    if (typeof across === 'string') throw new Error(across);
    expect(programOf(across).fingerprint).not.toBe(programOf(r).fingerprint);
  }
});

describe('the thread choice goes over all receivers of the shard (A2.2)', () => {
  // Two threads in the first group, one in the second: cursors 0, 1 and 64.
  const pair = (c1: number, c2: number): number[] => {
    const p = pairOfHalves(2, 0b11, 0b1, c1 | (c2 << 16));
    expect(pairOfCounted(2, 0b11, 0b1, withCounter(c1, c2, 0))).toBe(p);
    return [p & 0xff, p >> 8];
  };

  test.each([
    // From the beginning: below the lowest of the first receiver comes the highest of the last.
    [0, 0, 0, 64],
    [1, 64, 1, 64],
    // Up over the end of a receiver into the next, and from the last into the first.
    [2, 0, 64, 0],
    [65, 0, 0, 64],
    [128, 1, 0, 1],
    // Down over the beginning of a receiver; from a bit that is not there the second may land on the first.
    [1, 63, 1, 1],
    [64, 64, 64, 1],
    [64, 127, 64, 64],
    [0, 0xfff, 0, 64],
  ])('cursors %i and %i name %i and %i', (c1, c2, t1, t2) => {
    expect(pair(c1, c2)).toEqual([t1, t2]);
  });

  /** The table of A2.2 and A2.3 for threads 0, 1, 2 | 3, 4, accepted on each thread in turn, from its words and apart from the steps. */
  function twelve(revision: string): string {
    const threads = [0, 1, 2, 64, 65];
    const load = [0, 0, 0, 0, 0];
    const asksOwn = revision === '8adffaa89' || revision === 'newest';
    const out: number[] = [];
    let [c1, c2] = [0, 0];
    const last = 127;
    for (let n = 0; n < 12; n++) {
      const t1 = threads.find((c) => c >= c1) ?? threads[0]!;
      // Below the lowest thread comes the highest: whichever it is, it is not compared with the first again.
      const t2 =
        threads.includes(c2) && c2 !== t1 ? c2 : (threads.findLast((c) => c < c2) ?? threads.at(-1)!);
      const of = (c: number): number => threads.indexOf(c);
      const [own, q1, q2] = [n % 5, load[of(t1)]!, load[of(t2)]!];
      const q0 = load[own]!;
      const keeps = asksOwn && (q1 === q2 ? q0 < q1 : q0 <= Math.min(q1, q2));
      const taken = keeps ? own : of(q1 > q2 ? t2 : t1);
      [c1, c2] = q1 < q2 ? [t1, t2 === 0 ? last : t2 - 1] : [t1 === last ? 0 : t1 + 1, t2];
      load[taken]!++;
      out.push(taken);
    }
    return out.join(' ');
  }

  test.each(['9d360604b', '77e33509c', 'ff18504d7', '8adffaa89', 'newest'])(
    '%s: twelve connections reach every thread, as the table says',
    (revision) => {
      const x = machineOf(one, { ...TWO, threads: 5, revision });
      const chosen = choicesOf(
        x,
        12,
        (n) => n % 5,
        () => {},
      );
      expect(chosen.join(' ')).toBe(twelve(revision));
      // One word for both: the reference listener's.
      expect(x.m.ald(x.W.listeners[0]! + Listener.thrIdx)).not.toBe(0);
      expect(x.m.ald(x.W.listeners[1]! + Listener.thrIdx)).toBe(0);
    },
  );

  test('before, a connection stays in the group that accepts it', () => {
    const x = machineOf(one, { ...TWO, threads: 5, revision: '1acbbca17' });
    const chosen = choicesOf(
      x,
      12,
      (n) => (n % 2 ? 4 : 0),
      () => {},
    );
    // In turn in either group, each by its own listener's cursors (A2.1).
    expect(chosen.join(' ')).toBe('0 3 1 4 2 3 0 4 1 3 2 4');
  });
});

describe.each(['listener', 'connection'] as const)('owner of the sockets %s', (socketOwner) => {
  test.each(['1acbbca17', '3.2.0', 'newest'])('%s balances a capture over both groups', (revision) => {
    const { x, broken } = run(many, { revision, socketOwner });
    expect(broken).toEqual([]);
    const { m, W } = x;
    const sessions = [0, 1, 2, 3].map((t) => m.ald(W.perThread(t) + LiPerThread.thrConn));
    const nbconn = W.listeners.map((li) => m.ald(li + Listener.nbconn));
    expect(nbconn).toEqual([sessions[0]! + sessions[1]!, sessions[2]! + sessions[3]!]);
  });
});

test('M25: before f1064c738 a connection that goes to the other group is counted up here and down there', () => {
  const counts = (revision: string): number[] => {
    const x = machineOf(one, { ...TWO, threads: 2, revision });
    expect(x.apply({ kind: 'accept-target', conn: -1, tid: 1 })).toBe('');
    for (let p = x.pick(); p; p = x.pick()) {
      x.take(p);
      if (x.m.ald(x.W.perThread(1) + LiPerThread.thrConn) && !x.enabled(0) && !x.enabled(1)) break;
    }
    const qc = x.findConn(0);
    expect(x.m.ld(qc + QuicConn.li)).toBe(x.W.listeners[1]);
    return x.W.listeners.map((li) => x.m.ald(li + Listener.nbconn));
  };
  expect(counts('d31b1650a')).toEqual([1, 0]);
  expect(counts('f1064c738')).toEqual([0, 1]);
});

test('a person’s orders and picks stay within what HAProxy can do', () => {
  const x = machineOf(one, { ...TWO, threads: 4, revision: '1acbbca17' });
  // Before 9d360604b nothing crosses: the pick is used up, and the cursors decide.
  expect(x.apply({ kind: 'accept-target', conn: -1, tid: 3 })).toBe('');
  while (!x.findConn(0) || x.owner(x.findConn(0)) < 0) x.take(x.pick()!);
  const qc = x.findConn(0);
  const owner = x.owner(qc);
  const [same, other] = owner < 2 ? [1 - owner, 3] : [5 - owner, 0];
  expect(x.apply({ kind: 'rebind', conn: 0, tid: other })).toBe(`T${other} is in another group`);
  expect(x.apply({ kind: 'rebind', conn: 0, tid: same })).toBe('');
  expect(chooseThread(x, 0, qc).tid).toBeLessThan(2);
});

describe('fd tables of a group’s own (3430556a8)', () => {
  const APART = { ...TWO, ownFdTables: true, revision: 'newest' } as const;

  test('need two groups and the commit that they came with; shared, that changes nothing', () => {
    expect(chooseRevision({ revision: 'newest', ownFdTables: true })).toBe(
      'fd tables of a group’s own need two thread groups',
    );
    expect(chooseRevision({ ...APART, revision: '55744154b' })).toBe(
      'fd tables of a group’s own came with 3430556a8',
    );
    const prints = ['55744154b', '3430556a8', '62d6ed440'].map((revision) => {
      const made = chooseRevision({ ...TWO, revision });
      if (typeof made === 'string') throw new Error(made);
      return programOf(made).fingerprint;
    });
    expect(new Set(prints).size).toBe(1);
  });

  test.each(['listener', 'connection'] as const)(
    'sockets of a %s: nothing leaves its group, whatever the loads; no rule but known ones is off',
    (socketOwner) => {
      const options = { ...OPTIONS, ...APART, socketOwner };
      const x = machineOf(many, options);
      const made = chooseRevision(options);
      if (typeof made === 'string') throw new Error(made);
      expect(Object.keys(made.knownBroken)).not.toContain('F-R4s');
      const rules = new RuleChecker(x, made, [], 20);
      const groups = new Map<number, Set<number>>();
      for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
        x.take(p);
        rules.after(p.kind === 'deliver' ? -1 : p.tid);
        for (let c = 0; c < many.conns.length; c++) {
          const qc = x.findConn(c);
          const owner = qc ? x.owner(qc) : -1;
          if (owner >= 0) groups.set(c, (groups.get(c) ?? new Set()).add(x.x.groupOf(owner)));
        }
      }
      expect(rules.broken).toEqual([]);
      expect(groups.size).toBe(many.conns.length);
      for (const g of groups.values()) expect(g.size).toBe(1);
    },
  );

  test('the choice is the group’s own, by its listener’s cursors; of one thread it is that thread, rebound all the same', () => {
    const x = machineOf(one, { ...APART, threads: 3 });
    expect(x.apply({ kind: 'accept-target', conn: -1, tid: 0 })).toBe('');
    // The second group has T2 alone. A pick of the other group is used up.
    const chosen = choicesOf(
      x,
      6,
      (n) => (n % 2 ? 0 : 2),
      () => {},
    );
    expect(chosen.filter((_, n) => n % 2 === 0)).toEqual([2, 2, 2]);
    expect(new Set(chosen.filter((_, n) => n % 2 === 1))).toEqual(new Set([0, 1]));
    for (const li of x.W.listeners) expect(x.m.ald(li + Listener.thrIdx)).not.toBe(0);
  });
});
