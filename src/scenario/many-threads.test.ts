import { describe, expect, test } from 'vitest';
import { LEDGER } from '../haproxy/model/flags.ts';
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import { maskBit, maskOfFirst, maskWord } from '../haproxy/model/mask.ts';
import { ledgerState } from '../haproxy/proc/kernel.ts';
import { candidates, nextBit } from '../haproxy/proc/listener-accept.ts';
import { TimerHints } from '../haproxy/proc/timer-hints.ts';
import { chooseRevision } from '../haproxy/revisions.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { dataOf, machineOf, OPTIONS, seeded } from './testing/worlds.ts';

describe('masks of up to 64 threads', () => {
  test('each thread has a bit of its own in one of two words', () => {
    const seen = new Set<string>();
    for (let t = 0; t < 64; t++) seen.add(`${maskWord(100, t)}/${maskBit(t)}`);
    expect(seen.size).toBe(64);
    for (const threads of [1, 31, 32, 33, 63, 64]) {
      const bits = [0, 1].map((w) => maskOfFirst(threads, w as 0 | 1));
      for (let t = 0; t < 64; t++) expect((bits[maskWord(0, t)]! & maskBit(t)) !== 0).toBe(t < threads);
    }
  });

  test('the cursors walk over both words and wrap', () => {
    expect(nextBit(-1, -1, 31, 1)).toBe(31);
    expect(nextBit(1, 1, 1, 1)).toBe(32);
    expect(nextBit(1, 1, 33, 1)).toBe(0);
    expect(nextBit(1, 1, 31, -1)).toBe(0);
    expect(nextBit(2, 1, 0, -1)).toBe(32);
    expect(candidates(-1, (40 << 16) | 40, -1)).toEqual({ t1: 40, t2: 39 });
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
  const plain = machineOf(data, { threads: 3, revision: 'newest' });
  const hinted = machineOf(data, { threads: 3, revision: 'newest' });
  const hints = [0, 1, 2].map(() => new TimerHints());
  const random = seeded(5);
  for (let i = 0; i < 3000 && !plain.idle; i++) {
    const p = plain.pick();
    const q = hinted.pick();
    expect(q).toEqual(p);
    if (!p || !q) break;
    plain.take(p);
    hinted.x.timers = q.kind === 'deliver' ? null : hints[q.tid]!;
    hinted.take(q);
    if (random() < 0.01) expect(hinted.hash(true)).toBe(plain.hash(true));
  }
  expect(hinted.hash(true)).toBe(plain.hash(true));
});
