import { describe, expect, test } from 'vitest';
import { firstOf, halves, pairAtFirst, secondOf } from '../haproxy/lib/choice.ts';
import { pairOfHalves } from '../haproxy/lib/choice-apart.ts';
import { ledgerState } from '../haproxy/lib/kernel.ts';
import { LEDGER } from '../haproxy/model/flags.ts';
import { Fdtab, Listener, ThreadCtx } from '../haproxy/model/layouts.ts';
import { maskBit, maskWord } from '../haproxy/model/mask.ts';
import { AT } from '../haproxy/model/places.ts';
import { LISTENER_FD } from '../haproxy/model/world.ts';
import { chooseRevision } from '../haproxy/revisions.ts';
import type { Machine } from '../machine/machine.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { atBeginning } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { ScenarioOpener } from './opener.ts';
import { dataOf, machineOf, OPTIONS } from './testing/worlds.ts';
import { layOutWorld } from './world.ts';

describe('masks of up to 64 threads', () => {
  test('each thread has a bit of its own in one of two words', () => {
    const seen = new Set<string>();
    for (let t = 0; t < 64; t++) seen.add(`${maskWord(100, t)}/${maskBit(t)}`);
    expect(seen.size).toBe(64);
    // All of a listener's threads stand in its mask, and in those of its socket.
    for (const threads of [1, 31, 32, 33, 63, 64]) {
      const { W, m } = machineOf(dataOf('v01'), { threads });
      for (const mask of [W.listener + Listener.threadMask, W.fd(LISTENER_FD) + Fdtab.threadMask])
        for (let t = 0; t < 64; t++) expect((m.ald(maskWord(mask, t)) & maskBit(t)) !== 0).toBe(t < threads);
    }
  });

  test('the cursors go over both words and wrap', () => {
    const pair = (p: number): number[] => [firstOf(p), secondOf(p)];
    expect(pair(pairAtFirst(1, 1, halves(1, 33)))).toEqual([32, 32]);
    expect(pair(pairAtFirst(1, 1, halves(33, 31)))).toEqual([0, 0]);
    expect(pair(pairOfHalves(1, -1, -1, halves(40, 40)))).toEqual([40, 39]);
    expect(pair(pairOfHalves(1, -1, -1, halves(63, 63)))).toEqual([63, 62]);
    expect(pair(pairOfHalves(1, 2, 1, halves(40, 0)))).toEqual([1, 32]);
  });

  test.each(['listener', 'connection'] as const)(
    '40 threads handle a capture, owner of the sockets %s',
    (socketOwner) => {
      const data = dataOf('v07');
      const options = { threads: 40, revision: 'newest', socketOwner };
      const x = machineOf(data, options);
      const revision = chooseRevision({ ...OPTIONS, ...options });
      if (typeof revision === 'string') throw new Error(revision);
      const rules = new RuleChecker(x, revision);
      for (let i = 0; i < 400 && !x.quiet; i++) {
        x.run(1000);
        rules.after(i % 40);
      }
      expect(x.quiet).toBe(true);
      expect(rules.broken).toEqual([]);
      for (let d = 0; d < data.datagrams.count; d++)
        expect(ledgerState(x.m.ld(x.W.ledger(d)))).toBeGreaterThanOrEqual(LEDGER.HANDLED);
      const busy = Array.from({ length: 40 }, (_, t) => x.m.ld(x.W.th(t) + ThreadCtx.handled)).filter(
        (n) => n > 0,
      );
      expect(busy.length).toBeGreaterThan(10);
    },
  );
});

test('hints change nothing in the order of timers, only where the search for a place begins', () => {
  const data = dataOf('v07');
  const options = { ...OPTIONS, threads: 3, revision: 'newest' };
  const machine = (hints: boolean): Machine => {
    const { W, P } = layOutWorld(data, options, new ScenarioOpener(data), 1, hints);
    return atBeginning(new PlainMem(new Int32Array(W.layout.words)), W, P);
  };
  const [plain, hinted] = [machine(false), machine(true)];
  for (let i = 0; i < 300 && !plain.idle; i++) {
    expect(hinted.run(100)).toBe(plain.run(100));
    if (i % 10 === 0) expect(hinted.hash(true)).toBe(plain.hash(true));
  }
  const remembered = hinted.m.w.subarray(hinted.W.base[AT.hints]);
  expect(remembered.some((w) => w !== 0)).toBe(true);
  expect(hinted.hash(true)).toBe(plain.hash(true));
});
