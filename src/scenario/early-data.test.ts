/** Clients that send early data: a connection is accepted before its handshake is over (N3.3; H18). */
import { describe, expect, test } from 'vitest';
import { BUG } from '../haproxy/model/bugs.ts';
import { QC, STATE } from '../haproxy/model/flags.ts';
import { Connection, Global, Listener, QuicConn } from '../haproxy/model/layouts.ts';
import { chooseRevision, programOf, REVISIONS } from '../haproxy/revisions.ts';
import type { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { built } from './museum/built.ts';
import { Prelude } from './museum/prelude.ts';
import { dataOf, machineOf, OPTIONS } from './testing/worlds.ts';

const one = dataOf('v01');
const EARLY = { earlyData: true } as const;

/** Runs by the clock to rest, every rule on: the handshake's state when the connection was accepted, who completed it, and what broke. */
function run(o: Partial<WorldOptions>): {
  x: Machine;
  began: number;
  by: number;
  framed: boolean;
  broken: string[];
} {
  const options = { ...OPTIONS, ...EARLY, ...o };
  const made = chooseRevision(options);
  if (typeof made === 'string') throw new Error(made);
  const x = machineOf(one, options);
  expect(x.apply({ kind: 'accept-target', conn: 0, tid: 2 })).toBe('');
  const rules = new RuleChecker(x, made, [], 20);
  let [began, by, framed] = [-1, -1, false];
  for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
    x.take(p);
    rules.after(p.kind === 'deliver' ? -1 : p.tid);
    const qc = x.findConn(0);
    if (!qc) continue;
    const state = x.m.ld(qc + QuicConn.state);
    if (began < 0 && x.m.ld(qc + QuicConn.conn)) began = state;
    if (by < 0 && state === STATE.CONFIRMED && p.kind === 'step') by = p.tid;
    framed ||= by >= 0 && !(x.m.ld(qc + QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS);
  }
  return { x, began, by, framed, broken: rules.broken.map((b) => `${b.rule}: ${b.text}`) };
}

test('without it every program is what it is', () => {
  for (const r of REVISIONS) {
    expect(chooseRevision({ revision: r.id, earlyData: false })).toBe(r);
    const early = chooseRevision({ revision: r.id, ...EARLY });
    if (typeof early === 'string') throw new Error(early);
    expect(programOf(early).fingerprint).not.toBe(programOf(r).fingerprint);
  }
});

describe.each(['listener', 'connection'] as const)('owner of the sockets %s', (socketOwner) => {
  test.each(['seed', '1acbbca17', 'd6646dddc', 'dd58dff1e', '3.0.0', '3.2.0', 'newest'])(
    '%s: accepted in the handshake, which is completed on the thread that it went to',
    (revision) => {
      const { x, began, by, framed, broken } = run({ revision, socketOwner, withholdPostHandshake: false });
      expect(broken).toEqual([]);
      // At the seed a connection is accepted where it is.
      const home = revision === 'seed';
      expect([began, home || by === 2, framed]).toEqual([STATE.HANDSHAKE, true, true]);
      expect(x.m.ald(x.W.global + Global.halfOpen)).toBe(0);
    },
  );
});

describe('in two thread groups', () => {
  /** Two clients begin, one on either thread; T0's is accepted for T1 before its Finished comes, and then T1's Finished. */
  function both(mutations: readonly string[], finished: readonly number[]): Prelude {
    const data = built('two handshakes', 2, [
      { conn: 0, packets: ['hello'], ms: 100 },
      { conn: 1, packets: ['hello'], ms: 101 },
      { conn: 0, packets: ['finished'], ms: 102 },
      { conn: 1, packets: ['finished'], ms: 103 },
    ]);
    const p = new Prelude(data, {
      ...OPTIONS,
      ...EARLY,
      threads: 2,
      threadGroups: 2,
      revision: 'newest',
      mutations,
    });
    p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).choose({ kind: 'accept-target', conn: 1, tid: 1 });
    for (const d of [0, 1]) p.choose({ kind: 'deliver', dgram: d, tid: d }).sleep(d);
    p.sleep(0).sleep(1);
    for (const d of finished) {
      p.choose({ kind: 'deliver', dgram: d, tid: 1 });
      while (p.x.enabled(1) && !p.x.stopped) p.choose({ kind: 'step', tid: 1 });
    }
    return p;
  }
  const counts = ({ x }: Prelude): number[] =>
    x.W.listeners.map((li) => x.m.ald(li + Listener.currHandshake));

  test('H18: a handshake is counted where it began; its end, in the other group, takes one of another connection', () => {
    const moved = both([], []);
    for (const conn of [0, 1]) {
      const qc = moved.x.findConn(conn);
      expect([moved.x.owner(qc), moved.x.m.ld(moved.x.m.ld(qc + QuicConn.conn) + Connection.target)]).toEqual(
        [1, moved.x.W.listeners[1]],
      );
    }
    expect(counts(moved)).toEqual([1, 1]);
    expect(counts(both([], [2]))).toEqual([1, 0]);
    const { x } = both([], [2, 3]);
    expect(x.m.ld(x.W.global + Global.bug)).toBe(BUG.HANDSHAKE_COUNT + 1);
  });

  test('moved with the connection, it comes down where it was counted', () => {
    expect(counts(both(['H18'], []))).toEqual([0, 2]);
    const p = both(['H18'], [2, 3]);
    expect([p.x.stopped, ...counts(p)]).toEqual([false, 0, 0]);
  });
});
