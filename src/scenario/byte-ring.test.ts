/** A thread's byte ring of datagrams (semantics B7): what it takes, wraps, holds up, refuses, and loses (H12, H13). */
import { describe, expect, test } from 'vitest';
import { inboxWalk } from '../haproxy/lib/inbox.ts';
import { ledgerReason, ledgerState } from '../haproxy/lib/kernel.ts';
import { strideOf } from '../haproxy/lib/mpring.ts';
import { DROP, LEDGER, N } from '../haproxy/model/flags.ts';
import { Mpring, MpringRecord, QuicDgram } from '../haproxy/model/layouts.ts';
import { RECORD_BYTES } from '../haproxy/model/world.ts';
import { dgramParse } from '../haproxy/proc/dgram.ts';
import { dgramWrite } from '../haproxy/proc/dgram-write.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { museumData, museumOptions, museumWorld } from './museum/index.ts';
import { Prelude } from './museum/prelude.ts';
import { established } from './museum/ways.ts';
import { dataOf, machineOf } from './testing/worlds.ts';

const one = dataOf('v01');
const rest = (x: Machine): Machine => {
  while (!x.quiet && x.run(50_000) > 0);
  return x;
};
const ended = (x: Machine, d: number): string => {
  const v = x.m.ld(x.W.ledger(d));
  if (ledgerState(v) === LEDGER.DROPPED) return DROP[ledgerReason(v)]!;
  return ledgerState(v) === LEDGER.HANDLED ? 'handled' : '';
};
const all = (x: Machine): string[] =>
  one.datagrams.length.reduce<string[]>((out, _, d) => [...out, ended(x, d)], []);
const broken = (x: Machine): (string | null)[] =>
  RULES.filter((r) => r.stable === 'quiescence').map((r) => r.check(x, 0));
const waiting = (x: Machine, t: number): number[] => {
  const out: number[] = [];
  inboxWalk(x.m, x.W, t, (d) => void out.push(x.m.ld(d + QuicDgram.buf) - 1));
  return out;
};
/** Words of thread `t`'s records that are not zero. */
const left = (x: Machine, t: number): number => {
  const from = x.W.mpringRecord(t, 0);
  return x.m.w.subarray(from, x.W.mpringRecord(t + 1, 0)).filter((v) => v !== 0).length;
};

describe('counts', () => {
  test.each([
    ['from 0', 0],
    ['over the ring’s end', N.MPRING - 8],
    ['over the end of 32 bits', -8],
  ])('are of bytes, %s', (_, begin) => {
    const x = machineOf(one, { revision: 'newest', threads: 1 });
    const ring = x.W.mpring(0);
    x.m.ast(ring + Mpring.head, begin);
    x.m.ast(ring + Mpring.tail, begin);
    rest(x);
    expect(new Set(all(x))).toEqual(new Set(['handled']));
    // Its place in the ring is taken to the end as padding where the first record does not fit.
    const padding = begin === 0 ? 0 : 8;
    const bytes = [...one.datagrams.length].reduce((n, len) => n + strideOf(len), padding);
    expect(x.m.ald(ring + Mpring.head)).toBe((begin + bytes) | 0);
    expect(x.m.ald(ring + Mpring.tail)).toBe((begin + bytes) | 0);
    expect(left(x, 0)).toBe(0);
    expect(broken(x).every((text) => text === null)).toBe(true);
  });

  test('of two records one at most begins in the stretch that each is kept under', () => {
    expect(strideOf(1)).toBeGreaterThan(RECORD_BYTES);
    // What HAProxy's ring holds of datagrams of 1200 and of 2048 bytes.
    expect([1200, 2048].map((len) => Math.floor(N.MPRING / strideOf(len)))).toEqual([197, 120]);
  });
});

