import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CraftedPacket, ipPacket, join, pcapFile } from '../craft.ts';
import { type Capture, DatagramFlag, dissect, parseKeyLog, readCapture, toTruth } from '../index.ts';
import { loadSample, sampleBytes, sampleTruth } from '../testing/samples.ts';
import { greAround, inEthernet, ipAround, pieces4, pieces6, udpAround, vxlan } from '../testing/wrap.ts';

const address = (n: number, six: boolean): Uint8Array =>
  six ? join([0xfd], new Array(14).fill(0), [n]) : new Uint8Array([10, 0, 0, n]);

/** A datagram of `size` bytes that differ. */
const payloadOf = (size: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) + seed) & 255);
const packetOf = (payload: Uint8Array, six = false): Uint8Array =>
  ipPacket({ src: address(1, six), sport: 5000, dst: address(2, six), dport: 443, payload });

function good(packets: readonly (Uint8Array | CraftedPacket)[], linkType = 101): Capture {
  const list = packets.map((one) => (one instanceof Uint8Array ? { data: one } : one));
  const result = readCapture(pcapFile(list, { linkType, nano: true }));
  if (!result.ok) throw new Error(result.error.text);
  return result.capture;
}

const told = ({ problems }: Capture): string[] => problems.map((p) => `${p.code} x${p.count}: ${p.text}`);
const size = 3000;
const whole = payloadOf(size);
/** Behind what is tested: a packet that is whole, so that the file can be read in any case. */
const other = packetOf(payloadOf(30));

describe.each([false, true])('IPv6 %s', (six) => {
  const cut = (payload: Uint8Array, piece: number, id?: number): Uint8Array[] =>
    (six ? pieces6 : pieces4)(packetOf(payload, six), piece, id);

  test('a datagram in pieces has the number of the last that came, in whatever order', () => {
    const pieces = cut(whole, 600);
    for (const order of [pieces, pieces.toReversed(), [...pieces.slice(2), ...pieces.slice(0, 2)]]) {
      const { datagrams: table, counts, problems } = good([other, ...order]);
      expect(problems).toEqual([]);
      expect([table.length, table.frame(1), table.sport(1), table.dst(1)]).toEqual([
        2,
        1 + pieces.length,
        5000,
        six ? 'fd00::2' : '10.0.0.2',
      ]);
      expect(table.bytes(1)).toEqual(whole);
      expect(table.flags(1) & DatagramFlag.superFrame).toBe(0);
      expect([counts.datagrams, counts.fragments, counts.joined]).toEqual([2, 0, pieces.length - 1]);
    }
  });

  test('pieces of several packets mixed', () => {
    const a = cut(whole, 800, 1);
    const b = cut(payloadOf(size, 5), 800, 2);
    const { datagrams } = good(a.flatMap((piece, i) => [piece, b[i]!]));
    expect([datagrams.bytes(0), datagrams.bytes(1)]).toEqual([whole, payloadOf(size, 5)]);
  });

  test('a piece that comes twice is none too many; pieces that overlap put the whole packet away', () => {
    const pieces = cut(whole, 600);
    expect(good([pieces[0]!, pieces[0]!, ...pieces.slice(1)]).datagrams.bytes(0)).toEqual(whole);
    const wrong = pieces[1]!.slice();
    wrong[wrong.length - 1]! ^= 1;
    const capture = good([pieces[0]!, pieces[1]!, wrong, ...pieces.slice(2), other]);
    expect([capture.datagrams.length, capture.counts.fragments]).toEqual([1, pieces.length + 1]);
    expect(told(capture)).toEqual([
      'bad-fragment x1: Packet 3 overlaps another piece of the same fragmented IP packet, which is left out for that (RFC 5722).',
    ]);
    // Of another size, over a part of one that is there.
    const finer = cut(whole, 400);
    expect(told(good([pieces[0]!, finer[1]!, other]))[0]).toContain('bad-fragment x1: Packet 2 overlaps');
  });

  test('what is never whole is told, with the packet that it begins in', () => {
    const pieces = cut(whole, 600);
    const capture = good([other, ...pieces.slice(1), ...cut(whole, 600, 7).slice(0, 1)]);
    expect(told(capture)).toEqual([
      `fragment x2: The fragmented IP packet that begins in packet 2 is not whole: only ${pieces.length - 1} of its pieces are in the capture, and left out.`,
    ]);
    const result = readCapture(pcapFile([{ data: pieces[0]! }], { linkType: 101 }));
    expect(result.ok ? '' : result.error.text).toBe(
      'The fragmented IP packet that begins in packet 1 is not whole: only one of its pieces is in the capture, and left out.',
    );
  });

  test('pieces that cannot be right put the packet away', () => {
    const pieces = cut(whole, 600);
    const odd = (six ? pieces6 : pieces4)(packetOf(whole, six), 601, 9).slice(0, 1);
    const longer = cut(payloadOf(size + 600), 600).slice(-1);
    for (const wrong of [odd, [...pieces.slice(-1), ...longer], [...longer, ...pieces.slice(-1)]])
      expect(told(good([...wrong, other]))[0]).toContain(
        'is a piece of a fragmented IP packet that cannot be right',
      );
  });

  test('a minute later a piece belongs to another packet', () => {
    const pieces = cut(whole, 1600);
    const late = pieces.map((data, i) => ({ data, sec: i * 61 }));
    const { datagrams, problems } = good([...late, { data: other, sec: 200 }]);
    expect([datagrams.length, problems[0]?.count]).toEqual([1, 2]);
  });

  test('where a piece was cut, what was captured of the datagram ends', () => {
    const pieces = cut(whole, 600).map((data, i) => ({
      data: i === 2 ? data.subarray(0, 300) : data,
      origLen: data.length,
    }));
    const { datagrams: table } = good(pieces);
    const header = six ? 48 : 20;
    const captured = 2 * 600 + 300 - header - 8;
    expect([table.capturedLength(0), table.payloadLength(0)]).toEqual([captured, size]);
    expect(table.bytes(0)).toEqual(whole.subarray(0, captured));
  });
});

