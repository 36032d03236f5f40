import { ipPacket, onLink, pcapFile } from '../craft.ts';
import { Peers, ping } from './peers.ts';
import { Talk } from './talk.ts';

/** So many short connections to a server at 198.51.100.N:443, 8443, …, each from an address of its own; and their key log. */
export function crowd(...perServer: readonly number[]): { file: Uint8Array; keys: string } {
  const packets: { data: Uint8Array; sec: number; ns: number }[] = [];
  let keys = '';
  let n = 0;
  for (const [s, count] of perServer.entries()) {
    const server = new Uint8Array([198, 51, 100, s + 1]);
    const serverPort = s * 8000 + 443;
    for (let k = 0; k < count; k++, n++) {
      const id = new Uint8Array([n & 255, n >> 8, 7, 7, 7, 7, 7, 1]);
      const peers = new Peers({ seed: (n % 15) + 1, serverCid: id, clientCid: id.slice(0, 5) });
      peers.odcid = id.slice().fill(3, 7);
      peers.random.fill(n & 255);
      peers.random[0] = n >> 8;
      keys += peers.keyLog;
      const client = new Uint8Array([10, 1, n >> 4, 1 + (n & 15)]);
      const clientPort = 40_000 + n;
      const talk = new Talk(peers)
        .client(peers.hello(0, { size: 1250 }))
        .server(peers.answer())
        .client(peers.finish(), peers.short('client', 0, ping))
        .client(peers.short('client', 1, ping));
      for (const [i, { from, payload }] of talk.sent.entries()) {
        const there = { src: client, sport: clientPort, dst: server, dport: serverPort, payload };
        const back = { src: server, sport: serverPort, dst: client, dport: clientPort, payload };
        const ns = n * 3_000_000 + i * 1_300_000;
        packets.push({ data: onLink(1, ipPacket(from === 'client' ? there : back)), sec: 0, ns });
      }
    }
  }
  packets.sort((a, b) => a.ns - b.ns);
  for (const packet of packets) {
    packet.sec = Math.floor(packet.ns / 1e9);
    packet.ns %= 1e9;
  }
  return { file: pcapFile(packets), keys };
}