test('the block of a program without byte rings has none', () => {
  for (const [revision, rings] of [
    ['5a8728d03', 0],
    ['9b5f11cd3', 1],
  ] as const) {
    const { W } = machineOf(one, { revision });
    expect(W.layout.regions.filter((r) => r.name === 'mpring')).toHaveLength(rings);
  }
});

/** A connection of T0 on two threads, and datagrams of it from number 2 on. */
const living = (cure: boolean, inboxRecords = 2): Prelude =>
  established(
    new Prelude(
      museumData(museumWorld('H13')!),
      museumOptions({ world: 'H13', fixed: cure, bounds: { inboxRecords } }),
    ),
    0,
    2,
  );

test.each([
  [2, 'handled'],
  [1, 'rxbuf full'],
] as const)(
  'a ring for %d records is given two at once: the second is %s, and that is counted',
  (records, second) => {
    const p = living(false, records);
    p.choose({ kind: 'deliver', dgram: 2 }).choose({ kind: 'deliver', dgram: 3 }).sleep(1).sleep(0);
    expect([ended(p.x, 2), ended(p.x, 3)]).toEqual(['handled', second]);
    expect(broken(p.x).filter((text) => text !== null)).toEqual([]);
  },
);

test('a producer that stops before its commit holds up what stands behind it, and loses nothing', () => {
  const p = living(false);
  const { x } = p;
  p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramWrite, 'W9');
  p.choose({ kind: 'deliver', dgram: 3 }).sleep(0);
  expect([ended(x, 2), ended(x, 3), waiting(x, 0)]).toEqual(['', '', []]);
  const at = x.m.ald(x.W.mpring(0) + Mpring.tail);
  expect(x.m.ald(x.W.mpring(0) + Mpring.head) - at).toBe(x.W.cfg.mpring);
  p.choose({ kind: 'step', tid: 1 });
  expect(waiting(x, 0)).toEqual([2, 3]);
  p.sleep(1).stepTo(0, dgramParse, '1');
  // The one that is being parsed has its room still, and waits no longer.
  expect(waiting(x, 0)).toEqual([3]);
  p.sleep(0);
  expect([ended(x, 2), ended(x, 3), left(x, 0)]).toEqual(['handled', 'handled', 0]);
});

/** T1 has read the head; two datagrams go through the ring; then T1 goes on. */
function between(p: Prelude, records: number): string {
  p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramWrite, 'W3');
  for (let i = 0; i < records; i++) p.choose({ kind: 'deliver', dgram: 3 + i }).sleep(0);
  p.sleep(1).sleep(0);
  return ended(p.x, 2);
}

test('H13: two records that come and go between the two loads make an empty ring look full', () => {
  expect([0, 1, 2].map((n) => between(living(false), n))).toEqual(['handled', 'handled', 'rxbuf full']);
  expect(between(living(true), 2)).toBe('handled');
});

test('H12: a datagram that is passed on to a full ring is lost without a counter', () => {
  const lost = [false, true].map((fixed) => {
    const world = museumWorld('H12')!;
    const p = new Prelude(museumData(world), museumOptions({ world: 'H12', fixed }));
    world.prelude(p);
    p.sleep(0).sleep(1);
    expect(ended(p.x, 3)).toBe('handled');
    return [ended(p.x, 2), RULES.find((r) => r.id === 'F-R7c')!.check(p.x, 0)];
  });
  expect(lost).toEqual([
    ['inbox full when passed on', expect.stringMatching(/nothing counts it$/)],
    ['rxbuf full', null],
  ]);
});

test('what has been reserved and is not written yet is in no inbox', () => {
  const p = living(false);
  p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, dgramWrite, 'W8');
  const record = p.x.W.mpringRecord(0, 0);
  expect(p.x.m.ald(p.x.W.mpring(0) + Mpring.head)).toBeGreaterThan(0);
  expect(p.x.m.ald(record + MpringRecord.header)).toBe(0);
  expect(waiting(p.x, 0)).toEqual([]);
});
