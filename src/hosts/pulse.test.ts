/** Who watches, by its own ticks; and what the page hears of a coordinator that falls silent. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import type { Pulse } from './engine.ts';
import type { FromCoordinator, ToCoordinator } from './messages.ts';
import { engineOver } from './pool.ts';
import { Watch } from './pulse.ts';
import { portPair } from './testing/pair.ts';
import { data, pool } from './testing/pool.ts';

describe('a watch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A watch at work, and what it has said. */
  function working() {
    const said: Pulse[] = [];
    const watch = new Watch();
    watch.on((p) => said.push(p));
    watch.heard(true);
    return { watch, said, states: () => said.map((p) => p.state) };
  }

  test('says that figures are old after a second, that nobody answers within two, and that somebody does again', () => {
    const { watch, said, states } = working();
    vi.advanceTimersByTime(900);
    expect(states()).toEqual(['loading', 'fresh']);
    vi.advanceTimersByTime(200);
    expect(said.at(-1)).toEqual({ state: 'late', ms: 1000, why: '' });
    vi.advanceTimersByTime(900);
    expect(said.at(-1)).toEqual({ state: 'silent', ms: 2000, why: '' });
    watch.heard();
    expect(said.at(-1)?.state).toBe('fresh');
    watch.stop();
  });

  test('signs twice a second keep it quiet', () => {
    const { watch, states } = working();
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(500);
      watch.heard();
    }
    expect(states()).toEqual(['loading', 'fresh']);
    watch.stop();
  });

  test('a script may take 20 s to load and 5 s more to be at work', () => {
    const said: Pulse[] = [];
    const watch = new Watch();
    watch.on((p) => said.push(p));
    vi.advanceTimersByTime(19_500);
    watch.heard();
    vi.advanceTimersByTime(4_500);
    expect(said.map((p) => p.state)).toEqual(['loading', 'starting']);
    vi.advanceTimersByTime(1_000);
    expect(said.at(-1)?.state).toBe('silent');
    watch.stop();
  });

  test('a machine that slept is no death: the clock has gone on, its ticks have not', () => {
    const { watch, states } = working();
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(250);
    expect(states()).toEqual(['loading', 'fresh']);
    watch.stop();
  });

  test('a watcher that comes late to its own ticks has no say, until it comes on time', () => {
    const { watch, states } = working();
    const now = vi.spyOn(performance, 'now');
    for (let i = 1; i <= 100; i++) {
      now.mockReturnValue(1e6 * i);
      vi.advanceTimersByTime(250);
    }
    expect(states()).toEqual(['loading', 'fresh']);
    now.mockRestore();
    // The first by its own clock again is late, too.
    vi.advanceTimersByTime(2_250);
    expect(states().at(-1)).toBe('silent');
    watch.heard();
    expect(states().at(-1)).toBe('fresh');
    watch.stop();
  });

  test('an end is said once, with its reason, and nothing after it', () => {
    const { watch, said } = working();
    watch.ended('no such script');
    watch.heard(true);
    vi.advanceTimersByTime(10_000);
    expect(said.at(-1)).toMatchObject({ state: 'ended', why: 'no such script' });
    watch.stop();
  });
});

test('a coordinator that takes orders and gives no sign of life is silent; its messages are signs', async () => {
  const [page, other] = portPair<FromCoordinator, ToCoordinator>();
  const engine = engineOver(page, { data, options: OPTIONS, moment: null, sharing: 'transferred' });
  const states: string[] = [];
  const silent = new Promise<void>((resolve) => {
    engine.onPulse(({ state }) => {
      states.push(state);
      if (state === 'silent') resolve();
    });
  });
  other.post({ kind: 'beat', way: null });
  await silent;
  expect(states.slice(0, 2)).toEqual(['loading', 'starting']);
  engine.close();
  other.close();
});

test('on the way to a moment its coordinator tells how far it is', async () => {
  const p = pool('shared', { moment: { departures: [], end: 40_000, at: 12_000 } });
  const ways: number[] = [];
  const there = new Promise<void>((resolve) => {
    p.engine.onWay((way) => {
      if (way) {
        expect(way.done).toBeLessThanOrEqual(way.of);
        ways.push(way.done);
      } else resolve();
    });
  });
  await there;
  expect([...ways].sort((a, b) => a - b)).toEqual(ways);
  p.close();
});
