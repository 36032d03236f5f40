import { describe, expect, test } from 'vitest';
import { type CraftedPacket, join, onLink, PcapngBlocks, pcapFile } from './craft.ts';
import { dissect, parseKeyLog, readCapture, type TruthDatagram, toTruth } from './index.ts';
import { loadSample, sampleBytes, sampleTruth } from './testing/samples.ts';

/** The IP packets of a bundled Ethernet capture, with their times in microseconds. */
function ipPackets(name: string): { ip: Uint8Array; micros: number }[] {
  const { datagrams: table } = loadSample(name).capture;
  return Array.from({ length: table.length }, (_, i) => {
    const header = table.src(i).includes(':') ? 48 : 28;
    const from = table.offset(i) - header;
    return {
      ip: table.file.slice(from, table.offset(i) + table.payloadLength(i)),
      micros: table.tNs(i) / 1000,
    };
  });
}

const packet = (data: Uint8Array, micros: number, nanos = 0): CraftedPacket => ({
  data,
  sec: 100 + Math.floor(micros / 1e6),
  ns: (micros % 1e6) * 1000 + nanos,
});

function read(file: Uint8Array, names: readonly string[]): TruthDatagram[] {
  const result = readCapture(file);
  if (!result.ok) throw new Error(result.error.text);
  const keyLog = parseKeyLog(...names.map((name) => sampleBytes(name.replace('.pcap', '.keys'))));
  return dissect(result.capture, { keyLog }).datagrams.map((d) => toTruth(result.capture.datagrams, d));
}

const truth = (name: string): TruthDatagram[] => sampleTruth(name) as TruthDatagram[];

const v02 = 'v02-chromium-haproxy34.pcap';
const v05 = 'v05-ngtcp2-haproxy34-ipv6.pcap';
const v07 = 'v07-ngtcp2x20-haproxy29.pcap';
const v10 = 'v10-ngtcp2-gtlsserver-natrebind.pcap';

describe('a real capture in another wrapping reads the same', () => {
  const wrappings: [string, number, number[], { little: boolean; nano: boolean }][] = [
    ['Linux cooked v2, big-endian', 276, [], { little: false, nano: false }],
    ['Linux cooked v1, nanoseconds', 113, [], { little: true, nano: true }],
    ['raw IP', 101, [], { little: true, nano: false }],
    ['null', 0, [], { little: true, nano: false }],
    ['loopback, nanoseconds, big-endian', 108, [], { little: false, nano: true }],
    ['Ethernet with two VLAN tags', 1, [0x88a8, 0x8100], { little: true, nano: false }],
  ];

  test.each(wrappings)('%s', (_name, linkType, vlans, kind) => {
    for (const name of [v05, v10]) {
      const packets = ipPackets(name).map(({ ip, micros }) => packet(onLink(linkType, ip, vlans), micros));
      expect(read(pcapFile(packets, { ...kind, linkType }), [name])).toStrictEqual(truth(name));
    }
  });

  test('pcapng with nanoseconds, two interfaces in turn, keys in the second section', () => {
    const packets = ipPackets(v10);
    const section = (from: number, to: number): PcapngBlocks => {
      const blocks = new PcapngBlocks(from === 0).interface(101, { resolution: 9 }).interface(276);
      packets.slice(from, to).forEach(({ ip, micros }, i) => {
        const units = BigInt(Math.round(micros)) + 1_700_000_000_000_000n;
        if (i % 2 === 0) blocks.packet(0, units * 1000n, ip);
        else blocks.packet(1, units, onLink(276, ip));
      });
      return blocks;
    };
    const keys = String.fromCharCode(...sampleBytes(v10.replace('.pcap', '.keys')));
    const file = join(section(0, 9).bytes(), section(9, packets.length).keyLog(keys).bytes());
    const result = readCapture(file);
    if (!result.ok) throw new Error(result.error.text);
    const keyLog = parseKeyLog(...result.capture.embeddedKeys);
    const all = dissect(result.capture, { keyLog }).datagrams.map((d) =>
      toTruth(result.capture.datagrams, d),
    );
    expect(all).toStrictEqual(truth(v10));
  });
});

test('two captures in one, packet by packet in turn: every datagram finds its connection', () => {
  const first = ipPackets(v02);
  const second = ipPackets(v07);
  const file: CraftedPacket[] = [];
  const expected: TruthDatagram[] = [];
  const take = (one: { ip: Uint8Array; micros: number } | undefined, is: TruthDatagram | undefined): void => {
    if (!one || !is) return;
    file.push(packet(onLink(1, one.ip), one.micros));
    expected.push({ ...is, frame: file.length });
  };
  const ofFirst = truth(v02);
  // v02's one connection comes first, so those of v07 count from 1.
  const ofSecond = truth(v07).map((d) => ({ ...d, conn: (d.conn ?? 0) + 1 }));
  for (let i = 0; i < second.length; i++) {
    take(first[i], ofFirst[i]);
    take(second[i], ofSecond[i]);
  }
  expect(read(pcapFile(file), [v02, v07])).toStrictEqual(expected);
});

test('cut at 150 bytes a packet: headers and numbers stay, what was cut is named', () => {
  for (const name of [v02, v10]) {
    const packets = ipPackets(name).map(({ ip, micros }) => {
      const data = onLink(1, ip);
      return { ...packet(data.slice(0, 150), micros), origLen: data.length };
    });
    const whole = truth(name);
    read(pcapFile(packets), [name]).forEach((datagram, i) => {
      const expected = whole[i]!;
      expect(datagram.udp_payload).toBe(expected.udp_payload);
      expect(datagram.conn).toBe(expected.conn);
      datagram.packets.forEach((one, j) => {
        const { frames, ...header } = expected.packets[j]!;
        if (one.frames) expect(one).toStrictEqual(expected.packets[j]);
        // Without the handshake in clear there are no keys but the Initial ones.
        else expect(header).toMatchObject({ len: one.len, type: one.type, form: one.form });
      });
      const cut = datagram.packets.some((one) => one.decrypted === false);
      if (expected.udp_payload > 150) expect(cut).toBe(true);
    });
  }
});

test('a capture that begins in the middle is told to be none, unless the server is named', () => {
  const packets = ipPackets(v02)
    .slice(20)
    .map(({ ip, micros }) => packet(onLink(1, ip), micros));
  const file = pcapFile(packets);
  const result = readCapture(file);
  if (!result.ok) throw new Error(result.error.text);
  expect(dissect(result.capture).refusal?.code).toBe('not-quic');
  const named = dissect(result.capture, { serverPort: 4433 });
  expect(named.refusal).toBeUndefined();
  const { datagrams } = named;
  expect(datagrams).toHaveLength(packets.length);
  expect(datagrams.map((d) => d.fromServer)).toEqual(
    truth(v02)
      .slice(20)
      .map((d) => d.sport === 4433),
  );
});
