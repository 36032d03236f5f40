/** Workers that end, hang or never start: what the page hears, and that the world stays whole. */
import { afterEach, describe, expect, test } from 'vitest';
import { LEDGER } from '../haproxy/model/flags.ts';
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import { replay } from '../machine/schedule.ts';
import { recording } from '../machine/sink.ts';
import { machineOf, OPTIONS } from '../scenario/testing/worlds.ts';
import type { EngineOrder, Frame } from './engine.ts';
import type { FromCoordinator, FromThread, ToCoordinator, ToThread } from './messages.ts';
import { engineOver } from './pool.ts';
import { type Fate, fatedPort, newGate, openGate } from './testing/fated.ts';
import { portPair } from './testing/pair.ts';
import { data, hashOf, type Pool, pool, type Sharing, type ThreadPort, world } from './testing/pool.ts';

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
const steps = (n: number): EngineOrder[] => new Array<EngineOrder>(n).fill({ kind: 'step' });

/** What the frame's schedule gives on a machine of its own. */
function inlineHash(f: Frame): string {
  const inline = machineOf(data, {}, recording);
  const made = f.departures.filter((d) => d.at < f.steps || (d.at === f.steps && d.choice.kind !== 'step'));
  expect(replay(inline, { departures: made, end: f.steps })).toBe('');
  return inline.hash(true);
}

function expectAllHandled(f: Frame): void {
  let handled = 0;
  for (let d = 0; d < data.datagrams.count; d++)
    if ((f.block[world.ledger(d)]! & 0xff) === LEDGER.HANDLED) handled++;
  expect(handled).toBe(data.datagrams.count);
}

/** T1’s first worker takes so many turns and then meets its fate; the next ones are ordinary. */
const fated =
  (fate: Fate, turns: number) =>
  (tid: number, nth: number): ThreadPort | null =>
    tid === 1 && nth === 0 ? fatedPort(fate, turns) : null;

describe.each<Sharing>(['shared', 'transferred'])('block %s', (sharing) => {
  test('ending the worker of T2 between turns stops T2 and no other; a new worker goes on where it stood', async () => {
    const p = started(sharing);
    await p.settled(steps(300));
    void p.workers[2]!.terminate();
    const lost = await p.until((f) => f.status.lost.length > 0);
    expect(lost.status.lost).toEqual([2]);
    expect(lost.status.message).toContain('T2');
    p.engine.order(FAST);
    const stopped = await p.until((f) => f.status.stopped !== '' && f.steps > lost.steps);
    const stepsOf = (t: number, f: Frame): number => f.block[world.th(t) + ThreadCtx.steps] ?? 0;
    expect(['lost', 'traffic']).toContain(stopped.status.stopped);
    expect(stepsOf(2, stopped)).toBe(stepsOf(2, lost));
    // What went on without T2 is a schedule like any other.
    expect(hashOf(stopped, true)).toBe(inlineHash(stopped));
    p.engine.order({ kind: 'revive', tid: 2 });
    await p.until((f) => f.status.lost.length === 0);
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.stopped === 'traffic' || f.status.stopped === 'idle');
    expectAllHandled(end);
    expect(hashOf(end, true)).toBe(inlineHash(end));
  });

  test.each<Fate>(['exit', 'throw', 'hang'])(
    'a worker in the middle of its turn: %s. The world stands as before the turn, goes on without it, and with a new one',
    async (fate) => {
      const p = started(sharing, {}, fated(fate, 3));
      p.engine.order({ kind: 'choice', choice: { kind: 'rebind', conn: 0, tid: 2 } });
      p.engine.order({ kind: 'choice', choice: { kind: 'hold', tid: 3 } });
      p.engine.order({ kind: 'choice', choice: { kind: 'release', tid: 3 } });
      p.engine.order(FAST);
      const lost = await p.until((f) => f.status.lost.length > 0);
      expect(lost.status.lost).toEqual([1]);
      expect(lost.status.message).toContain('in the middle of its turn');
      expect(hashOf(lost, true)).toBe(inlineHash(lost));
      const alone = await p.until((f) => !f.status.playing);
      expect(hashOf(alone, true)).toBe(inlineHash(alone));
      p.engine.order({ kind: 'revive', tid: 1 });
      await p.until((f) => f.status.lost.length === 0);
      p.engine.order(FAST);
      const end = await p.until((f) => f.status.stopped === 'idle' || f.status.stopped === 'traffic');
      expectAllHandled(end);
      expect(hashOf(end, true)).toBe(inlineHash(end));
    },
    30_000,
  );

  test('a worker that was only slow is taken back when it answers, and what is said of it too', async () => {
    const gate = newGate();
    const p = started(sharing, {}, (tid, nth) =>
      tid === 1 && nth === 0 ? fatedPort<FromThread, ToThread>('wait', 3, gate) : null,
    );
    p.engine.order(FAST);
    const lost = await p.until((f) => f.status.lost.length > 0 && !f.status.playing);
    expect([lost.status.lost, lost.status.silent]).toEqual([[1], [1]]);
    expect(lost.status.message).toContain('T1');
    expect(hashOf(lost, true)).toBe(inlineHash(lost));
    openGate(gate);
    const back = await p.until((f) => f.status.lost.length === 0);
    expect([back.status.silent, back.status.message]).toEqual([[], '']);
    // What it did in its late turn is in no block that is shown.
    expect(hashOf(back, true)).toBe(hashOf(lost, true));
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.stopped === 'traffic' || f.status.stopped === 'idle');
    expectAllHandled(end);
    expect(hashOf(end, true)).toBe(inlineHash(end));
  }, 60_000);

  test.each([
    ['at the end', 0],
    ['in the past', 1],
  ])('a chosen step whose worker is lost is not recorded, %s of the line', async (_, back) => {
    const p = started(sharing, {}, fated('exit', 0));
    // T1 has no turn before the one that is chosen, although work for it has come.
    p.engine.order({ kind: 'choice', choice: { kind: 'hold', tid: 1 } });
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.stopped !== '');
    const held = await p.settled([{ kind: 'seek', at: end.steps - back }]);
    const after = await p.settled([{ kind: 'choice', choice: { kind: 'step', tid: 1 } }]);
    expect(p.refused).toEqual([]);
    expect(after.status.lost).toEqual([1]);
    expect(after.departures).toEqual([{ at: 0, choice: { kind: 'hold', tid: 1 } }]);
    expect([after.line, after.steps, after.end, after.kept]).toEqual([held.line, held.steps, held.end, null]);
    expect(hashOf(after, true)).toBe(hashOf(held, true));
  });

  test('lost right after Restart: the new world goes on, not the old one', async () => {
    const p = started(sharing, {}, fated('exit', 6));
    await p.settled(steps(200));
    p.engine.order({ kind: 'restart' });
    p.engine.order(FAST);
    const end = await p.until((f) => f.status.lost.length > 0 && !f.status.playing);
    expect(end.departures.every((d) => d.choice.kind === 'hold' && d.choice.tid === 1)).toBe(true);
    expect(hashOf(end, true)).toBe(inlineHash(end));
  });

  test('in the past the recorded line needs every thread: the run stops before the one that is lost, and goes on by seeking', async () => {
    const p = started(sharing);
    p.engine.order(FAST);
    await p.until((f) => f.status.stopped === 'traffic');
    p.engine.order({ kind: 'seek', at: 10 });
    p.engine.order({ kind: 'kill', tid: 0 });
    p.engine.order(FAST);
    const stopped = await p.until((f) => f.status.stopped === 'lost');
    expect(stopped.steps).toBeLessThan(stopped.end);
    expect(stopped.status.message).toContain('T0');
    expect(stopped.departures).toEqual([]);
    const later = await p.settled([{ kind: 'seek', at: stopped.steps + 500 }]);
    expect(later.steps).toBe(stopped.steps + 500);
    expect(hashOf(later, true)).toBe(inlineHash(later));
  });
});

