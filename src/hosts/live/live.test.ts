import { afterEach, describe, expect, test } from 'vitest';
import { ledgerState } from '../../haproxy/lib/kernel.ts';
import { LEDGER } from '../../haproxy/model/flags.ts';
import { loadSteps } from '../../machine/compiled/load.ts';
import { record } from '../../machine/recording/make.ts';
import { RuleChecker } from '../../machine/rules/checker.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import { makeWorld } from '../../scenario/make.ts';
import { dataOf } from '../../scenario/testing/worlds.ts';
import { nodePort } from '../node-port.ts';
import { HEAD } from './board.ts';
import { LIVE_DEFAULTS, type LiveBegin, type LiveStatus, type SafePoint } from './contract.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { liveWorker, type NodeLive, startNodeLive } from './node.ts';

const running: NodeLive[] = [];

afterEach(() => {
  for (const r of running.splice(0)) r.close();
});

interface Wanted {
  threads?: number;
  socketOwner?: 'listener' | 'connection';
  opening?: boolean;
  revision?: string;
  settings?: Partial<LiveBegin['settings']>;
}

/** What HAProxy still has: its rule is looked at nowhere. */
const KNOWN = [
  ['F-R8', 'H16'],
  ['F-R5b', 'H13'],
  ['F-R7c', 'H12'],
  ['F-R4m', 'H11'],
  ['F-R4k', 'H01'],
  ['F-R9c', 'H17'],
].map(([rule, bug]) => ({ rule, why: `off in this revision: ${bug}` }));

function begin(w: Wanted): LiveBegin {
  return {
    ...LIVE_DEFAULTS,
    options: {
      threads: w.threads ?? 4,
      revision: w.revision ?? 'newest',
      socketOwner: w.socketOwner ?? 'listener',
      withholdPostHandshake: true,
    },
    opening: w.opening ?? false,
    size: 100,
    capacity: 200,
    settings: {
      connections: 100,
      datagramsPerSecond: 5000,
      churnPerSecond: 20,
      rebindsPerSecond: 200,
      rebindPolicy: 'random',
      ...w.settings,
    },
  };
}

/** As in the page; with closures runs what `flight.test.ts` and the fuzzers run, and one test here. */

function start(w: Wanted, spawn?: Parameters<typeof startNodeLive>[1], compiled = true): NodeLive {
  const live = startNodeLive(begin(w), spawn, compiled ? loadSteps : undefined);
  running.push(live);
  return live;
}

/** Waits until the run has come to a state; a run that has failed says so instead of running into the limit. */
async function until(live: NodeLive, test: (s: LiveStatus) => boolean): Promise<LiveStatus> {
  const s = await live.until((s) => test(s) || (s.stopped !== '' && s.stopped !== 'asked'));
  if (!test(s)) throw new Error(`stopped: ${s.stopped}, ${s.message}`);
  return s;
}

const busy = (live: NodeLive, handled: number, rebound: number) => (): boolean =>
  live.reading !== null &&
  live.reading.total('handled') >= handled &&
  live.reading.total('rebound') >= rebound;

function allWell(p: SafePoint | null): SafePoint {
  if (!p) throw new Error('nothing was looked at');
  expect(p.rulesBroken).toEqual([]);
  expect(p.balance.wrong).toBe('');
  expect(p.balance.received).toBe(p.balance.handled + p.balance.dropped + p.balance.queued);
  return p;
}

describe.each(['listener', 'connection'] as const)('socket owner %s', (socketOwner) => {
  test('eight workers under load with rebinds: everything has an end, and every rule holds at rest', async () => {
    const live = start({ threads: 8, socketOwner });
    await until(live, busy(live, 5000, 200));
    live.order({ kind: 'stop' });
    const s = await until(live, (s) => s.stopped === 'asked');
    const p = allWell(s.safePoint);
    expect(p.atRest).toBe(true);
    expect(p.rulesNotLookedAt).toEqual(KNOWN);
    expect(p.balance.queued).toBe(0);
    expect(p.balance.handled).toBeGreaterThan(5000);
    const { reading } = live;
    let moved = 0;
    for (let a = 0; a < 8; a++) for (let b = 0; b < 8; b++) moved += reading!.moves(a, b);
    expect(moved).toBe(reading!.total('rebound'));
  });

  test('with opening: packets are really opened, none fails', async () => {
    const live = start({ threads: 2, socketOwner, opening: true });
    await until(live, busy(live, 3000, 50));
    live.order({ kind: 'stop' });
    const s = await until(live, (s) => s.stopped === 'asked');
    allWell(s.safePoint);
    expect(live.reading!.total('opened')).toBeGreaterThan(2500);
    expect(live.reading!.total('accepted')).toBeGreaterThan(50);
  });
});

