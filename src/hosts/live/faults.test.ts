import { describe, expect, it } from 'vitest';
import { Board, COUNT, HEAD } from './board.ts';
import { RunClock } from './clock.ts';
import { LIVE_DEFAULTS, type LiveStatus } from './contract.ts';
import { LiveReading } from './reading.ts';
import { NUMBER, NUMBERS } from './slots.ts';
import { StatusBook } from './status-book.ts';

function stand() {
  const board = new Board(Board.parts(2, 4));
  const numbers = new Float64Array(NUMBERS);
  const sent: LiveStatus[] = [];
  const options = {
    threads: 2,
    revision: 'newest',
    socketOwner: 'listener',
    withholdPostHandshake: true,
  } as const;
  const book = new StatusBook({ ...LIVE_DEFAULTS, options }, new LiveReading(board), numbers, (s) =>
    sent.push(s),
  );
  book.say('running');
  const second = (): LiveStatus => {
    board.words[HEAD.ms] = board.words[HEAD.ms]! + 1000;
    book.tick(1000);
    return sent.at(-1)!;
  };
  return { board, numbers, second };
}

describe('what goes wrong and is survived', () => {
  it('a machine that slept: the run does not see the gap, and the page is told how long it was', () => {
    const { board, second } = stand();
    let now = 0;
    const clocks = [new RunClock(board, () => now), new RunClock(board, () => now)];
    for (now = 0; now <= 1000; now += 100) for (const c of clocks) c.read();
    now += 20_000;
    for (const c of clocks) c.read();
    // All but a moment of the gap is gone, and only once although both noticed.
    for (const c of clocks) expect(c.ms).toBeLessThan(1200);
    now += 100;
    for (const c of clocks) c.read();
    expect(clocks[0]!.ms).toBeGreaterThan(1000);
    expect(board.words[HEAD.jumps]).toBe(1);
    expect(second().troubles.map((t) => t.text)).toEqual([
      'The machine slept, or stood still, for 20.1 s. The run’s clock did not see it.',
    ]);
  });

  it('an empty pool, a full buffer, no place for a client: told once, and again only with more of it', () => {
    const { board, numbers, second } = stand();
    board.counts[board.count(1) + COUNT.noMemory] = 3;
    numbers[NUMBER.noClient] = 1;
    numbers[NUMBER.noPlace] = 1;
    expect(second().troubles.map((t) => t.text)).toEqual([
      'A pool was empty 3 times: what asked for memory did without.',
      'No place for a further client was free: the server still remembers those that left.',
      'No place for a further datagram was free: the threads are too far behind.',
    ]);
    for (let i = 0; i < 30; i++) second();
    expect(second().troubles).toHaveLength(3);
    board.counts[board.count(0) + COUNT.noMemory] = 4;
    expect(second().troubles.at(-1)!.text).toContain('empty 4 times');
    expect(second().phase).toBe('running');
  });
});

it('the ceiling while connections are opened is their opening, whatever rate was chosen', () => {
  const { numbers, second } = stand();
  numbers[NUMBER.opensFirst] = 1;
  expect(second().ceiling).toBe('the opening of connections, which comes first');
  numbers[NUMBER.opensFirst] = 0;
  expect(second().ceiling).toBe('the threads');
});
