import { describe, expect, test } from 'vitest';
import { type CraftedPacket, ipPacket, join, pcapFile } from '../craft.ts';
import { dissect, parseKeyLog, readCapture, type TruthDatagram, toTruth } from '../index.ts';
import { loadSample, sampleBytes, sampleTruth } from '../testing/samples.ts';
import {
  ethernet,
  geneve,
  gre,
  greAround,
  inEthernet,
  ipAround,
  mpls,
  nflog,
  pktap,
  ppp,
  pppoe,
  udpAround,
  vxlan,
} from '../testing/wrap.ts';

const FOUR = 'v03-ngtcp2-gtlsserver.pcap';
const SIX = 'v05-ngtcp2-haproxy34-ipv6.pcap';

/** The IP packets of a bundled Ethernet capture, with their times. */
function ipPackets(name: string): { ip: Uint8Array; ns: number }[] {
  const { datagrams: table } = loadSample(name).capture;
  return Array.from({ length: table.length }, (_, i) => {
    const header = table.src(i).includes(':') ? 48 : 28;
    const [off, length] = [table.offset(i), table.payloadLength(i)];
    return { ip: table.buffer(i).slice(off - header, off + length), ns: table.tNs(i) };
  });
}

function read(packets: readonly CraftedPacket[], linkType: number, name: string): TruthDatagram[] {
  const result = readCapture(pcapFile(packets, { linkType, nano: true }));
  if (!result.ok) throw new Error(result.error.text);
  expect(result.capture.problems).toEqual([]);
  const keyLog = parseKeyLog(sampleBytes(name.replace('.pcap', '.keys')));
  return dissect(result.capture, { keyLog }).datagrams.map((d) => toTruth(result.capture.datagrams, d));
}

const VLAN = 0x8100;
const tagged = (etherType: number, content: Uint8Array): Uint8Array =>
  ethernet(VLAN, join([0, 5, etherType >> 8, etherType & 255], content));

