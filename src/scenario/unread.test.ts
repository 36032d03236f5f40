import { describe, expect, test } from 'vitest';
import { parseKeyLog, readCapture } from '../capture/index.ts';
import { conversation, done, Peers, padding, ping, type Sent } from '../capture/testing/peers.ts';
import { Talk } from '../capture/testing/talk.ts';
import { ledgerState } from '../haproxy/lib/kernel.ts';
import { LEDGER } from '../haproxy/model/flags.ts';
import type { Machine } from '../machine/machine.ts';
import { inFlight } from '../machine/network.ts';
import { beginning } from './beginning.ts';
import type { WorldData } from './data.ts';
import { machineOf } from './testing/worlds.ts';

const id = (of: number): Uint8Array => padding(8).fill(of);

function worldOf(
  sent: readonly Sent[],
  keys: string,
  shape: (file: Uint8Array) => Uint8Array = (f) => f,
): WorldData {
  const result = readCapture(shape(conversation(sent)));
  if (!result.ok) throw new Error(result.error.text);
  return beginning('made', result.capture, parseKeyLog(keys));
}

/** By the clock, one happening after the other, until nothing is left to do but timers. */
function toRest(x: Machine): Machine {
  for (let n = 0; n < 100_000 && !x.quiet; n++) {
    const p = x.pick();
    if (!p) break;
    x.take(p);
  }
  return x;
}

const ends = (x: Machine): number[] =>
  Array.from({ length: x.W.consts.datagrams.count }, (_, d) => ledgerState(x.m.ld(x.W.ledger(d))));

describe('what is not replayed keeps its place and never leaves', () => {
  const peers = new Peers({ serverCid: id(0x51) });
  const old = new Peers({ seed: 2 });
  const stray = new Talk(old).client(old.short('client', 9, ping, { dcid: id(0x99) })).sent;
  const { sent } = new Talk(peers).handshake();
  const data = worldOf([...stray, ...sent.slice(0, 2), ...stray, ...sent.slice(2), ...stray], peers.keyLog);

  test('its number stays, and the others are delivered around it', () => {
    expect(data.datagrams.count).toBe(5);
    const x = toRest(machineOf(data));
    const { UNREAD, HANDLED } = LEDGER;
    expect(ends(x)).toEqual([UNREAD, HANDLED, UNREAD, HANDLED, UNREAD]);
    expect(data.datagrams.ms[1]).toBe(0);
  });

  test('no choice moves it, and the reason is told', () => {
    const x = machineOf(data);
    expect(inFlight(x.m, x.W, 10)).toEqual([1, 3]);
    for (const kind of ['deliver', 'drop', 'duplicate', 'keep-back'] as const) {
      expect(x.apply({ kind, dgram: 2 })).toBe(
        'datagram 3 is not replayed: it is one of a connection older than the capture',
      );
    }
    expect(x.apply({ kind: 'reorder', dgram: 1, after: 3 })).toBe('');
    expect(inFlight(x.m, x.W, 10)).toEqual([3, 1]);
  });
});

describe('where times say nothing, the order of the file is the order of cause', () => {
  const peers = new Peers({ serverCid: id(0x51) });
  const talk = new Talk(peers).handshake();
  for (let pn = 1; pn < 5; pn++)
    talk.client(peers.short('client', pn, ping)).server(peers.short('server', pn, done));
  const client = talk.sent.filter(({ from }) => from === 'client').length;
  /** Every record at the same second. */
  const still = (file: Uint8Array): Uint8Array => {
    const view = new DataView(file.buffer);
    for (let at = 24; at < file.length; at += 16 + view.getUint32(at + 8, true))
      view.setUint32(at + 4, 0, true);
    return file;
  };

  test('a client’s datagram waits for what is in front of it; all are handled', () => {
    const data = worldOf(talk.sent, peers.keyLog, still);
    expect(Array.from(data.datagrams.quiet ?? [])).toEqual([0, 1, 1, 1, 1, 1].slice(0, client));
    const x = toRest(machineOf(data));
    expect(ends(x)).toEqual(new Array(client).fill(LEDGER.HANDLED));
  });

  test('however the run is cut into pieces, it is the same', () => {
    const data = worldOf(talk.sent, peers.keyLog, still);
    const x = toRest(machineOf(data));
    for (const piece of [1, 7, x.happened]) {
      const y = machineOf(data);
      while (y.happened < x.happened) y.run(Math.min(piece, x.happened - y.happened));
      expect(y.hash(true)).toBe(x.hash(true));
    }
  });

  test('and whoever grants the turns', () => {
    const data = worldOf(talk.sent, peers.keyLog, still);
    const x = toRest(machineOf(data));
    const y = machineOf(data);
    while (y.happened < x.happened) {
      const p = y.pick();
      if (!p) throw new Error('nothing is left to do');
      if (p.kind === 'deliver') y.take(p);
      else y.turn(p, Math.min(9, x.happened - y.happened), y.horizon(p.tid));
    }
    expect(y.hash(true)).toBe(x.hash(true));
  });

  test('a thread that a person holds does not keep the others waiting', () => {
    const data = worldOf(talk.sent, peers.keyLog, still);
    const x = machineOf(data, { socketOwner: 'listener' });
    x.run(1);
    const owner = 3;
    x.apply({ kind: 'hold', tid: owner });
    toRest(x);
    expect(ends(x).filter((state) => state === LEDGER.FUTURE)).toEqual([]);
  });

  test('times that tell are kept', () => {
    expect(worldOf(talk.sent, peers.keyLog).datagrams.quiet).toBeUndefined();
  });
});
