/** Undo, then redo, gives the same hash: over random schedules, in every procedure there is. */
import { describe, expect, test } from 'vitest';
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { retireConnectionId } from '../haproxy/proc/cids.ts';
import { REVISIONS } from '../haproxy/revisions.ts';
import { silent } from '../haproxy/step/events.ts';
import type { Choice } from '../machine/choice.ts';
import { Machine, type Pick } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { setUp } from '../machine/setup.ts';
import { hashWords } from '../memory/hash.ts';
import { JournaledMem } from '../memory/journaled.ts';
import { makeWorld } from './make.ts';
import { call } from './testing/call.ts';
import { dataOf, OPTIONS, seeded } from './testing/worlds.ts';

interface Taken {
  m: JournaledMem;
  x: Machine;
}

/** Something done to a world; done to the same world again it does the same. */
type Act = (x: Machine) => void;

const SEED = REVISIONS[0]!.id;
const LATEST = REVISIONS.at(-1)!.id;
const seen = new Set<string>();

function worldOf(capture: string, options: Partial<WorldOptions>): Taken {
  const { W, P } = makeWorld(dataOf(capture), { ...OPTIONS, ...options }, 1);
  const m = new JournaledMem(new Int32Array(W.layout.words), W.layout.kinds);
  setUp(m, W, P);
  const x = new Machine(m, W, P, silent);
  x.boot();
  m.restart();
  return { m, x };
}

const hashes = (m: JournaledMem): string => `${m.hash(false)} ${m.hash(true)}`;

/** One random thing that can be done now: by the clock, or, `chaos` of the times, what a person or the network may do. */
function randomAct(x: Machine, rnd: () => number, chaos: number): Act {
  const below = (n: number): number => Math.floor(rnd() * n);
  if (rnd() >= chaos) {
    const p: Pick | null = x.pick();
    if (p) return (y) => y.take(p);
    const tid = below(x.W.cfg.threads);
    return (y) => void y.apply({ kind: 'release', tid });
  }
  const tid = below(x.W.cfg.threads);
  const conn = below(x.W.consts.clients.conns);
  const dgram = below(x.W.consts.datagrams.count);
  const choices: Choice[] = [
    { kind: 'step', tid },
    { kind: 'step', tid },
    { kind: 'hold', tid },
    { kind: 'release', tid },
    { kind: 'release', tid: below(2) },
    { kind: 'release', tid: 2 + below(2) },
    { kind: 'rebind', conn, tid },
    { kind: 'rebind', conn, tid },
    { kind: 'accept-target', conn, tid },
    { kind: 'show-quic', tid, all: rnd() < 0.5 },
    { kind: 'fail-allocation', n: 1 + below(12) },
    { kind: 'fail-socket', n: 1 + below(3) },
    { kind: 'deliver', dgram },
    { kind: 'drop', dgram },
    { kind: 'duplicate', dgram },
    { kind: 'reorder', dgram, after: below(x.W.consts.datagrams.count) },
    { kind: 'expire', tid },
    { kind: 'expire-timer', conn, timer: rnd() < 0.2 ? 'idle' : 'loss' },
    ...(rnd() < 0.2 ? ([{ kind: 'close', conn }] satisfies Choice[]) : []),
  ];
  const choice = choices[below(choices.length)]!;
  return (y) => void y.apply(choice);
}

/** Does random things, takes them back, does them again; then goes on from there, or from before them. */
function thereAndBack({ m, x }: Taken, seed: number, chaos = 0.03): number {
  const rnd = seeded(seed);
  let changed = 0;
  for (let i = 0; i < 400; i++) {
    const mark = m.mark();
    const happened = x.happened;
    const before = hashes(m);
    const words = m.w.slice();
    const acts: Act[] = [];
    for (let n = 1 + Math.floor(rnd() * 60); n > 0; n--) {
      const act = randomAct(x, rnd, chaos);
      const stands = x.stopped ? null : x.pick();
      if (stands && stands.kind !== 'deliver') seen.add(x.at(stands.tid).proc.name);
      act(x);
      acts.push(act);
    }
    const after = hashes(m);
    if (after !== before) changed++;
    expect(m.hash(true)).toBe(hashWords(m.w, x.W.layout.kinds, true));
    m.undo(mark);
    x.happened = happened;
    expect(hashes(m)).toBe(before);
    expect(Buffer.compare(bytes(m.w), bytes(words))).toBe(0);
    for (const act of acts) act(x);
    expect(hashes(m)).toBe(after);
    if (rnd() < 0.1) m.undo(mark);
    if (x.stopped || x.idle) break;
  }
  return changed;
}