/** Name, link type, and what stands around each IP packet. */
const wrappings: [string, number, (ip: Uint8Array) => Uint8Array][] = [
  ['PPP', 9, (ip) => ppp(ip)],
  ['PPP with address and control bytes', 9, (ip) => ppp(ip, 'framed')],
  ['PPP with a protocol of one byte', 9, (ip) => ppp(ip, 'one')],
  ['PPP in HDLC-like framing', 50, (ip) => ppp(ip, 'framed')],
  ['Cisco HDLC', 50, (ip) => join([0x0f, 0], inEthernet(ip).subarray(12))],
  ['Cisco HDLC of its own link type', 104, (ip) => join([0x8f, 0], inEthernet(ip).subarray(12))],
  ['PPP behind its direction', 204, (ip) => join([1], ppp(ip, 'framed'))],
  ['PPP whose address is its direction', 166, (ip) => join([0, 3], ppp(ip))],
  ['PPPoE', 1, (ip) => ethernet(0x8864, pppoe(ip))],
  ['PPPoE with VLAN', 1, (ip) => tagged(0x8864, pppoe(ip))],
  ['PPPoE of its own link type', 51, (ip) => pppoe(ip)],
  ['PPPoE in frames that are padded', 1, (ip) => join(ethernet(0x8864, pppoe(ip)), new Array(20).fill(0))],
  ['MPLS', 1, (ip) => ethernet(0x8847, mpls(1, ip))],
  ['MPLS, four labels', 1, (ip) => ethernet(0x8847, mpls(4, ip))],
  ['MPLS with VLAN', 1, (ip) => tagged(0x8848, mpls(2, ip))],
  ['Ethernet over MPLS', 1, (ip) => ethernet(0x8847, mpls(2, inEthernet(ip)))],
  [
    'Ethernet over MPLS with a control word',
    1,
    (ip) => ethernet(0x8847, mpls(2, join([0, 0, 0, 9], inEthernet(ip)))),
  ],
  ['GRE', 1, (ip) => inEthernet(ipAround(47, greAround(ip)))],
  ['GRE with a key', 1, (ip) => inEthernet(ipAround(47, greAround(ip, 0x2000)))],
  [
    'GRE with checksum, key and sequence number, over IPv6',
    1,
    (ip) => inEthernet(ipAround(47, greAround(ip, 0xb000), true)),
  ],
  ['Ethernet in GRE', 101, (ip) => ipAround(47, gre(0x6558, inEthernet(ip), 0x2000))],
  ['MPLS in GRE', 101, (ip) => ipAround(47, gre(0x8847, mpls(1, ip)))],
  ['PPP in GRE, as PPTP has it', 101, (ip) => ipAround(47, gre(0x880b, ppp(ip), 0x3001))],
  ['IP in IP, 6in4', 1, (ip) => inEthernet(ipAround(ip[0]! >> 4 === 6 ? 41 : 4, ip))],
  ['4in6, IP in IPv6', 1, (ip) => inEthernet(ipAround(ip[0]! >> 4 === 6 ? 41 : 4, ip, true))],
  [
    '4in6 behind a tunnel encapsulation limit',
    101,
    (ip) => ipAround(60, join([ip[0]! >> 4 === 6 ? 41 : 4, 0, 4, 1, 4, 1, 0, 0], ip), true),
  ],
  ['MPLS in IP', 101, (ip) => ipAround(137, mpls(1, ip))],
  ['EtherIP', 101, (ip) => ipAround(97, join([0x30, 0], inEthernet(ip)))],
  ['VXLAN', 1, (ip) => inEthernet(udpAround(4789, vxlan(ip)))],
  [
    'VXLAN over IPv6, on the port that Linux had first',
    1,
    (ip) => inEthernet(udpAround(8472, vxlan(ip), true)),
  ],
  ['Geneve', 1, (ip) => inEthernet(udpAround(6081, geneve(ip)))],
  ['Geneve with options, IP at once', 101, (ip) => udpAround(6081, geneve(ip, 3, false), true)],
  ['NFLOG', 239, (ip) => nflog(ip)],
  ['NFLOG, big-endian', 239, (ip) => nflog(ip, false)],
  ['PKTAP', 258, (ip) => pktap(1, inEthernet(ip))],
  ['PKTAP around PPP, big-endian', 258, (ip) => pktap(9, ppp(ip), false)],
  ['PKTAP with raw IP', 149, (ip) => pktap(12, ip)],
  ['pflog', 117, (ip) => join([61, 2], new Array(62).fill(0), ip)],
  ['enc', 109, (ip) => join([ip[0]! >> 4 === 6 ? 24 : 2, ...new Array(11).fill(0)], ip)],
  [
    'PPPoE with VLAN, in it GRE, in it VXLAN',
    1,
    (ip) => tagged(0x8864, pppoe(ipAround(47, greAround(udpAround(4789, vxlan(ip)), 0x2000)))),
  ],
  ['eight times IP in IP', 101, (ip) => nested(ip, 8)],
];

/** `ip` in so many others. */
function nested(ip: Uint8Array, times: number): Uint8Array {
  let out = ip;
  for (let n = 0; n < times; n++) out = ipAround(out[0]! >> 4 === 6 ? 41 : 4, out, n % 2 === 0);
  return out;
}

describe('a real capture in another wrapping reads the same', () => {
  test.each(wrappings)('%s', (_name, linkType, wrap) => {
    for (const name of [FOUR, SIX]) {
      const packets = ipPackets(name).map(({ ip, ns }) => ({
        data: wrap(ip),
        sec: 9 + Math.floor(ns / 1e9),
        ns: ns % 1e9,
      }));
      expect(read(packets, linkType, name)).toStrictEqual(sampleTruth(name));
    }
  });
});

const ping = ipPacket({
  src: new Uint8Array([10, 0, 0, 1]),
  sport: 5000,
  dst: new Uint8Array([10, 0, 0, 2]),
  dport: 443,
  payload: new Uint8Array(40).fill(0x41),
});

const refusal = (linkType: number, ...packets: Uint8Array[]): string => {
  const result = readCapture(
    pcapFile(
      packets.map((data) => ({ data })),
      { linkType },
    ),
  );
  return result.ok ? `${result.capture.datagrams.length} datagrams` : result.error.text;
};

