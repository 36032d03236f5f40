import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type CraftedPacket,
  type CraftedUdp,
  ipPacket,
  join,
  onLink,
  PcapngBlocks,
  pcapFile,
} from './craft.ts';
import { type Capture, CaptureScan, DatagramFlag, readCapture } from './index.ts';
import { sampleBytes } from './testing/samples.ts';

const v4 = (n: number): Uint8Array => new Uint8Array([10, 0, 0, n]);
const v6 = (n: number): Uint8Array => join([0x20, 1, 0xd, 0xb8], new Array(11).fill(0), [n]);

/** A client's Initial as far as a header goes: enough to be taken for QUIC. */
const initial = join(
  [0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0x9e],
  new Array(1182).fill(7),
);

const datagram = (over: Partial<CraftedUdp> = {}): CraftedUdp => ({
  src: v4(1),
  sport: 5000,
  dst: v4(2),
  dport: 443,
  payload: initial,
  ...over,
});

const packet = (
  udp: CraftedUdp = datagram(),
  over: Partial<CraftedPacket> = {},
  linkType = 1,
): CraftedPacket => ({
  data: onLink(linkType, ipPacket(udp)),
  ...over,
});

function good(bytes: Uint8Array): Capture {
  const result = readCapture(bytes);
  if (!result.ok) throw new Error(result.error.text);
  return result.capture;
}

function error(bytes: Uint8Array): string {
  const result = readCapture(bytes);
  return result.ok ? 'none' : `${result.error.code}: ${result.error.text}`;
}

const codes = (capture: Capture): string[] =>
  capture.problems.map((p) => `${p.code} x${p.count} at ${p.frame}`);

describe('containers', () => {
  test.each([
    { little: true, nano: false, tNs: 1_000_002_000 },
    { little: false, nano: false, tNs: 1_000_002_000 },
    { little: true, nano: true, tNs: 1_000_002_003 },
    { little: false, nano: true, tNs: 1_000_002_003 },
  ])('pcap, %o', ({ little, nano, tNs }) => {
    const file = pcapFile(
      [packet(datagram(), { sec: 7, ns: 999_999_000 }), packet(datagram(), { sec: 9, ns: 1_003 })],
      {
        little,
        nano,
      },
    );
    if (nano) expect(file.length).toBe(24 + 2 * (16 + 14 + 28 + 1200));
    const { datagrams } = good(file);
    expect(datagrams.length).toBe(2);
    expect([datagrams.frame(1), datagrams.tNs(1), datagrams.payloadLength(1)]).toEqual([
      2,
      nano ? 1_000_002_003 : 1_000_002_000,
      1200,
    ]);
    expect(datagrams.tNs(1)).toBe(tNs);
    expect(datagrams.bytes(1)).toEqual(initial);
    expect(datagrams.bytes(1).buffer).toBe(file.buffer);
  });

  test.each([true, false])(
    'pcapng, several interfaces with their resolutions, little-endian %s',
    (little) => {
      const frame = packet().data;
      const second = 1_700_000_000n;
      const file = new PcapngBlocks(little)
        .interface(1)
        .interface(101, { resolution: 9 })
        .interface(1, { resolution: 0x80 | 10 })
        .interface(1, { resolution: 3, offsetSeconds: -5 })
        .packet(0, second * 1_000_000n + 1n, frame)
        .packet(1, second * 1_000_000_000n + 1_001n, ipPacket(datagram()))
        .packet(2, second * 1024n + 512n, frame)
        .packet(3, (second + 6n) * 1000n + 7n, frame)
        .bytes();
      const { datagrams } = good(file);
      expect(Array.from({ length: 4 }, (_, i) => datagrams.tNs(i))).toEqual([
        0, 1, 499_999_000, 1_006_999_000,
      ]);
    },
  );

  test('pcapng sections each have their byte order, interfaces and secrets', () => {
    const frame = packet().data;
    const file = join(
      new PcapngBlocks(true).interface(1).packet(0, 5n, frame).keyLog('one').bytes(),
      new PcapngBlocks(false)
        .keyLog('two')
        .interface(101)
        .packet(0, 9n, ipPacket(datagram({ sport: 1 })))
        .bytes(),
    );
    const { datagrams, embeddedKeys } = good(file);
    expect([datagrams.sport(0), datagrams.sport(1), datagrams.tNs(1), datagrams.frame(1)]).toEqual([
      5000, 1, 4000, 2,
    ]);
    expect(embeddedKeys.map((keys) => String.fromCharCode(...keys))).toEqual(['one', 'two']);
  });

  test('pcapng simple packets take the time before them; unknown blocks are passed over', () => {
    const frame = packet().data;
    const file = new PcapngBlocks(true)
      .interface(1)
      .packet(0, 5_000_000n, frame)
      .block(0x0bad, new Uint8Array(5))
      .packet(0, 5_000_003n, frame)
      .simplePacket(frame)
      .bytes();
    const capture = good(file);
    expect(capture.datagrams.tNs(2)).toBe(3000);
    expect(codes(capture)).toEqual(['no-timestamp x1 at 3']);
  });

  test('packets without a time at the beginning take the time behind them, also behind one that is left out', () => {
    const frame = packet().data;
    const file = new PcapngBlocks(true)
      .interface(1)
      .simplePacket(frame)
      .packet(7, 5_000_000n, frame)
      .packet(0, 1_700_000_000_000_000n, frame)
      .packet(0, 1_700_000_000_000_250n, frame)
      .bytes();
    const { datagrams, problems } = good(file);
    expect([0, 1, 2].map((i) => datagrams.tNs(i))).toEqual([0, 0, 250_000]);
    expect([0, 1, 2].map((i) => datagrams.flags(i) & DatagramFlag.noTime)).toEqual([
      DatagramFlag.noTime,
      0,
      0,
    ]);
    expect(problems[0]?.text).toBe('Packet 1 carries no time; it is given that of the packet after it.');
  });

  test('without an interface a packet without a time is left out and told too', () => {
    const frame = packet().data;
    const result = readCapture(new PcapngBlocks(true).simplePacket(frame).simplePacket(frame).bytes());
    expect(result.ok).toBe(false);
    expect(!result.ok && result.problems.map((p) => `${p.code} x${p.count}`)).toEqual([
      'unknown-interface x2',
    ]);
  });

  test('a packet of an interface that nobody described counts but is left out', () => {
    const frame = packet().data;
    const capture = good(
      new PcapngBlocks(true).interface(1).packet(4, 0n, frame).packet(0, 1n, frame).bytes(),
    );
    expect([capture.datagrams.length, capture.datagrams.frame(0)]).toEqual([1, 2]);
    expect(codes(capture)).toEqual(['unknown-interface x1 at 1']);
  });
});

