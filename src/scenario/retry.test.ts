import { expect, test } from 'vitest';
import { ledgerState } from '../haproxy/lib/kernel.ts';
import { DROP, LEDGER } from '../haproxy/model/flags.ts';
import { retried } from './testing/retried.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

test('a Retry: the Initial without a token is answered, the one with it makes the connection', () => {
  const data = retried(dataOf('v13'));
  const x = machineOf(data);
  for (let i = 0; i < 1_000_000 && !x.quiet; i += 1000) x.run(1000);
  const dropped = DROP.map((name, i) => [name, x.m.ld(x.W.dropCounts + i)] as const).filter(([, n]) => n > 0);
  expect(dropped).toEqual([['retry answered', 1]]);
  const ends = Array.from({ length: data.datagrams.count }, (_, d) => ledgerState(x.m.ld(x.W.ledger(d))));
  expect(ends).toEqual([LEDGER.DROPPED, ...new Array(data.datagrams.count - 1).fill(LEDGER.HANDLED)]);
});