test('the late end of a worker that was replaced does not end the one that took its seat', async () => {
  let endOld = (): void => {};
  const p = started('transferred', {}, (tid, nth) => {
    if (tid !== 1 || nth !== 0) return null;
    const old = fatedPort('exit', 1000) as ThreadPort;
    return {
      ...old,
      onEnd: (cb) => {
        endOld = () => cb('late');
      },
    };
  });
  await p.settled(steps(50));
  p.engine.order({ kind: 'kill', tid: 1 });
  p.engine.order({ kind: 'revive', tid: 1 });
  const revived = await p.settled([]);
  expect(revived.status.lost).toEqual([]);
  endOld();
  const after = await p.settled(steps(50));
  expect(after.status.lost).toEqual([]);
  expect(after.steps).toBe(100);
});

test('a thread whose worker does not start is lost, and the others go on', async () => {
  const p = started('transferred', {}, (tid) => {
    if (tid === 3) throw new Error('no more workers');
    return null;
  });
  const f = await p.settled(steps(60));
  expect(f.status.lost).toEqual([3]);
  expect(f.steps).toBe(60);
});

test('a world that can’t be built, and a coordinator that ends before its first picture, are told to the page', async () => {
  const p = started('transferred', { options: { ...OPTIONS, revision: 'none such' } });
  await new Promise<void>((resolve) => {
    p.engine.onRefused((why) => {
      expect(why).toContain('none such');
      resolve();
    });
  });
  const [page] = portPair<FromCoordinator, ToCoordinator>();
  let end = (_: string): void => {};
  const onEnd = (cb: (why: string) => void): void => {
    end = cb;
  };
  const port = { ...page, onEnd };
  const engine = engineOver(port, { data, options: OPTIONS, moment: null, sharing: 'transferred' });
  const heard: string[] = [];
  engine.onRefused((why) => heard.push(why));
  end('no such script');
  expect(heard).toEqual(['the world can’t begin: the coordinator has ended (no such script)']);
  page.close();
});
