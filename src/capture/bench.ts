import { ipPacket, onLink, pcapFile } from './craft.ts';
import { type Capture, CaptureScan, Dissection, type DissectOptions, type KeyLog } from './index.ts';
import { done, Peers } from './testing/peers.ts';

const CONNECTIONS = 50;
/** Sizes of the 1-RTT datagrams: mostly full ones, as in a transfer, and the acknowledgements between them. */
const SIZES = [1252, 1252, 1252, 46];

/**
 * A capture of about `size` bytes in memory, and its key log: `connections` (at most 255) handshakes, then 1-RTT datagrams of all of them in turn. Sealing
 * so much would take longer than reading it, so each connection repeats a few sealed packets; a reader cannot tell.
 */
export function bigCapture(size: number, connections = CONNECTIONS): { file: Uint8Array; keys: string } {
  const server = new Uint8Array([10, 0, 0, 2]);
  const ethernet = (peers: Peers, fromServer: boolean, payload: Uint8Array): Uint8Array => {
    const client = new Uint8Array([10, 1, peers.clientPort >> 8, peers.clientPort & 255]);
    const there = { src: client, sport: peers.clientPort, dst: server, dport: 443, payload };
    const back = { src: server, sport: 443, dst: client, dport: peers.clientPort, payload };
    return onLink(1, ipPacket(fromServer ? back : there));
  };
  const beginnings: Uint8Array[] = [];
  const repeated: Uint8Array[][] = [];
  let keys = '';
  for (let seed = 1; seed <= connections; seed++) {
    const id = new Uint8Array([seed, 7, 7, 7, 7, 7, 7, seed]);
    const peers = new Peers({ seed, serverCid: id, clientCid: id.slice(0, 5).fill(seed) });
    peers.odcid = id.slice().fill(seed + 100);
    peers.random.fill(seed);
    keys += peers.keyLog;
    beginnings.push(
      ethernet(peers, false, peers.hello()),
      ethernet(peers, true, peers.answer()),
      ethernet(peers, false, peers.finish()),
    );
    repeated.push(
      SIZES.map((bytes, i) =>
        ethernet(
          peers,
          i % 2 === 0,
          peers.short(i % 2 === 0 ? 'server' : 'client', i, done, { size: bytes }),
        ),
      ),
    );
  }
  const one = repeated.flat().reduce((sum, data) => sum + 16 + data.length, 0);
  const rounds = Math.max(1, Math.floor(size / one));
  const packets = beginnings.map((data) => ({ data, sec: 0, ns: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const list of repeated) for (const data of list) packets.push({ data, sec: round, ns: 0 });
  }
  return { file: pcapFile(packets), keys };
}

/** Reads a whole file into the table of datagrams, in the portions a worker takes; throws if that fails. */
export function readWork(file: Uint8Array): Capture {
  const scan = new CaptureScan(file);
  while (!scan.step(20_000));
  const result = scan.result();
  if (!result.ok) throw new Error(result.error.text);
  return result.capture;
}

/** Groups the datagrams and reads every packet, with keys or without; throws unless every connection was found. */
export function dissectWork(
  capture: Capture,
  keyLog: KeyLog | undefined,
  options: DissectOptions = {},
): Dissection {
  const dissection = new Dissection(capture, { ...options, keyLog });
  while (!dissection.step(5_000));
  if (dissection.connections.length !== CONNECTIONS)
    throw new Error(`${dissection.connections.length} connections`);
  const last = dissection.datagrams.at(-1)?.packets[0];
  if (keyLog && last?.state !== 'opened') throw new Error('the last packet did not open');
  return dissection;
}
