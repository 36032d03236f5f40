/** What a client of our own and its server say to one another around the handshake. */
import { expect, test } from 'vitest';
import { PKT_DROP } from '../../haproxy/model/flags.ts';
import { Pktns, QuicConn } from '../../haproxy/model/layouts.ts';
import { NUMBERS_OF_A_KEY } from '../../scenario/live/data-packets.ts';
import { HEARD_IN_ALL } from '../../scenario/live/server-flight.ts';
import { CONN } from './board.ts';
import { LIVE_DEFAULTS } from './contract.ts';
import { CLIENT_WORDS, PHASE } from './population.ts';
import type { Run } from './run.ts';
import { NUMBER } from './slots.ts';
import { OneRealm } from './testing/one-realm.ts';

const realm = (
  opening: boolean,
  socketOwner: 'listener' | 'connection',
  first?: (run: Run) => void,
): OneRealm =>
  new OneRealm(
    {
      ...LIVE_DEFAULTS,
      opening,
      size: 100,
      capacity: 60,
      options: { threads: 2, revision: 'newest', socketOwner, withholdPostHandshake: true },
      settings: {
        connections: 40,
        datagramsPerSecond: 2000,
        churnPerSecond: 10,
        rebindsPerSecond: 50,
        rebindPolicy: 'random',
      },
    },
    first,
  );

const WAYS = ([true, false] as const).flatMap((o) =>
  (['listener', 'connection'] as const).map((s) => [o, s] as const),
);

test.each(WAYS)(
  'opening %s, socket owner %s: what the server sends is heard and acknowledged; nothing stays in flight',
  (opening, owner) => {
    const x = realm(opening, owner);
    const { reading, numbers, board } = x.run;
    const { m, W } = x.run.machine;
    x.until('load', () => reading.total('accepted') >= 60 && reading.total('handled') >= 3000);
    x.run.set({ churnPerSecond: 0 });
    const clients = new Int32Array(x.run.parts.traffic.clients);
    const open = (): number[] =>
      Array.from({ length: board.conns }, (_, c) => c).filter(
        (c) => clients[c * CLIENT_WORDS] === PHASE.open,
      );
    const qcOf = (c: number): number => board.words[board.conn(c) + CONN.qc]!;
    const inFlight = (c: number): number =>
      [0, 1, 2].reduce(
        (n, space) => n + m.ld(qcOf(c) + QuicConn.pktns + space * Pktns.$size + Pktns.inFlight),
        0,
      );
    x.until('all acknowledged', () => open().length === 40 && open().every((c) => inFlight(c) === 0));
    const p = x.settle();
    expect(p.rulesBroken).toEqual([]);
    expect(p.balance.wrong).toBe('');
    for (const c of open()) {
      expect(board.words[board.conn(c) + CONN.heard]).toBeGreaterThanOrEqual(HEARD_IN_ALL);
      if (opening) expect(m.ld(qcOf(c) + QuicConn.rttMin)).toBeGreaterThan(0);
    }
    expect(m.ld(W.pktDropCounts + PKT_DROP.indexOf('decryption failed'))).toBe(0);
    // Each of a client's packets had a number of its own.
    if (opening) expect(numbers[NUMBER.packetNumbers]).toBeGreaterThan(40);
  },
);

test('when the packet numbers of a key are used up, its clients leave and others come with the next key', () => {
  const x = realm(true, 'listener', (run) => {
    run.numbers[NUMBER.packetNumbers] = NUMBERS_OF_A_KEY - 300;
  });
  x.run.set({ churnPerSecond: 0 });
  const { reading, numbers } = x.run;
  const { m, W } = x.run.machine;
  x.until('the next key', () => numbers[NUMBER.key] === 1);
  expect(numbers[NUMBER.left]).toBe(0);
  x.until('others', () => numbers[NUMBER.left]! >= 40 && numbers[NUMBER.established]! >= 80);
  const handled = reading.total('handled');
  x.until('their packets', () => reading.total('handled') > handled + 500);
  const p = x.settle();
  expect([p.rulesBroken, p.balance.wrong]).toEqual([[], '']);
  expect(m.ld(W.pktDropCounts + PKT_DROP.indexOf('decryption failed'))).toBe(0);
});
