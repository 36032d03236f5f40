import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipPacket, onLink, PcapngBlocks, pcapFile } from './craft.ts';
import { dissect, parseKeyLog, readCapture, toTruth } from './index.ts';
import { sampleBytes } from './testing/samples.ts';
import {
  ethernet,
  geneve,
  greAround,
  inEthernet,
  ipAround,
  mpls,
  nflog,
  pieces4,
  pktap,
  pppoe,
  udpAround,
  vxlan,
} from './testing/wrap.ts';

/** Damage to a file: bytes overwritten, a piece taken out or doubled, the end cut off. */
type Damage =
  | { kind: 'set'; at: number; value: number }
  | { kind: 'cut'; at: number }
  | { kind: 'remove' | 'double'; at: number; size: number };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat(255) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('remove' as const, 'double' as const),
      at: fc.nat(),
      size: fc.nat(64),
    }),
  },
);

function damaged(bytes: Uint8Array, list: readonly Damage[]): Uint8Array {
  let out = Array.from(bytes);
  for (const one of list) {
    const at = one.at % Math.max(1, out.length);
    if (one.kind === 'set') out[at] = one.value;
    else if (one.kind === 'cut') out = out.slice(0, at);
    else if (one.kind === 'remove') out.splice(at, one.size);
    else out.splice(at, 0, ...out.slice(at, at + one.size));
  }
  return Uint8Array.from(out);
}

/** Reads to the end and checks that nothing lies outside of the file and nothing is counted twice. */
function readEverything(bytes: Uint8Array, keys: Uint8Array): void {
  const result = readCapture(bytes);
  if (!result.ok) {
    expect(result.error.text).toMatch(/^[A-Z].*\.$/);
    return;
  }
  const { capture } = result;
  const { datagrams: table, counts } = capture;
  const { notIp, notUdp, fragments, joined, unreadable } = counts;
  expect(counts.datagrams + notIp + notUdp + fragments + joined + unreadable).toBe(counts.packets);
  for (let i = 0; i < table.length; i++) {
    expect(table.offset(i) + table.capturedLength(i)).toBeLessThanOrEqual(table.buffer(i).length);
    expect(table.capturedLength(i)).toBeLessThanOrEqual(table.payloadLength(i));
  }
  for (const datagram of dissect(capture, { keyLog: parseKeyLog(keys) }).datagrams) {
    const size = table.payloadLength(datagram.row);
    expect(datagram.packets.reduce((sum, packet) => sum + packet.len, datagram.trailing)).toBe(size);
    expect(datagram.trailing).toBeGreaterThanOrEqual(0);
    toTruth(table, datagram);
  }
}

const v03 = sampleBytes('v03-ngtcp2-gtlsserver.pcap');
const v08 = sampleBytes('v08-chromium-haproxy34-dsb.pcapng').subarray(0, 20_000);

/** Small files of every container and link layer, so that damage hits headers and not only payload. */
const small = [0, 1, 101, 108, 113, 276].flatMap((linkType) => {
  const payload = v03.subarray(82, 82 + 60);
  const six = linkType % 2 === 0;
  const address = new Uint8Array(six ? 16 : 4);
  const data = onLink(
    linkType,
    ipPacket({ src: address, sport: 9, dst: address, dport: 443, payload }),
    linkType === 1 ? [0x8100] : [],
  );
  return [
    pcapFile([{ data }, { data }], { linkType, little: six }),
    new PcapngBlocks(!six)
      .interface(linkType, { resolution: 9 })
      .keyLog('x')
      .packet(0, 7n, data)
      .simplePacket(data)
      .bytes(),
  ];
});

/** And of what can stand around a packet. */
const wrapped = ((): Uint8Array[] => {
  const address = new Uint8Array(4);
  const ip = ipPacket({ src: address, sport: 9, dst: address, dport: 443, payload: v03.subarray(82, 142) });
  const packets: [number, Uint8Array[]][] = [
    [1, [ethernet(0x8864, pppoe(ip)), ethernet(0x8847, mpls(2, inEthernet(ip)))]],
    [101, [ipAround(47, greAround(ip, 0xb000)), udpAround(4789, vxlan(ip)), udpAround(6081, geneve(ip, 2))]],
    [101, [...pieces4(ip, 32), ...pieces4(ipAround(4, ip), 24), ...pieces4(ip, 64)]],
    [239, [nflog(ip)]],
    [258, [pktap(1, inEthernet(ip))]],
  ];
  return packets.map(([linkType, list]) =>
    pcapFile(
      list.map((data) => ({ data })),
      { linkType },
    ),
  );
})();

test('damaged small files: no crash, nothing outside of the file', () => {
  const keys = new Uint8Array(0);
  fc.assert(
    fc.property(
      fc.constantFrom(...small, ...wrapped),
      fc.array(damage, { minLength: 1, maxLength: 6 }),
      (bytes, list) => {
        readEverything(damaged(bytes, list), keys);
      },
    ),
    { numRuns: 4000 },
  );
});

test('damaged real captures: no crash, nothing outside of the file', () => {
  const keys = sampleBytes('v03-ngtcp2-gtlsserver.keys');
  fc.assert(
    fc.property(
      fc.constantFrom(v03, v08),
      fc.array(damage, { minLength: 1, maxLength: 30 }),
      (bytes, list) => {
        readEverything(damaged(bytes, list), keys);
      },
    ),
    { numRuns: 150 },
  );
});

test('bytes of no sense behind a right magic: no crash', () => {
  const magics = [v03.subarray(0, 24), v08.subarray(0, 28)];
  fc.assert(
    fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }), (magic, rest) => {
      const bytes = new Uint8Array(magic.length + rest.length);
      bytes.set(magic);
      bytes.set(rest, magic.length);
      readEverything(bytes, new Uint8Array(0));
    }),
    { numRuns: 2000 },
  );
});
