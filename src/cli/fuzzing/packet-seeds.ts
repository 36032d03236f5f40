import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dissect, type Packet, parseKeyLog, readCapture } from '../../capture/index.ts';
import { datagramSeed, framesSeed, handshakeSeed, type Seed } from '../../quic/fuzz/seed.ts';
import { vectorSeeds } from '../../quic/fuzz/vector-seeds.ts';
import {
  CryptoStream,
  Frame,
  HandshakeMessage,
  HandshakeType,
  parseFrame,
  parseHandshake,
} from '../../quic/index.ts';

/** Seeds from every capture in `folder` with its key log beside it, and from the RFCs. */
export function captureSeeds(folder: string): Seed[] {
  const names = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name));
  return [...vectorSeeds(), ...names.flatMap((name) => fromCapture(folder, name))];
}

function fromCapture(folder: string, name: string): Seed[] {
  const result = readCapture(new Uint8Array(readFileSync(join(folder, name))));
  if (!result.ok) throw new Error(`${name}: ${result.error.text}`);
  const { capture } = result;
  const keysFile = readFileSync(join(folder, name.replace(/\.pcap(ng)?$/, '.keys')), 'utf8');
  const { datagrams } = dissect(capture, { keyLog: parseKeyLog(keysFile) });
  const seeds: Seed[] = [];
  const streams = new Map<string, CryptoStream>();
  datagrams.forEach(({ row, packets, connection, fromServer }) => {
    const short = packets.find((packet) => packet.form === 'short');
    seeds.push(datagramSeed(capture.datagrams.bytes(row).slice(), short?.dcidLen ?? 8));
    packets.forEach((packet, i) => {
      if (packet.plaintext === undefined) return;
      const bytes = packet.plaintext.slice();
      seeds.push(framesSeed(bytes, packet.type, false));
      if ((row + i) % 8 === 0) seeds.push(framesSeed(bytes, packet.type, true));
      const key = `${connection?.number ?? 'none'} ${fromServer} ${packet.type}`;
      collect(streams, key, packet);
    });
  });
  return [...seeds, ...[...streams.values()].flatMap(handshakeSeeds)];
}

function collect(streams: Map<string, CryptoStream>, key: string, packet: Packet): void {
  const frame = new Frame();
  const bytes = packet.plaintext ?? new Uint8Array(0);
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = parseFrame(bytes, at, bytes.length, frame);
    if (size < 0) return;
    if (frame.name !== 'CRYPTO') continue;
    const stream = streams.get(key) ?? new CryptoStream();
    streams.set(key, stream);
    stream.add(frame.offset, bytes, frame.dataOff, frame.dataLen);
  }
}

function handshakeSeeds(stream: CryptoStream): Seed[] {
  const seeds: Seed[] = [];
  const message = new HandshakeMessage();
  const { bytes, contiguous } = stream;
  for (let at = 0, size = 0; at < contiguous; at += size) {
    size = parseHandshake(bytes, at, contiguous, message);
    if (size < 0) break;
    const one = bytes.slice(at, at + size);
    if (message.type === HandshakeType.clientHello) seeds.push(handshakeSeed(one, 'clientHello'));
    else if (message.type === HandshakeType.serverHello) seeds.push(handshakeSeed(one, 'serverHello'));
    else if (message.type === HandshakeType.encryptedExtensions) seeds.push(handshakeSeed(one, 'handshake'));
  }
  return seeds;
}