const bytes = (w: Int32Array): Uint8Array => new Uint8Array(w.buffer, w.byteOffset, w.byteLength);

const WORLDS: [string, Partial<WorldOptions>][] = [
  ['v01', {}],
  ['v01', { revision: SEED }],
  ['v01', { revision: LATEST, threads: 2 }],
  ['v02', { socketOwner: 'connection', withholdPostHandshake: false }],
  ['v04', { revision: LATEST, withholdPostHandshake: false }],
  ['v07', { revision: LATEST, socketOwner: 'connection' }],
  ['v07', { revision: SEED, socketOwner: 'connection', withholdPostHandshake: false }],
  ['v11', {}],
];

describe('undo, then redo', () => {
  test.each(WORLDS)('%s, %o', (capture, options) => {
    for (const seed of [1, 2, 3, 4])
      expect(thereAndBack(worldOf(capture, options), seed)).toBeGreaterThan(10);
  });

  test.each(['v04', 'v07'])('the network loses most of %s: loss timers run out', (capture) => {
    const w = worldOf(capture, {});
    const rnd = seeded(2);
    for (let dgram = 0; dgram < w.x.W.consts.datagrams.count; dgram++)
      if (rnd() < 0.6) w.x.apply({ kind: 'drop', dgram });
    expect(thereAndBack(w, 5, 0)).toBeGreaterThan(10);
  });

  test('an accept ring of one place on a thread that is held: accepts are taken back', () => {
    const w = worldOf('v07', { revision: LATEST, ringSize: 2 });
    w.x.apply({ kind: 'hold', tid: 1 });
    for (let conn = 0; conn < w.x.W.consts.clients.conns; conn++)
      w.x.apply({ kind: 'accept-target', conn, tid: 1 });
    expect(thereAndBack(w, 6, 0)).toBeGreaterThan(10);
  });

  test('a client that retires a CID: no capture holds one, so the call is made', () => {
    const w = worldOf('v01', { withholdPostHandshake: false, revision: LATEST });
    const { x } = w;
    let qc = x.findConn(0);
    for (x.run(2500); !qc || x.owner(qc) < 0 || !x.waiting(x.owner(qc)); qc = x.findConn(0)) x.run(1);
    call(x, x.owner(qc), retireConnectionId, qc, 1, 5);
    expect(thereAndBack(w, 9)).toBeGreaterThan(10);
  });

  test('an accept without memory: the listener pauses, and goes on', () => {
    const w = worldOf('v07', { revision: LATEST });
    const { x } = w;
    const making = (): boolean =>
      [0, 1, 2, 3].some((t) => x.at(t).proc.key === 'listener_accept' && x.at(t).label === '3');
    while (!making()) x.take(x.pick()!);
    x.apply({ kind: 'fail-allocation', n: 1 });
    expect(thereAndBack(w, 7, 0)).toBeGreaterThan(10);
  });

  test('what is left of a connection is woken to repeat its CONNECTION_CLOSE: as of yet by the cure of H17 alone', () => {
    const w = worldOf('v01', { revision: LATEST, mutations: ['H17'] });
    w.x.run(2500);
    w.x.apply({ kind: 'close', conn: 0 });
    expect(thereAndBack(w, 3)).toBeGreaterThan(10);
  });

  // After the worlds above: what they have gone through.
  test('went through every procedure', () => {
    expect(PROCEDURES.map((p) => p.key).filter((name) => !seen.has(name))).toEqual([]);
  });
});
