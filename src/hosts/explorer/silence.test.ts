/** A search whose worker dies without a word is not one that goes on for ever. Its workers are played by the test. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SearchVerdict } from './contract.ts';
import type { FromWorker } from './messages.ts';
import { type SearchPort, searchOver } from './search.ts';
import { OPTIONS } from './testing/search.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function search() {
  const say: ((m: FromWorker) => void)[] = [];
  const closed: number[] = [];
  const port = (me: number): SearchPort<null> => ({
    post: () => {},
    onMessage: (cb) => {
      say[me] = cb;
    },
    onEnd: () => {},
    close: () => closed.push(me),
  });
  const verdicts: SearchVerdict[] = [];
  searchOver([port(0), port(1)], null, OPTIONS).onVerdict((v) => verdicts.push(v));
  return { say, closed, verdicts };
}

test('one that gave signs of life and gives none any more is lost, and the search says so', () => {
  const { say, closed, verdicts } = search();
  for (let i = 0; i < 100; i++) {
    for (const tell of say) tell({ kind: 'beat', way: null });
    vi.advanceTimersByTime(500);
  }
  expect(verdicts).toEqual([]);
  for (let i = 0; i < 40; i++) {
    say[0]!({ kind: 'beat', way: null });
    vi.advanceTimersByTime(500);
  }
  expect(verdicts).toMatchObject([
    { verdict: 'limit', limit: 'lost', message: expect.stringContaining('a worker does not answer') },
  ]);
  expect(closed).toEqual([0, 1]);
});

test('nobody is missed who never gave a sign of life of itself', () => {
  const { verdicts } = search();
  vi.advanceTimersByTime(600_000);
  expect(verdicts).toEqual([]);
});
