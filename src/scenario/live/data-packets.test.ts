import { expect, test } from 'vitest';
import { AES_128_GCM, OpenedPacket, openPacket, packetKeys, Workspace } from '../../quic/index.ts';
import { DataPackets, sealPing } from './data-packets.ts';

const keysOf = (n: number) => packetKeys(AES_128_GCM, new Uint8Array(32).fill(n));
const keys = keysOf(5);
const cidOf = (place: number): Uint8Array => Uint8Array.from({ length: 8 }, (_, i) => place * 41 + i * 7 + 1);
const PN_OFF = 9;

/** Number of a packet that must open. */
function numberOf(buf: Uint8Array, largest: number, k = keys): number {
  const out = new OpenedPacket();
  const length = openPacket(k, buf, 0, PN_OFF, buf.length, largest, out);
  if (length < 0) throw new Error(`does not open: ${length}`);
  expect(out.bytes[out.payloadOff]).toBe(0x01);
  return out.pn;
}

test.each([48, 50, 63, 64, 200, 1200])(
  '%i bytes: each packet is what sealing it alone gives, and its number larger than its client’s last',
  (size) => {
    const ws = new Workspace();
    const packets = new DataPackets(size, 10, ws);
    const last = new Map<number, number>();
    const alone = new Uint8Array(size);
    // Some send far more often than others, and places change hands.
    for (let i = 0; i < 400; i++) {
      const place = [0, i % 10, 0, 3, (i * i) % 7][i % 5]!;
      const generation = place === 3 ? Math.floor(i / 100) : 0;
      const client = place + 100 * generation;
      const cid = cidOf(client);
      const buf = new Uint8Array(size + 20);
      expect(packets.write(keys, buf, 8, cid, place, generation)).toBe(size);
      const packet = buf.slice(8, 8 + size);
      expect([...buf.subarray(0, 8), ...buf.subarray(8 + size)].every((b) => b === 0)).toBe(true);
      const before = last.get(client) ?? -1;
      const number = numberOf(packet, before);
      expect(number).toBeGreaterThan(before);
      expect(packets.largest).toBeGreaterThanOrEqual(number);
      last.set(client, number);
      sealPing(keys, alone, cid, number, size, ws);
      expect(packet).toEqual(alone);
    }
    expect(packets.sealed).toBeLessThan(300);
  },
);

test('numbers of other packets of a client stand between those of its data', () => {
  const packets = new DataPackets(60, 2, new Workspace());
  const buf = new Uint8Array(60);
  const next = (place: number, largest: number): number => {
    packets.write(keys, buf, 0, cidOf(place), place, 0);
    return numberOf(buf, largest);
  };
  expect(packets.numberFor(0, 0, 0)).toBe(0);
  const a = next(0, 0);
  expect(a).toBe(1);
  const b = packets.numberFor(0, 0, 0);
  expect(b).toBe(2);
  expect(next(1, -1)).toBe(1);
  expect(next(0, b)).toBe(3);
  expect(next(1, 1)).toBe(3);
});

test('goes on behind the numbers that were used before it began', () => {
  const packets = new DataPackets(60, 2, new Workspace(), 1000);
  const buf = new Uint8Array(60);
  packets.write(keys, buf, 0, cidOf(1), 1, 4);
  expect(numberOf(buf, 900)).toBe(1001);
});

test('with another key numbers begin anew, and a close with the old one does not count', () => {
  const packets = new DataPackets(60, 3, new Workspace());
  const buf = new Uint8Array(60);
  for (let i = 0; i < 5; i++) packets.write(keys, buf, 0, cidOf(0), 0, 0);
  expect(packets.largest).toBe(4);
  packets.rekey();
  expect([packets.key, packets.largest]).toEqual([1, -1]);
  expect(packets.numberFor(0, 0, 0)).toBe(5);
  expect(packets.largest).toBe(-1);
  const other = keysOf(6);
  packets.write(other, buf, 0, cidOf(1), 1, 0);
  expect(numberOf(buf, -1, other)).toBe(0);
  expect(() => numberOf(buf, -1)).toThrow('does not open');
});
