/** What becomes of each bundled capture when it is sent in a loop. */
import { expect, test } from 'vitest';
import { PKT_DROP } from '../../haproxy/model/flags.ts';
import type { WorldData } from '../../scenario/data.ts';
import { makeReplay } from '../../scenario/live/replay.ts';
import { retried } from '../../scenario/testing/retried.ts';
import { dataOf } from '../../scenario/testing/worlds.ts';
import { CONN, CONN_STATE } from './board.ts';
import { LIVE_DEFAULTS } from './contract.ts';
import { NUMBER } from './slots.ts';
import { OneRealm } from './testing/one-realm.ts';

const CAPTURES: [name: string, shows: string, dropped: string[]][] = [
  ['v01', 'an answer of 60 kB', []],
  ['v02', 'a ClientHello over two Initials', []],
  ['v03', 'another server, CIDs of 18 bytes', []],
  ['v04', 'zero bytes after the last packet', []],
  ['v05', 'IPv6', []],
  ['v06', 'Linux cooked', []],
  ['v07', 'twenty clients at once', []],
  ['v08', 'the key log inside the capture', []],
  ['v09', 'a key update, and cleared fixed bits', []],
  ['v10', 'another client address in mid-connection', ['migration refused']],
  ['v11', 'a client’s CIDs of 3 bytes', []],
  ['v12', 'ChaCha20-Poly1305', []],
  ['v13', 'AES-128', []],
];

const ROWS = CAPTURES.flatMap(([name, shows, dropped]) =>
  ([true, false] as const).map((opening) => [name, shows, opening, dropped] as const),
);

function realm(
  data: WorldData,
  opening: boolean,
  socketOwner: 'listener' | 'connection' = 'listener',
): OneRealm {
  return new OneRealm({
    ...LIVE_DEFAULTS,
    source: { kind: 'capture', data },
    opening,
    capacity: 200,
    options: { threads: 2, revision: 'newest', socketOwner, withholdPostHandshake: true },
    settings: {
      connections: 0,
      datagramsPerSecond: 1500,
      churnPerSecond: 0,
      rebindsPerSecond: 20,
      rebindPolicy: 'random',
    },
  });
}

/** Runs until `n` clients have been accepted, and as many have sent all they had; then to rest. All must be well. Returns why datagrams were dropped. */
function runOf(x: OneRealm, n: number): string[] {
  const { reading, numbers } = x.run;
  x.until('clients', () => reading.total('accepted') >= n && numbers[NUMBER.left]! >= n);
  const p = x.settle();
  expect(p.rulesBroken).toEqual([]);
  expect(p.balance.wrong).toBe('');
  expect(p.balance.queued).toBe(0);
  expect(reading.total('noMemory')).toBe(0);
  return p.balance.reasons.map((r) => r.reason);
}

/** Packets that were kept and then could not be opened with the keys that there are. */
function failed(x: OneRealm): number {
  const { m, W } = x.run.machine;
  return m.ld(W.pktDropCounts + PKT_DROP.indexOf('decryption failed'));
}

/** What a datagram may also end as that came when its connection was closing, or gone. */
const LATE = ['closing connection', 'unknown CID', 'stateless reset answered'];

/** And one that came faster than a realm that has only just begun can go: HAProxy's own limits (9b5f11cd3, 5a8728d03). */
const BEHIND = ['rxbuf full', 'max accept'];

test.each(ROWS)(
  '%s (%s), opening %s: runs, is accepted, and all have an end',
  (name, _shows, opening, expected) => {
    const x = realm(dataOf(name), opening);
    const reasons = runOf(x, 8).filter((r) => ![...LATE, ...BEHIND].includes(r));
    expect(reasons.filter((r) => !expected.includes(r))).toEqual([]);
    if (expected.length) expect(reasons).toEqual(expected);
    expect(failed(x)).toBe(0);
    const { reading } = x.run;
    // Handled without being opened: what a closing connection only counts, packets of a level whose keys are gone. How many, time decides.
    if (opening) expect(reading.total('opened')).toBeGreaterThan(reading.total('handled') / 2);
  },
);

test.each([true, false])(
  'a capture with a Retry, opening %s: each client is asked once, and comes back with its token',
  (opening) => {
    const x = realm(retried(dataOf('v13')), opening);
    const reasons = runOf(x, 8).filter((r) => !LATE.includes(r));
    expect(reasons).toEqual(['retry answered']);
    expect(failed(x)).toBe(0);
    const { reading } = x.run;
    expect(reading.total('created')).toBeGreaterThanOrEqual(8);
  },
);

test('many goes at twenty clients at once do not stand in each other’s way, and HAProxy asks none for a Retry', () => {
  const x = realm(dataOf('v07'), false);
  x.run.set({ datagramsPerSecond: 2_000 });
  expect(runOf(x, 150).filter((r) => ![...LATE, ...BEHIND].includes(r))).toEqual([]);
  const { reading } = x.run;
  expect(reading.total('created') - reading.total('accepted')).toBeLessThan(100);
});

test('with sockets of their own the captured client’s new address is none of its socket’s', () => {
  const x = realm(dataOf('v10'), true, 'connection');
  expect(runOf(x, 8).filter((r) => !LATE.includes(r))).toEqual(['migration refused']);
});

test('clients of a capture differ in all their CIDs and addresses', () => {
  const x = realm(dataOf('v11'), true);
  x.until('connections', () => x.run.reading.total('created') >= 20);
  const seen = { odcid: new Set<string>(), clientCid: new Set<string>(), address: new Set<string>() };
  const { consts } = x.run.machine.W;
  let clients = 0;
  for (let place = 0; place < x.run.board.conns; place++) {
    if (x.run.board.words[x.run.board.conn(place) + CONN.state] === CONN_STATE.none) continue;
    clients++;
    const script = consts.clients.conn(place)!;
    seen.odcid.add(script.odcid.join());
    seen.clientCid.add(script.clientCid.join());
    seen.address.add(consts.clients.address(place)!.text);
  }
  expect(clients).toBeGreaterThan(10);
  expect([seen.odcid.size, seen.address.size]).toEqual([clients, clients]);
  // Three bytes: two clients may have chosen the same.
  expect(seen.clientCid.size).toBeGreaterThan(clients / 2);
});

test('clients of an IPv6 capture have IPv6 addresses', () => {
  const x = realm(dataOf('v05'), false);
  x.until('connections', () => x.run.reading.total('created') >= 3);
  const address = x.run.machine.W.consts.clients.address(0)!;
  expect(address.text).toMatch(/^\[fd00::[0-9a-f:]+\]:\d+$/);
  expect(address.bytes.length).toBe(18);
});

test('what can’t be sent says why', () => {
  const data = dataOf('v13');
  expect(makeReplay({ ...data, conns: [] }, true)).toBe('There is no QUIC connection in this capture.');
  expect(makeReplay({ ...data, forceRetry: true }, true)).toBe(
    'The captured server asked for a Retry, and no client in this capture answers it.',
  );
});
