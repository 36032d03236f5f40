/** How long a thread's worker is waited for, and what becomes of one that speaks late. Its worker is played by the test. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OPTIONS } from '../scenario/testing/worlds.ts';
import type { FromThread, ToThread, Turn } from './messages.ts';
import type { Port } from './port.ts';
import { Seat } from './seat.ts';
import { data } from './testing/pool.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const INIT: ToThread = { kind: 'init', tid: 1, data, options: OPTIONS, shared: null, foreign: false };

/** A seat, what it tells, and its worker's end of the line. */
function seat() {
  const told: string[] = [];
  const s = new Seat(1, {
    lost: (tid, why, silent) => told.push(`T${tid} ${silent ? 'silent' : 'lost'}: ${why}`),
    back: (tid) => told.push(`T${tid} back`),
  });
  const worker = { got: [] as string[], closed: false, say: (_: FromThread): void => {} };
  const port: Port<FromThread, ToThread> = {
    post: (m) => worker.got.push(m.kind),
    onMessage: (cb) => {
      worker.say = cb;
    },
    onEnd: () => {},
    close: () => {
      worker.closed = true;
    },
  };
  return { s, told, worker, up: s.start(port, INIT) };
}

const turn = (seq: number): Turn => ({
  kind: 'turn',
  seq,
  at: 0,
  pick: { kind: 'step', tid: 1, at: 0 },
  limit: 1,
  horizon: { at: 0, tid: 0 } as unknown as Turn['horizon'],
  block: null,
});

const done = (seq: number): FromThread => ({ kind: 'done', seq, taken: 1, told: null as never, block: null });

test('one that loads its script longer than anybody waits has a seat once it is up', async () => {
  const { s, told, worker, up } = seat();
  vi.advanceTimersByTime(20_000);
  expect(await up).toBe(false);
  expect(told).toEqual(['T1 silent: it does not start']);
  worker.say({ kind: 'ready' });
  expect([s.alive, told.at(-1)]).toEqual([true, 'T1 back']);
});

test('a late answer to a turn gives the seat back and answers nothing; the block it moves to comes first', async () => {
  const { s, told, worker, up } = seat();
  worker.say({ kind: 'ready' });
  expect(await up).toBe(true);
  const first = s.turn(turn(1));
  vi.advanceTimersByTime(5_000);
  expect(await first).toEqual({ lost: 'it does not answer' });
  expect([s.alive, told]).toEqual([false, ['T1 silent: it does not answer']]);
  s.move(new SharedArrayBuffer(4));
  worker.say(done(1));
  expect([s.alive, told.at(-1)]).toEqual([true, 'T1 back']);
  const second = s.turn(turn(2));
  expect(worker.got).toEqual(['init', 'turn', 'move', 'turn']);
  worker.say(done(1));
  worker.say(done(2));
  expect(await second).toMatchObject({ taken: 1 });
  expect(told).toHaveLength(2);
});

test('one that never speaks again is ended', async () => {
  const { told, worker, up } = seat();
  worker.say({ kind: 'ready' });
  await up;
  worker.say({ kind: 'beat', way: null });
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(['T1 silent: it does not answer']);
  vi.advanceTimersByTime(29_000);
  expect(worker.closed).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect([worker.closed, told.at(-1)]).toEqual([true, 'T1 lost: it does not answer']);
});

test('silence while the one who waits is late itself is none', async () => {
  const { s, told, worker, up } = seat();
  worker.say({ kind: 'ready' });
  await up;
  const answer = s.turn(turn(1));
  const now = vi.spyOn(performance, 'now');
  for (let i = 1; i <= 100; i++) {
    now.mockReturnValue(1e6 * i);
    vi.advanceTimersByTime(250);
  }
  now.mockRestore();
  expect([s.alive, told]).toEqual([true, []]);
  worker.say(done(1));
  expect(await answer).toMatchObject({ taken: 1 });
});