describe.each([true, false])('a capture in a loop, opening %s', (opening) => {
  test('each time with other addresses and CIDs; connections are accepted, and everything has an end', async () => {
    const live = startNodeLive({
      ...begin({ threads: 2, opening, settings: { datagramsPerSecond: 500, rebindsPerSecond: 20 } }),
      source: { kind: 'capture', data: dataOf('v07') },
    });
    running.push(live);
    await until(live, () => (live.reading?.total('handled') ?? 0) >= 600);
    live.order({ kind: 'stop' });
    const s = await until(live, (s) => s.stopped === 'asked');
    const p = allWell(s.safePoint);
    // Nearly all of a good recording is handled; what comes for a connection that is closing is not.
    expect(p.balance.handled).toBeGreaterThan(0.8 * p.balance.received);
    expect(live.reading!.total('accepted')).toBeGreaterThan(0.5 * live.reading!.total('created'));
    expect(live.reading!.total('created')).toBeGreaterThan(20);
  });
});

test('steps as closures: the same, where nothing is compiled', async () => {
  const live = start({ threads: 4 }, undefined, false);
  await until(live, busy(live, 2000, 50));
  live.order({ kind: 'stop' });
  allWell((await until(live, (s) => s.stopped === 'asked')).safePoint);
});

test('one thread compiled, the next as closures, on one memory: nothing is lost', async () => {
  const spawn = (tid: number): ReturnType<typeof liveWorker> => {
    const port = liveWorker();
    if (tid % 2 === 0) return port;
    return { ...port, post: ({ run: { compiled: _, ...run }, ...m }) => port.post({ ...m, run }) };
  };
  const live = start({ threads: 4 }, spawn);
  await until(live, busy(live, 10_000, 200));
  live.order({ kind: 'stop' });
  const p = allWell((await until(live, (s) => s.stopped === 'asked')).safePoint);
  expect(p.atRest).toBe(true);
  expect(p.balance.queued).toBe(0);
});

test('pause stops between callbacks, and resume goes on', async () => {
  const live = start({ threads: 3 });
  await until(live, busy(live, 1000, 0));
  live.order({ kind: 'pause' });
  const p = allWell((await until(live, (s) => s.phase === 'paused')).safePoint);
  expect(p.rulesNotLookedAt.filter((r) => r.why !== 'holds at rest only')).toEqual(KNOWN);
  const before = live.reading!.total('steps');
  live.order({ kind: 'resume' });
  await until(live, (s) => s.phase === 'running' && live.reading!.total('steps') > before + 1000);
});

test('a worker that is ended in mid-run is named, and the run goes on from the last image', async () => {
  const live = start({ threads: 4 });
  await until(live, (s) => s.imageAt > 0 && busy(live, 1000, 0)());
  const old = live.workers.get(2)!;
  await old.terminate();
  const s = await until(live, (s) => s.lost.some((l) => l.imageAge >= 0));
  expect(s.lost[0]!.tid).toBe(2);
  expect(s.message).toContain('T2');
  const handled = live.reading!.total('handled');
  await until(live, (s) => s.phase === 'running' && live.reading!.total('handled') > handled + 2000);
  expect(live.workers.get(2)).not.toBe(old);
  live.order({ kind: 'stop' });
  allWell((await until(live, (s) => s.stopped === 'asked')).safePoint);
});

test('what is set while the workers start is set', async () => {
  const live = start({ threads: 2, settings: { connections: 10 } });
  live.order({ kind: 'set', settings: { connections: 60 } });
  await until(live, () => (live.reading?.head(HEAD.live) ?? 0) >= 60);
});

test('told to stop before all workers are up, or while one is lost, it stops once it can', async () => {
  const early = start({ threads: 2 });
  early.order({ kind: 'stop' });
  await until(early, (s) => s.phase === 'starting');
  allWell((await until(early, (s) => s.stopped === 'asked')).safePoint);
  early.close();
  const live = start({ threads: 3 });
  await until(live, busy(live, 1000, 0));
  live.order({ kind: 'stop' });
  await live.workers.get(1)!.terminate();
  const s = await until(live, (s) => s.stopped === 'asked');
  allWell(s.safePoint);
});

test('the load generator is a worker like the others: ended, it comes back', async () => {
  const live = start({ threads: 2 });
  await until(live, busy(live, 1000, 0));
  await live.workers.get(-1)!.terminate();
  const s = await until(live, (s) => s.lost.some((l) => l.imageAge >= 0));
  expect(s.lost[0]!.tid).toBe(-1);
  const handled = live.reading!.total('handled');
  await until(live, () => live.reading!.total('handled') > handled + 1000);
  live.order({ kind: 'stop' });
  allWell((await until(live, (s) => s.stopped === 'asked')).safePoint);
});

