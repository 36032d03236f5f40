import { expect, test } from 'vitest';
import { Board, HEAD, ROW, STATE } from './board.ts';
import { Crew, type LivePort } from './crew.ts';
import type { FromWorker, RunParts } from './messages.ts';
import { sleep } from './sleep.ts';

/** A crew over a real board. Its workers are played by the test, on the board's words: what a worker does there is all it does. */
function crew(threads = 1) {
  const parts = Board.parts(threads, 1);
  const board = new Board(parts);
  const ends: ((why: string) => void)[] = [];
  const lost: number[] = [];
  const said: string[] = [];
  const messages: ((m: FromWorker) => void)[] = [];
  const port = (): LivePort => ({
    post: () => {},
    onMessage: (cb) => messages.push(cb),
    onEnd: (cb) => ends.push(cb),
    close: () => {},
  });
  const run = { board: parts } as RunParts;
  const events = {
    lost: (tid: number) => lost.push(tid),
    up: () => {},
    silent: (tid: number) => said.push(`T${tid} is silent`),
    heard: (tid: number) => said.push(`T${tid} is heard`),
  };
  const c = new Crew(board, run, port, events, 2);
  c.seat(-1);
  c.seatThreads();
  const row = board.row(0);
  return {
    c,
    ends,
    lost,
    said,
    seated: () => Array.from({ length: threads }, (_, t) => t).filter((t) => c.has(t)),
    messages,
    words: board.words,
    row,
    clock: { now: () => performance.now(), nudge: () => {} },
  };
}

/** Whether a promise has been kept after a while. */
async function kept(p: Promise<void>): Promise<boolean> {
  return Promise.race([p.then(() => true), sleep(50).then(() => false)]);
}

test('a worker that was ended may run on for a while: what it could spoil waits until it has left', async () => {
  const { c, lost, words, row, clock } = crew();
  const number = words[row + ROW.worker]!;
  Atomics.store(words, row + ROW.state, STATE.running);
  c.kill(0, 'on purpose');
  expect(lost).toEqual([0]);
  expect(words[row + ROW.worker]).not.toBe(number);
  const left = c.untilLeft(clock.now() + 60_000, clock);
  expect(await kept(left)).toBe(false);
  Atomics.store(words, row + ROW.left, number);
  await left;
  c.seat(0);
  expect(words[row + ROW.worker]).toBeGreaterThan(number);
});

test('nobody waits for a worker whose end is known, nor for one that has not begun', async () => {
  const { c, ends, words, row, clock } = crew();
  Atomics.store(words, row + ROW.state, STATE.running);
  ends[1]!('it has exited');
  c.kill(-1, 'on purpose');
  expect(words[HEAD.trafficState]).toBe(STATE.starting);
  await c.untilLeft(clock.now() + 60_000, clock);
});

test('who has begun and not said so yet is waited for like the others', () => {
  const { c, words, row } = crew();
  expect(c.moving()).toEqual([]);
  Atomics.store(words, row + ROW.state, STATE.running);
  expect(c.moving()).toEqual([0]);
  Atomics.store(words, row + ROW.state, STATE.stopped);
  Atomics.add(words, HEAD.stand, 1);
  expect(c.moving()).toEqual([0]);
  Atomics.store(words, row + ROW.answered, words[HEAD.stand]!);
  expect(c.moving()).toEqual([]);
});

test('a thread that was only slow is taken back; a supervisor that was late itself has not heard', () => {
  const { c, lost, said, messages, words, row } = crew();
  const looks = (n: number, passed: number): void => {
    for (let i = 0; i < n; i++) {
      words[HEAD.trafficBeat]!++;
      c.watch(passed);
    }
  };
  for (const tell of messages) tell({ kind: 'ready' });
  words[row + ROW.beat]!++;
  looks(1000, 250);
  expect([said, lost]).toEqual([[], []]);
  looks(40, 50);
  expect(said).toEqual(['T0 is silent']);
  words[row + ROW.beat]!++;
  looks(1, 50);
  expect(said).toEqual(['T0 is silent', 'T0 is heard']);
  looks(79, 50);
  expect(lost).toEqual([]);
  looks(3, 50);
  expect(lost).toEqual([0]);
});

test('a few threads are started at first; the others once the run has begun, the more the more are up', () => {
  const { c, seated, messages } = crew(12);
  // The load generator's is one of those that are being started.
  expect(seated()).toEqual([0]);
  for (const tell of messages.slice()) tell({ kind: 'ready' });
  expect(seated()).toEqual([0]);
  c.seatOthers();
  expect(seated()).toEqual([0, 1, 2, 3, 4]);
  for (const tell of messages.slice(2)) tell({ kind: 'ready' });
  c.seatOthers();
  expect(seated()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
