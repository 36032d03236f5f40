/** How a run comes to its connections. */
import { expect, test, vi } from 'vitest';
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { SharedMem } from '../../memory/shared.ts';
import { HEAD, ROW } from './board.ts';
import { LIVE_DEFAULTS, type LiveBegin, type LiveSettings } from './contract.ts';
import { Run } from './run.ts';
import { NUMBER } from './slots.ts';
import { Sockets } from './sockets.ts';
import { OneRealm } from './testing/one-realm.ts';

const begin = (threads: number, capacity: number, settings: Partial<LiveSettings>): LiveBegin => ({
  ...LIVE_DEFAULTS,
  opening: false,
  size: 100,
  capacity,
  options: { threads, revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true },
  settings: {
    connections: capacity,
    datagramsPerSecond: Number.POSITIVE_INFINITY,
    churnPerSecond: 0,
    rebindsPerSecond: 0,
    rebindPolicy: 'random',
    ...settings,
  },
});

test.each([Number.POSITIVE_INFINITY, 100_000])(
  'at %d datagrams a second connections are opened first: until they are there clients send only what keeps them',
  (datagramsPerSecond) => {
    const x = new OneRealm(begin(2, 120, { datagramsPerSecond }));
    const { reading } = x.run;
    x.until('most connections', () => reading.total('accepted') >= 90);
    expect(reading.total('handled')).toBeLessThan(10 * 90);
    expect(x.run.numbers[NUMBER.opensFirst]).toBe(1);
    x.until('load', () => reading.total('handled') > 50 * 120);
    expect(reading.head(HEAD.live)).toBe(120);
    expect(x.run.numbers[NUMBER.opensFirst]).toBe(0);
    expect(x.settle().balance.wrong).toBe('');
  },
);

test('a run that gets no further with its connections sends all the same', () => {
  const x = new OneRealm(begin(2, 20, { connections: 5000 }));
  const { reading } = x.run;
  x.until('load', () => reading.total('handled') > 5000);
  expect(reading.head(HEAD.live)).toBeLessThan(5000 * 0.9);
  expect(x.settle().rulesBroken).toEqual([]);
});

test('of the threads that sleep another one is woken first every now and then', () => {
  const run = new Run(begin(4, 20, {}));
  run.fill();
  const { W } = run.machine;
  const m = new SharedMem(run.parts.block);
  const sockets = new Sockets(m, W, run.board);
  const notify = vi.spyOn(Atomics, 'notify');
  const orders = new Set<string>();
  try {
    for (let n = 0; n < 300; n++) {
      notify.mockClear();
      sockets.put(n, 0);
      sockets.flush();
      const woken = notify.mock.calls.map(([, at]) =>
        [0, 1, 2, 3].find((t) => run.board.row(t) + ROW.futex === at),
      );
      orders.add(woken.join(''));
      // They have looked, and sleep again.
      for (let t = 0; t < 4; t++) m.ast(W.th(t) + ThreadCtx.epAny, 0);
    }
  } finally {
    notify.mockRestore();
  }
  expect([...orders]).toEqual(['0123', '1230', '2301', '3012']);
});