test('a worker that hangs is named, and replaced', async () => {
  let deaf = 1;
  const live = start({ threads: 3 }, (tid) =>
    tid === 1 && deaf-- > 0
      ? nodePort<FromWorker, ToWorker>(new URL('./testing/deaf-entry.ts', import.meta.url))
      : liveWorker(),
  );
  const s = await until(live, (s) => s.lost.some((l) => l.imageAge >= 0));
  expect(s.lost[0]).toMatchObject({ tid: 1 });
  await until(live, () => live.reading!.count(1, 'handled') > 100);
});

test('a frozen moment is the beginning of a world that is stepped', async () => {
  const live = start({
    threads: 4,
    opening: true,
    settings: { datagramsPerSecond: Number.POSITIVE_INFINITY },
  });
  await until(live, busy(live, 3000, 20));
  live.order({ kind: 'freeze' });
  await until(live, (s) => s.phase === 'paused' && live.frozen.length > 0);
  const frozen = live.frozen[0]!;
  const queued = live.status!.safePoint!.balance.queued;
  expect(frozen.past.length).toBeGreaterThan(100);
  const { W, P, revision } = makeWorld(frozen.begin.data, frozen.begin.options);
  const m = new PlainMem(new Int32Array(W.layout.words));
  const r = record(m, W, P, recording, { image: frozen.begin.image.words });
  const x = r.machine;
  const waiting = (): number => {
    let n = 0;
    for (let d = 0; d < W.consts.datagrams.count; d++) {
      const state = ledgerState(m.ld(W.ledger(d)));
      if (state === LEDGER.KERNEL || state === LEDGER.READ) n++;
    }
    return n;
  };
  expect(waiting()).toBe(queued);
  expect(new Set(Array.from({ length: 4 }, (_, t) => x.clock(t))).size).toBe(1);
  const rules = new RuleChecker(x, revision);
  for (let i = 0; i < 1_000_000 && !x.quiet; i += 1000) x.run(1000);
  expect(x.quiet).toBe(true);
  expect(x.stopped).toBe(false);
  rules.after(-1);
  expect(rules.broken).toEqual([]);
  expect(waiting()).toBe(0);
});

test('the seed in Live: nothing finalizes, and what breaks ends the run with an image', async () => {
  const live = start({ threads: 2, revision: 'seed' });
  await until(live, busy(live, 1000, 20)).catch(() => undefined);
  if (live.status!.stopped === '') live.order({ kind: 'stop' });
  const s = await live.until((s) => s.stopped !== '');
  expect(['asked', 'rule', 'bug', 'failed']).toContain(s.stopped);
  if (s.stopped !== 'asked') expect(live.frozen.length).toBeGreaterThan(0);
});

test('a rebind by hand arrives where it was sent, and orders that make no sense are refused', async () => {
  const live = start({ threads: 4, settings: { rebindsPerSecond: 0, churnPerSecond: 0 } });
  await until(live, busy(live, 1000, 0));
  const { reading } = live;
  const conn = Array.from({ length: reading!.conns }, (_, c) => c).find(
    (c) => reading!.conn(c, 'state') === 2 && reading!.owner(c) >= 0,
  )!;
  const to = (reading!.owner(conn) + 1) % 4;
  live.order({ kind: 'rebind', conn, tid: to });
  await until(live, () => reading!.conn(conn, 'moves') > 0 && reading!.owner(conn) === to);
  live.order({ kind: 'rebind', conn: -1, tid: 0 });
  live.order({ kind: 'rebind', conn, tid: 9 });
  await until(live, () => live.refused.length === 2);
  expect(live.refused).toEqual(['there is no such connection now', 'there is no thread T9']);
  // One that is being moved by an order cannot be moved by another, and that is said.
  await until(live, () => {
    if (live.refused.length > 2) return true;
    for (let n = 0; n < 8; n++) live.order({ kind: 'rebind', conn, tid: n % 4 });
    return false;
  });
  expect(live.refused[2]).toContain('was being moved');
});

test('a run whose supervisor is gone goes on in another from its last image: the same clients, every rule holds', async () => {
  const first = start({ threads: 2 });
  await until(first, busy(first, 2000, 20));
  await until(first, (s) => s.imageAt > 0);
  const from = first.lastImage();
  const imageMs = first.reading!.ms - from!.age;
  const handled = first.reading!.total('handled');
  first.close();
  expect(from).not.toBeNull();
  const other = startNodeLive({ ...begin({ threads: 2 }), from: from! });
  running.push(other);
  await until(other, (s) => s.phase === 'running');
  expect(other.reading!.ms).toBeGreaterThanOrEqual(imageMs);
  expect(other.status!.troubles[0]!.text).toContain('The supervisor was lost');
  await until(other, () => other.reading!.total('handled') > handled + 1000);
  other.order({ kind: 'stop' });
  const s = await until(other, (s) => s.stopped === 'asked');
  expect(allWell(s.safePoint).balance.handled).toBeGreaterThan(handled);
});
