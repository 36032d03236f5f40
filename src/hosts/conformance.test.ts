/** The same schedule gives the same hash on every host; these are the turn-taking workers against inline. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Choice } from '../machine/choice.ts';
import { replay } from '../machine/schedule.ts';
import { recording } from '../machine/sink.ts';
import { machineOf, OPTIONS, seeded } from '../scenario/testing/worlds.ts';
import type { EngineOrder } from './engine.ts';
import { data, hashOf, type Pool, pool, type Sharing } from './testing/pool.ts';

const open: Pool[] = [];
const started = (...args: Parameters<typeof pool>): Pool => {
  const p = pool(...args);
  open.push(p);
  return p;
};

afterEach(() => {
  for (const p of open.splice(0)) p.close();
});

const FAST: EngineOrder = { kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY };

/** What is done to the network, to timers, to connections, from a seed; many are refused, which is part of it. */
function further(rnd: () => number): Choice {
  const some = (n: number): number => Math.floor(rnd() * n);
  const dgram = some(data.datagrams.count);
  const tid = some(OPTIONS.threads);
  const kinds: Choice[] = [
    { kind: 'deliver', dgram: some(8), tid },
    { kind: 'keep-back', dgram },
    { kind: 'drop', dgram },
    { kind: 'duplicate', dgram: some(8) },
    { kind: 'reorder', dgram, after: some(data.datagrams.count) },
    { kind: 'expire', tid },
    { kind: 'expire-timer', conn: 0, timer: rnd() < 0.5 ? 'idle' : 'loss' },
    { kind: 'accept-target', conn: -1, tid },
    { kind: 'show-quic', tid, all: rnd() < 0.5 },
    { kind: 'close', conn: 0 },
  ];
  return kinds[some(kinds.length)]!;
}

/** Orders of a person, from a seed: steps of chosen threads, holds, releases, rebinds, failing allocations, and time travel. */
function orders(seed: number, travel: boolean): EngineOrder[] {
  const rnd = seeded(seed);
  const out: EngineOrder[] = [];
  const tid = (): number => Math.floor(rnd() * OPTIONS.threads);
  for (let i = 0; i < 120; i++) {
    const r = rnd();
    if (r < 0.4) out.push(...new Array<EngineOrder>(1 + Math.floor(rnd() * 30)).fill({ kind: 'step' }));
    else if (r < 0.5 && travel) out.push({ kind: 'seek', at: Math.floor(rnd() * 900) });
    else if (r < 0.55 && travel) out.push({ kind: rnd() < 0.5 ? 'back' : 'bring-back' });
    else if (r < 0.7) out.push({ kind: 'choice', choice: { kind: 'step', tid: tid() } });
    else if (r < 0.8) out.push({ kind: 'choice', choice: { kind: 'hold', tid: tid() } });
    else if (r < 0.92) out.push({ kind: 'choice', choice: { kind: 'release', tid: tid() } });
    else if (r < 0.97) out.push({ kind: 'choice', choice: { kind: 'rebind', conn: 0, tid: tid() } });
    else out.push({ kind: 'choice', choice: { kind: 'fail-allocation', n: 1 } });
    if (rnd() < 0.1) out.push({ kind: 'choice', choice: further(rnd) });
  }
  return out;
}

describe.each<Sharing>(['shared', 'transferred'])('turn-taking workers, block %s', (sharing) => {
  test('a whole capture gives the same hash as inline', async () => {
    const p = started(sharing);
    p.engine.order(FAST);
    await p.until((x) => x.status.stopped === 'traffic');
    p.engine.order(FAST);
    const f = await p.until((x) => x.status.stopped === 'idle');
    const inline = machineOf(data, {}, recording);
    inline.run(Number.MAX_SAFE_INTEGER);
    expect(f.steps).toBe(inline.happened);
    expect(hashOf(f, false)).toBe(inline.hash(false));
    expect(hashOf(f, true)).toBe(inline.hash(true));
  });

  test.each([1, 2, 3])(
    'random orders of a person, seed %i: the recorded schedule replayed inline gives the same hash',
    async (seed) => {
      const f = await started(sharing).settled(orders(seed, false));
      const inline = machineOf(data, {}, recording);
      expect(replay(inline, { departures: f.departures, end: f.steps })).toBe('');
      expect(f.departures.length).toBeGreaterThan(20);
      expect(f.end).toBe(f.steps);
      expect(hashOf(f, false)).toBe(inline.hash(false));
      expect(hashOf(f, true)).toBe(inline.hash(true));
    },
  );

  test.each([4, 5])('with going back and branches among them, seed %i', async (seed) => {
    const p = started(sharing);
    await p.settled(orders(seed, true));
    const f = await p.settled([{ kind: 'seek', at: Number.MAX_SAFE_INTEGER }]);
    const inline = machineOf(data, {}, recording);
    expect(f.steps).toBe(f.end);
    expect(replay(inline, { departures: f.departures, end: f.end })).toBe('');
    expect(hashOf(f, true)).toBe(inline.hash(true));
  });
});

test('the same schedule gives the same hash, always', () => {
  const once = machineOf(data);
  once.run(5000);
  const again = machineOf(data);
  while (again.happened < once.happened) again.run(Math.min(7, once.happened - again.happened));
  expect(again.hash(true)).toBe(once.hash(true));
  again.run(1);
  expect(again.hash(false)).not.toBe(once.hash(false));
});
