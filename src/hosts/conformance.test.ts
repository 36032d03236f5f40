import { afterEach, describe, expect, test } from 'vitest';
import { LEDGER } from '../haproxy/model/flags.ts';
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import { replay } from '../machine/schedule.ts';
import { recording } from '../machine/sink.ts';
import { hashWords } from '../memory/hash.ts';
import { makeWorld } from '../scenario/make.ts';
import { dataOf, machineOf, OPTIONS, seeded } from '../scenario/testing/worlds.ts';
import { Coordinator } from './coordinator.ts';
import type { Engine, EngineOrder, Frame } from './engine.ts';
import type { FromCoordinator, FromThread, ToCoordinator, ToThread } from './messages.ts';
import { engineOver } from './pool.ts';
import { nodePort } from './testing/node-port.ts';
import { portPair } from './testing/pair.ts';

type Sharing = 'shared' | 'transferred';
const data = dataOf('v01');
const W = makeWorld(data, OPTIONS).W;
const closing: (() => void)[] = [];

interface Pool {
  engine: Engine;
  workers: ReturnType<typeof nodePort>['worker'][];
  until(test: (f: Frame) => boolean): Promise<Frame>;
}

function pool(sharing: Sharing): Pool {
  const [page, coordinator] = portPair<FromCoordinator, ToCoordinator>();
  const workers: Pool['workers'] = [];
  new Coordinator(coordinator, () => {
    const p = nodePort<FromThread, ToThread>('./thread-entry.ts');
    workers.push(p.worker);
    return p;
  });
  const engine = engineOver(page, { data, options: OPTIONS, moment: null, sharing });
  closing.push(() => {
    for (const w of workers) void w.terminate();
    page.close();
    coordinator.close();
  });
  return {
    engine,
    workers,
    until: (done) =>
      new Promise((resolve) => {
        const stop = engine.onFrame((f) => {
          if (!done(f)) return;
          queueMicrotask(() => stop());
          resolve({ ...f, block: f.block.slice() });
        });
      }),
  };
}

afterEach(() => {
  for (const c of closing.splice(0)) c();
});

const hashOf = (f: Frame, withTime: boolean): string => hashWords(f.block, W.layout.kinds, withTime);

/** Orders of a person, from a seed: steps of chosen threads, holds, releases, rebinds, failing allocations, runs. */
function orders(seed: number): EngineOrder[] {
  const rnd = seeded(seed);
  const out: EngineOrder[] = [];
  const tid = (): number => Math.floor(rnd() * OPTIONS.threads);
  for (let i = 0; i < 120; i++) {
    const r = rnd();
    if (r < 0.5) out.push(...new Array<EngineOrder>(1 + Math.floor(rnd() * 30)).fill({ kind: 'step' }));
    else if (r < 0.7) out.push({ kind: 'choice', choice: { kind: 'step', tid: tid() } });
    else if (r < 0.8) out.push({ kind: 'choice', choice: { kind: 'hold', tid: tid() } });
    else if (r < 0.92) out.push({ kind: 'choice', choice: { kind: 'release', tid: tid() } });
    else if (r < 0.97) out.push({ kind: 'choice', choice: { kind: 'rebind', conn: 0, tid: tid() } });
    else out.push({ kind: 'choice', choice: { kind: 'fail-allocation', n: 1 } });
  }
  return out;
}

const settled = async (p: Pool, list: EngineOrder[]): Promise<Frame> => {
  for (const o of list) p.engine.order(o);
  // The gate is the mark that all orders before it have been carried out.
  p.engine.order({ kind: 'choice', choice: { kind: 'gate', on: false } });
  return p.until((f) => f.departures.at(-1)?.choice.kind === 'gate' && !f.status.playing);
};

describe.each<Sharing>(['shared', 'transferred'])('turn-taking workers, block %s', (sharing) => {
  test('a whole capture gives the same hash as inline', async () => {
    const p = pool(sharing);
    p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
    await p.until((x) => x.status.stopped === 'traffic');
    p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
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
      const f = await settled(pool(sharing), orders(seed));
      const inline = machineOf(data, {}, recording);
      expect(replay(inline, { departures: f.departures, end: f.steps })).toBe('');
      expect(f.departures.length).toBeGreaterThan(20);
      expect(hashOf(f, false)).toBe(inline.hash(false));
      expect(hashOf(f, true)).toBe(inline.hash(true));
    },
  );

  test('ending the worker of T2 stops T2 and no other; a new worker goes on where it stood', async () => {
    const p = pool(sharing);
    for (let i = 0; i < 300; i++) p.engine.order({ kind: 'step' });
    await p.until((f) => f.steps >= 300);
    const victim = p.workers[2]!;
    void victim.terminate();
    const lost = await p.until((f) => f.status.lost.length > 0);
    expect(lost.status.lost).toEqual([2]);
    expect(lost.status.message).toContain('T2');
    p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
    const stopped = await p.until((f) => f.status.stopped !== '' && f.steps > lost.steps);
    const steps = (t: number, f: Frame): number => f.block[W.th(t) + ThreadCtx.steps] ?? 0;
    expect(['lost', 'traffic']).toContain(stopped.status.stopped);
    expect(steps(2, stopped)).toBe(steps(2, lost));
    p.engine.order({ kind: 'revive', tid: 2 });
    await p.until((f) => f.status.lost.length === 0);
    p.engine.order({ kind: 'play', stepsPerSecond: Number.POSITIVE_INFINITY });
    const end = await p.until((f) => f.status.stopped === 'traffic' || f.status.stopped === 'idle');
    let handled = 0;
    for (let d = 0; d < data.datagrams.count; d++)
      if ((end.block[W.ledger(d)]! & 0xff) === LEDGER.HANDLED) handled++;
    expect(handled).toBe(data.datagrams.count);
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