describe('link and network layers', () => {
  test.each([0, 1, 12, 14, 101, 108, 113, 228, 276])('link type %i, IPv4', (linkType) => {
    const { datagrams } = good(pcapFile([packet(datagram(), {}, linkType)], { linkType }));
    expect([datagrams.src(0), datagrams.sport(0), datagrams.dst(0), datagrams.dport(0)]).toEqual([
      '10.0.0.1',
      5000,
      '10.0.0.2',
      443,
    ]);
    expect(datagrams.bytes(0)).toEqual(initial);
  });

  test.each([0, 1, 101, 108, 113, 229, 276])('link type %i, IPv6', (linkType) => {
    const { datagrams } = good(
      pcapFile([packet(datagram({ src: v6(1), dst: v6(2) }), {}, linkType)], { linkType }),
    );
    expect([datagrams.src(0), datagrams.dst(0)]).toEqual(['2001:db8::1', '2001:db8::2']);
  });

  test.each([
    [1, [0x8100]],
    [1, [0x88a8, 0x8100]],
    [1, [0x9100, 0x8100, 0x8100]],
    [113, [0x8100]],
    [276, [0x8100, 0x8100]],
  ])('VLAN tags on link type %i: %j', (linkType, tags) => {
    const data = onLink(linkType, ipPacket(datagram()), tags);
    expect(good(pcapFile([{ data }], { linkType })).datagrams.bytes(0)).toEqual(initial);
  });

  test('IPv4 options are stepped over', () => {
    const { datagrams } = good(pcapFile([packet(datagram({ options: new Uint8Array(40).fill(1) }))]));
    expect(datagrams.bytes(0)).toEqual(initial);
  });

  test('IPv6 extension headers are stepped over: hop-by-hop, routing, destination, authentication, atomic fragment', () => {
    const options = join(
      [43, 0, 1, 4, 0, 0, 0, 0],
      [60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [51, 0, 1, 4, 0, 0, 0, 0],
      [44, 4, ...new Array(22).fill(0)],
      [17, 0, 0, 0, 0, 0, 0, 1],
    );
    const udp = datagram({ src: v6(1), dst: v6(2), options, firstExtension: 0 });
    expect(good(pcapFile([packet(udp)])).datagrams.bytes(0)).toEqual(initial);
  });

  test('a snap length cut keeps what there is and says how much there was', () => {
    const whole = packet().data;
    const capture = good(pcapFile([{ data: whole.subarray(0, 142), origLen: whole.length }]));
    const { datagrams } = capture;
    expect([datagrams.capturedLength(0), datagrams.payloadLength(0), datagrams.flags(0)]).toEqual([
      100,
      1200,
      DatagramFlag.snapCut,
    ]);
    expect(codes(capture)).toEqual(['snap-cut x1 at 1']);
  });

  test('a super-frame is marked, and an IP length of 0 stands for all there is', () => {
    const payload = join(initial, initial, initial);
    const { data } = packet(datagram({ payload }));
    data[16] = data[17] = 0;
    const capture = good(pcapFile([{ data }]));
    expect(capture.datagrams.payloadLength(0)).toBe(3600);
    expect(capture.datagrams.flags(0)).toBe(DatagramFlag.superFrame);
  });

  test('Ethernet padding behind a short datagram is not part of it', () => {
    const short = packet(datagram({ payload: new Uint8Array([0x40, 1, 2]) })).data;
    const { datagrams } = good(pcapFile([packet(), { data: join(short, [0, 0, 0, 0, 0, 0]) }]));
    expect(datagrams.payloadLength(1)).toBe(3);
  });

  test('what is no UDP is counted, and keeps its frame number', () => {
    const tcp = ipPacket(datagram());
    tcp[9] = 6;
    const arp = join(new Array(12).fill(2), [8, 6], new Array(28).fill(0));
    const capture = good(
      pcapFile([{ data: arp, sec: 1 }, { data: onLink(1, tcp) }, packet(datagram(), { sec: 3 })]),
    );
    expect([capture.counts.notIp, capture.counts.notUdp, capture.datagrams.frame(0)]).toEqual([1, 1, 3]);
    // Time counts from the first packet of the file, whatever it is.
    expect(capture.datagrams.tNs(0)).toBe(2e9);
  });
});

describe('files that cannot be used give their sentence', () => {
  const sample = sampleBytes('v03-ngtcp2-gtlsserver.pcap');

  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), 'empty: The file is empty.'],
    [
      'wrong magic',
      new Uint8Array([1, 2, 3, 4, 5]),
      'not-a-capture: This is neither a pcap nor a pcapng file: it begins with the bytes 01 02 03 04.',
    ],
    [
      'compressed in a way that is not read',
      new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]),
      'compressed: The file is compressed; unpack it and open what is inside.',
    ],
    [
      'no more than the beginning of a packed file',
      new Uint8Array([0x1f, 0x8b, 8, 0]),
      'compressed: The file begins like one packed by gzip, but nothing can be unpacked from it.',
    ],
    ['packed, and empty', gzipSync(''), 'empty: The file is packed by gzip, and nothing is in it.'],
    [
      'packed twice',
      gzipSync(gzipSync(sample)),
      'compressed: The file is packed twice; unpack it once and open what is inside.',
    ],
    [
      'a key log',
      sampleBytes('v03-ngtcp2-gtlsserver.keys'),
      'not-a-capture: This is a TLS key log, not a capture; open the capture and give this as its keys.',
    ],
    [
      'cut in the file header',
      sample.subarray(0, 20),
      'truncated-header: The file begins like a pcap capture but ends inside its header, so it holds no packets.',
    ],
    [
      'cut in a pcapng header',
      sampleBytes('v08-chromium-haproxy34-dsb.pcapng').subarray(0, 20),
      'truncated-header: The file begins like a pcapng capture but ends inside its header, so it holds no packets.',
    ],
    ['no packets', pcapFile([]), 'no-packets: The capture holds no packets.'],
    [
      'cut in the first packet',
      sample.subarray(0, 60),
      'no-packets: The file ends in the middle of packet 1, and nothing is before it.',
    ],
    [
      'unknown link type',
      pcapFile([packet()], { linkType: 127 }),
      'unknown-link-type: The capture is of link type 127 (IEEE 802.11 with radiotap), which is not read here; Ethernet, Linux cooked, PPP, NFLOG, PKTAP, raw IP and loopback are.',
    ],
    [
      'of an interface that nobody described',
      new PcapngBlocks(true).packet(0, 0n, packet().data).packet(0, 1n, packet().data).bytes(),
      'no-udp: Packet 1 names interface 0, which the file does not describe; it is left out. One more is like it.',
    ],
    [
      'no UDP',
      pcapFile([{ data: join(new Array(12).fill(2), [8, 6], new Array(28).fill(0)) }]),
      'no-udp: No packet of the capture (it holds 1) is a UDP datagram, so there is no QUIC in it: 1 is ARP.',
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(error(bytes)).toBe(expected);
  });

  test('a file cut in the middle keeps what is before the cut', () => {
    const capture = good(sample.subarray(0, 5000));
    expect(capture.datagrams.length).toBe(5);
    expect(capture.problems.map((p) => p.text)).toEqual([
      'The file ends in the middle of packet 6; everything before it is used.',
    ]);
  });

  test('a record length that cannot be right ends the reading there', () => {
    const file = pcapFile([packet(), packet()]);
    new DataView(file.buffer).setUint32(24 + 16 + 1242 + 8, 0x7fffffff, true);
    const capture = good(file);
    expect(capture.datagrams.length).toBe(1);
    expect(codes(capture)).toEqual(['bad-record x1 at 2']);
  });
});

test('reading in portions gives what reading at once gives, with growing progress', () => {
  const bytes = sampleBytes('v07-ngtcp2x20-haproxy29.pcap');
  const scan = new CaptureScan(bytes);
  const seen: number[] = [scan.progress];
  while (!scan.step(100)) seen.push(scan.progress);
  expect(seen).toHaveLength(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(scan.progress).toBe(1);
  const result = scan.result();
  expect(result.ok && result.capture.datagrams.length).toBe(476);
});