test('a tunnel whose packets are in pieces, and pieces within it', () => {
  const inner = packetOf(whole);
  const outer = pieces4(ipAround(47, greAround(inner)), 1000, 4);
  expect(good(outer).datagrams.bytes(0)).toEqual(whole);
  const carried = pieces4(inner, 1400, 5).flatMap((piece, i) =>
    pieces6(udpAround(4789, vxlan(piece), true), 800, i),
  );
  const { datagrams, counts } = good(carried);
  expect(datagrams.bytes(0)).toEqual(whole);
  expect([counts.datagrams, counts.joined, counts.fragments]).toEqual([1, carried.length - 1, 0]);
});

test.each(['v03-ngtcp2-gtlsserver.pcap', 'v05-ngtcp2-haproxy34-ipv6.pcap'])(
  '%s in pieces reads the same',
  (name) => {
    const { datagrams: table } = loadSample(name).capture;
    const last: number[] = [];
    const packets: CraftedPacket[] = [];
    for (let i = 0; i < table.length; i++) {
      const six = table.src(i).includes(':');
      const header = six ? 48 : 28;
      const ip = table.buffer(i).slice(table.offset(i) - header, table.offset(i) + table.payloadLength(i));
      const time = { sec: 9 + Math.floor(table.tNs(i) / 1e9), ns: table.tNs(i) % 1e9 };
      for (const piece of (six ? pieces6 : pieces4)(ip, 400, i))
        packets.push({ data: inEthernet(piece), ...time });
      last.push(packets.length);
    }
    const capture = good(packets, 1);
    const keyLog = parseKeyLog(sampleBytes(name.replace('.pcap', '.keys')));
    const read = dissect(capture, { keyLog }).datagrams.map((d) => toTruth(capture.datagrams, d));
    const truth = sampleTruth(name) as { frame: number }[];
    expect(read).toStrictEqual(truth.map((d, i) => ({ ...d, frame: last[i] })));
  },
);

test('a flood of pieces that never become whole keeps no more than its share, and what comes whole in it is read', () => {
  const packets: Uint8Array[] = [];
  for (let i = 0; i < 9000; i++) packets.push(pieces4(packetOf(payloadOf(64)), 32, i)[0]!);
  const pieces = pieces4(packetOf(whole), 600, 60_000);
  packets.splice(8000, 0, ...pieces);
  const capture = good(packets);
  expect(capture.datagrams.bytes(0)).toEqual(whole);
  expect(capture.problems[0]?.count).toBe(9000);
});

test('beyond 64 MiB the rest is left out', () => {
  const packets: Uint8Array[] = [];
  for (let i = 0; i < 1100; i++) packets.push(...pieces4(packetOf(new Uint8Array(64_000)), 32_000, i));
  const capture = good(packets);
  expect(capture.datagrams.length).toBe(Math.floor((64 * 1024 * 1024) / (64_000 + 28)));
  expect(told(capture)[0]).toContain('More than 64 MiB came as fragmented IP packets; from packet');
});

test('pieces of any size, order and copies: whole or told, never wrong', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.boolean(),
      (six, length, units, picks, all) => {
        const payload = payloadOf(length);
        const pieces = (six ? pieces6 : pieces4)(packetOf(payload, six), units * 8);
        if (pieces.length === 1) return;
        const picked = picks.map((n) => n % pieces.length);
        const order = all ? [...picked, ...pieces.keys()] : picked;
        const seen = new Set<number>();
        let complete = 0;
        for (const n of order) {
          seen.add(n);
          if (seen.size < pieces.length) continue;
          complete++;
          seen.clear();
        }
        const { datagrams } = good([other, ...order.map((n) => pieces[n]!)]);
        expect(datagrams.length).toBe(1 + complete);
        for (let i = 1; i <= complete; i++) expect(datagrams.bytes(i)).toEqual(payload);
      },
    ),
    { numRuns: 500 },
  );
});
