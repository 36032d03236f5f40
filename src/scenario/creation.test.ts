/** How a connection is made: the limits before it (semantics B2/N2), and its CID before or after it (1.7/2d to 1.7/2f, B2/N8, B2/N9). */
import { describe, expect, test } from 'vitest';
import { ledgerReason, ledgerState } from '../haproxy/lib/kernel.ts';
import { DROP, LEDGER } from '../haproxy/model/flags.ts';
import { Listener, QuicCid, QuicConn } from '../haproxy/model/layouts.ts';
import { pktRetrieveConn } from '../haproxy/proc/retrieve.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { poolCount, poolNext } from '../memory/pool.ts';
import { museumData, museumWorld } from './museum/index.ts';
import { Prelude } from './museum/prelude.ts';
import { dataOf, machineOf, OPTIONS } from './testing/worlds.ts';

const one = dataOf('v01');
const six = dataOf('v07');

const ended = (x: Machine, d: number): string => {
  const v = x.m.ld(x.W.ledger(d));
  return ledgerState(v) === LEDGER.DROPPED
    ? DROP[ledgerReason(v)]!
    : ledgerState(v) === LEDGER.HANDLED
      ? 'handled'
      : '';
};

describe('a new client’s Initial', () => {
  const HALF = 512;
  /** What becomes of the first datagram where the listener counts so many from the beginning. */
  const first = (revision: string, field: number, n: number): string => {
    const x = machineOf(one, { revision });
    x.m.st(x.W.listener + field, n);
    while (ended(x, 0) === '') x.take(x.pick()!);
    return ended(x, 0);
  };

  test.each([
    ['handshakes', Listener.currHandshake, '3df6a6011', '7735cf385', 'max handshake'],
    ['connections that wait', Listener.currAccept, 'bb28215d9', '3df6a6011', 'max accept'],
  ] as const)('is dropped while there are half a backlog of %s', (_, field, since, before, reason) => {
    for (const revision of [since, 'newest']) {
      expect(first(revision, field, HALF)).toBe(reason);
      expect(first(revision, field, HALF - 1)).toBe('handled');
    }
    expect(first(before, field, HALF)).toBe('handled');
  });
});

test('handshakes and waiting connections are counted while there are any', () => {
  const x = machineOf(six, { revision: 'newest' });
  let [handshakes, waiting] = [0, 0];
  for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
    x.take(p);
    handshakes = Math.max(handshakes, x.m.ald(x.W.listener + Listener.currHandshake));
    waiting = Math.max(waiting, x.m.ald(x.W.listener + Listener.currAccept));
    if (waiting > 0 && handshakes > 1) break;
  }
  expect(handshakes).toBeGreaterThan(1);
  expect(waiting).toBeGreaterThan(0);
  x.run(400_000);
  const accounting = RULES.find((r) => r.id === 'F-R1')!;
  expect(accounting.check(x, 0)).toBeNull();
  x.m.st(x.W.listener + Listener.currHandshake, x.m.ald(x.W.listener + Listener.currHandshake) + 1);
  expect(accounting.check(x, 0)).toMatch(/handshakes are counted/);
});

/** Two threads, each with one Initial of the same client in its inbox. */
function race(revision: string): Prelude {
  const world = museumWorld('M17')!;
  const p = new Prelude(museumData(world), { ...OPTIONS, threads: 2, revision, socketOwner: 'listener' });
  world.prelude(p);
  return p;
}
const made = ({ x }: Prelude): number[] => [poolCount(x.m, x.W.pools.conn), poolCount(x.m, x.W.pools.cid)];

test('a loser has made a connection before 5a8728d03, and nothing but a CID since', () => {
  const both = (revision: string) =>
    race(revision).stepTo(0, pktRetrieveConn, '2d').stepTo(1, pktRetrieveConn, '2d');
  const before = both('2623e0a0b');
  expect(made(before)).toEqual([2, 2]);
  const since = both('5a8728d03');
  expect(made(since)).toEqual([0, 2]);
  for (const p of [before, since]) {
    p.sleep(0).stepTo(1, pktRetrieveConn, '2e');
    for (const t of [1, 0, 1, 0]) p.sleep(t);
    expect(made(p)).toEqual([1, 1]);
    expect(p.x.owner(p.x.findConn(0))).toBe(0);
    expect([ended(p.x, 0), ended(p.x, 1)]).toEqual(['handled', 'handled']);
  }
});

test('the CID is found before it leads anywhere, and goes again where there is no memory', () => {
  const p = race('5a8728d03').stepTo(0, pktRetrieveConn, 'N8');
  const { x } = p;
  const cid = poolNext(x.m, x.W.pools.cid, 0);
  expect([x.m.ld(cid + QuicCid.qc), x.m.ald(cid + QuicCid.tid)]).toEqual([0, 0]);
  // The other thread finds whose it is, passes its Initial on, and has made nothing.
  p.sleep(1);
  expect(made(p)).toEqual([0, 1]);
  p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, pktRetrieveConn, 'N8d.3');
  expect(RULES.find((r) => r.id === 'I4')!.check(x, 0)).toBeNull();
  p.sleep(0);
  // The second Initial has come after it, and makes a connection.
  expect([ended(x, 0), ended(x, 1)]).toEqual(['no memory', 'handled']);
  expect(made(p)).toEqual([1, 1]);
  const qc = x.findConn(0);
  expect([x.m.ld(qc + QuicConn.nextCidSeq), x.owner(qc)]).toEqual([1, 0]);
});
