/** Compiled steps leave the block as closures do, word for word after every single step. */
import { expect, test } from 'vitest';
import { chooseRevision, MUTATIONS, newestFor, REVISIONS } from '../haproxy/revisions.ts';
import { type EventSink, silent } from '../haproxy/step/events.ts';
import type { Choice } from '../machine/choice.ts';
import type { StepModule } from '../machine/compiled/steps.ts';
import type { Machine } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import { replay } from '../machine/schedule.ts';
import type { WorldData } from './data.ts';
import { makeWorld } from './make.ts';
import { MUSEUM, museumRun } from './museum/index.ts';
import { closureMachine, compiledMachine, compiledModules } from './testing/compiled.ts';
import { OPTIONS as COMMON, dataOf, seeded } from './testing/worlds.ts';

const MODULES = await compiledModules();
const bytesOf = (x: Machine): Buffer => Buffer.from(x.m.w.buffer, x.m.w.byteOffset, x.m.w.byteLength);

/** One thing that can be done: mostly a step of some thread, else what a person or the network may do. */
function someChoice(x: Machine, rnd: () => number): Choice {
  const below = (n: number): number => Math.floor(rnd() * n);
  const tid = below(x.W.cfg.threads);
  const conn = below(x.W.consts.clients.conns);
  const dgram = below(x.W.consts.datagrams.count);
  const others: Choice[] = [
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
    ...(rnd() < 0.1 ? ([{ kind: 'close', conn }] satisfies Choice[]) : []),
  ];
  return rnd() < 0.7 ? { kind: 'step', tid } : others[below(others.length)]!;
}

/** The modules that a program may run on. */
const suited = (data: WorldData, options: Partial<WorldOptions>): StepModule[] =>
  makeWorld(data, { ...COMMON, ...options }).P.guard ? [MODULES.careful] : [MODULES.plain, MODULES.shared];

/**
 * Runs closures and compiled steps alike, on the modules there are for such a program: by the clock, and now and then something chosen. Adds the bodies that
 * were compiled and taken to `taken`. `first`: what is done before.
 */
function alike(
  data: WorldData,
  options: Partial<WorldOptions>,
  steps: number,
  seed: number,
  first: (x: Machine) => unknown = () => 0,
): void {
  for (const module of suited(data, options)) {
    const a = closureMachine(module.shared, data, options);
    const { machine: b, compiled } = compiledMachine(module, data, options);
    const rnd = seeded(seed);
    const both = (act: (x: Machine) => unknown): void => {
      const by = told(() => act(a));
      expect(told(() => act(b))).toEqual(by);
      if (Buffer.compare(bytesOf(a), bytesOf(b)) !== 0) throw new Error(where(a, b));
    };
    both(first);
    for (let n = 0; n < steps && !a.stopped; n++) {
      const p = rnd() < 0.97 ? a.pick() : null;
      const c: Choice | null = p ? null : someChoice(a, rnd);
      const tid = p && p.kind !== 'deliver' ? p.tid : c?.kind === 'step' ? c.tid : -1;
      if (tid >= 0 && compiled[a.at(tid).pc]) taken.add(keyOf(a, tid));
      both((x) => (c ? x.apply(c) : x.take(x.pick()!)));
    }
  }
}

const keyOf = (x: Machine, tid: number): string => {
  const s = x.at(tid);
  return `${s.wrote} ${s.proc.key} ${s.label}`;
};

/** What an act answers, or says of what cannot be. */
function told(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first word in which they differ, and the steps that the threads stand at. */
function where(a: Machine, b: Machine): string {
  const i = a.m.w.findIndex((v, k) => v !== b.m.w[k]);
  const at = Array.from({ length: a.W.cfg.threads }, (_, t) => `T${t} ${keyOf(a, t)}`).join(', ');
  return `word ${i}: ${a.m.w[i]} and ${b.m.w[i]}; ${at}`;
}

const OPTIONS: Partial<WorldOptions>[] = [
  { revision: REVISIONS[0]!.id },
  { revision: 'finalized', socketOwner: 'connection' },
  { revision: 'finalized', withholdPostHandshake: false },
  { revision: REVISIONS.at(-1)!.id },
  { revision: REVISIONS.at(-1)!.id, socketOwner: 'connection' },
  { revision: REVISIONS.at(-1)!.id, threadGroups: 2, threads: 6 },
  { revision: REVISIONS.at(-1)!.id, threadGroups: 2, threads: 4, earlyData: true, maxPollEvents: 1 },
  { revision: '25174d51e', maxPollEvents: 1, ringSize: 2, rejects: true },
  { revision: REVISIONS.at(-1)!.id, rejects: true, muxStays: true, runqueueDepth: 2, inboxRecords: 1 },
  { revision: REVISIONS.at(-1)!.id, threadGroups: 2, threads: 6, ownFdTables: true },
  { revision: REVISIONS.at(-1)!.id, earlyData: true, maxconn: 2 },
];

/** Bodies that were compiled and taken, over all tests of this file. */
const taken = new Set<string>();

test('every body is compiled but those of a mutation that has two of one label', () => {
  for (const { list } of Object.values(MODULES)) {
    expect([...new Set(list.closures)]).toEqual([
      'X06 <rebind by hand> H1x: two of one label',
      'X21 listener_accept 8z: two of one label',
    ]);
    expect(list.bodies.length).toBeGreaterThan(600);
  }
});

test.each(OPTIONS.map((o, i) => [i, o] as const))('captures at random: %i %j', (i, options) => {
  for (const capture of ['v01', 'v03', 'v04']) alike(dataOf(capture), options, 3000, 17 + i);
});

test('every revision and every mutation', () => {
  const data = dataOf('v01');
  for (const r of REVISIONS) alike(data, { revision: r.id }, 300, 5);
  for (const { id } of MUTATIONS) {
    const options = { revision: newestFor(id), mutations: [id] };
    const alone = typeof chooseRevision(options) !== 'string';
    alike(data, alone ? options : { ...options, threadGroups: 2, threads: 6, maxconn: 3 }, 300, 6);
  }
});

test.each([true, false])('every world of the museum from where its search begins, fixed: %s', (fixed) => {
  for (const { id } of MUSEUM) {
    const { data, options, beginning } = museumRun({ world: id, fixed });
    alike(data, options, 300, 7, (x) => replay(x, beginning));
  }
});

test('what does not fit in the ring is told behind what is in it: nothing is lost, and in order', () => {
  const data = dataOf('v01');
  const { shared } = MODULES;
  const toldBy = (room: number): string[] => {
    const told: string[] = [];
    const sink: EventSink = { ...silent, note: (_x, kind, _qc, a, b) => void told.push(`${kind} ${a} ${b}`) };
    const { machine, hear } = compiledMachine(shared, data, {}, sink, room);
    for (let n = 0; n < 3000; n++) {
      const p = machine.pick();
      if (!p) break;
      machine.take(p);
    }
    hear();
    return told;
  };
  const atOnce = toldBy(0);
  expect(atOnce.length).toBeGreaterThan(20);
  expect(toldBy(3)).toEqual(atOnce);
});

test('most of the bodies were taken', () => {
  const { list } = MODULES.shared;
  const never = list.bodies.filter((b) => !taken.has(b));
  expect(never.length, never.join('; ')).toBeLessThan(list.bodies.length / 6);
});