describe('what is not read is named', () => {
  test.each<[string, number, Uint8Array, string]>([
    [
      'ERSPAN',
      101,
      ipAround(47, gre(0x88be, inEthernet(ping), 0x1000)),
      'Packet 1 is ERSPAN, which is not read here; it is left out.',
    ],
    [
      'ERSPAN III',
      101,
      ipAround(47, gre(0x22eb, inEthernet(ping), 0x1000)),
      'Packet 1 is ERSPAN type III, which is not read here; it is left out.',
    ],
    [
      'GTP-U',
      101,
      udpAround(2152, join([0x30, 0xff, 0, ping.length, 0, 0, 0, 1], ping)),
      'Packet 1 is GTP-U, which is not read here; it is left out.',
    ],
    [
      'GRE of something else',
      101,
      ipAround(47, gre(0x883e, ping)),
      'Packet 1 is GRE of protocol 0x883e, which is not read here; it is left out.',
    ],
    [
      'PPP Multilink',
      9,
      join([0, 0x3d], ping),
      'Packet 1 is PPP Multilink, which is not read here; it is left out.',
    ],
    [
      'PKTAP around radiotap',
      258,
      pktap(127, ping),
      'Packet 1 is PKTAP with link type 127 (IEEE 802.11 with radiotap), which is not read here; it is left out.',
    ],
    ['too many wrappings', 101, nested(ping, 9), 'Packet 1 is wrapped more than 8 times; it is left out.'],
    [
      'ESP',
      101,
      ipAround(50, new Uint8Array(40)),
      'No packet of the capture (it holds 1) is a UDP datagram, so there is no QUIC in it: 1 is ESP.',
    ],
    [
      'radiotap',
      127,
      ping,
      'The capture is of link type 127 (IEEE 802.11 with radiotap), which is not read here; Ethernet, Linux cooked, PPP, NFLOG, PKTAP, raw IP and loopback are.',
    ],
    [
      'PPI',
      192,
      ping,
      'The capture is of link type 192 (PPI), which is not read here; Ethernet, Linux cooked, PPP, NFLOG, PKTAP, raw IP and loopback are.',
    ],
  ])('%s', (_name, linkType, packet, text) => {
    expect(refusal(linkType, packet)).toBe(text);
  });

  test('a modified pcap file', () => {
    const file = pcapFile([{ data: ping }]);
    new DataView(file.buffer).setUint32(0, 0xa1b2cd34, true);
    const result = readCapture(file);
    expect(result.ok ? '' : result.error.text).toBe(
      'This is a modified pcap file (magic a1b2cd34), whose records are others than those of pcap; it is not read here.',
    );
  });
});

test('a tunnel over UDP that is not read is named by its port', () => {
  const packets = [4500, 4500, 53].map((port) => ({ data: udpAround(port, new Uint8Array(60).fill(0x17)) }));
  const result = readCapture(pcapFile(packets, { linkType: 101 }));
  if (!result.ok) throw new Error(result.error.text);
  expect(dissect(result.capture).refusal?.text).toBe(
    'The file holds 3 UDP datagrams, most of port 4500 (IPsec in UDP): what is carried in them is not read here.',
  );
});

test('on the ports of VXLAN, Geneve and GTP-U what is no such packet stays a datagram', () => {
  const payload = new Uint8Array(60).fill(0x48);
  const packets = [4789, 8472, 6081, 2152].map((port) => udpAround(port, payload));
  expect(refusal(101, ...packets)).toBe('4 datagrams');
});

test('wrappings cut anywhere: no crash, nothing outside of the file', () => {
  const [, second] = ipPackets(FOUR);
  for (const [, linkType, wrap] of wrappings) {
    const whole = wrap(second!.ip);
    for (let kept = 0; kept < Math.min(whole.length, 220); kept++) {
      const file = pcapFile([{ data: whole.subarray(0, kept), origLen: whole.length }], { linkType });
      const result = readCapture(file);
      if (!result.ok) continue;
      const { datagrams: table } = result.capture;
      expect(table.offset(0) + table.capturedLength(0)).toBeLessThanOrEqual(file.length);
      // What is cut inside of the inner headers cannot be told from another datagram to the same port.
      if (table.dport(0) === 52646) expect(table.payloadLength(0)).toBe(1200);
      else expect([4789, 8472, 6081]).toContain(table.dport(0));
    }
  }
});
