import { VECTORS } from '../vectors.ts';
import * as w from '../write-frame.ts';
import { writeVersionNegotiation } from '../write-header.ts';
import { datagramSeed, framesSeed, handshakeSeed, type Seed } from './seed.ts';

/** Seeds that need no capture: the packets of the RFCs, and one frame of every kind. */
export function vectorSeeds(): Seed[] {
  const hello = VECTORS.clientHelloCrypto.subarray(4);
  const frames = everyFrame();
  const negotiation = new Uint8Array(40);
  const end = writeVersionNegotiation(
    negotiation,
    0,
    VECTORS.v1Retry.subarray(7, 15),
    new Uint8Array(0),
    [1, 0x6b3343cf],
  );
  return [
    datagramSeed(VECTORS.v1ClientInitial, 8),
    datagramSeed(VECTORS.v1ServerInitial, 0),
    datagramSeed(VECTORS.v1Retry, 0),
    datagramSeed(VECTORS.v1ShortChaCha, 0),
    datagramSeed(VECTORS.v2ClientInitial, 8),
    datagramSeed(VECTORS.v2ServerInitial, 0),
    datagramSeed(VECTORS.v2Retry, 0),
    datagramSeed(negotiation.subarray(0, end), 0),
    framesSeed(frames, '1-RTT', false),
    framesSeed(frames, '0-RTT', false),
    framesSeed(VECTORS.serverHelloPayload, 'Initial', false),
    framesSeed(VECTORS.clientHelloCrypto, 'Initial', false),
    framesSeed(frames, '1-RTT', true),
    framesSeed(VECTORS.serverHelloPayload, 'Initial', true),
    handshakeSeed(hello, 'clientHello'),
    handshakeSeed(VECTORS.serverHelloPayload.subarray(9), 'serverHello'),
    handshakeSeed(ENCRYPTED_EXTENSIONS, 'handshake'),
    handshakeSeed(hello.subarray(hello.length - 50), 'parameters'),
  ];
}

const ENCRYPTED_EXTENSIONS = Uint8Array.of(
  ...[
    8, 0, 0, 0x17, 0, 0x15, 0, 0x10, 0, 5, 0, 3, 2, 0x68, 0x33, 0, 0x2a, 0, 0, 0, 0x39, 0, 4, 1, 2, 0x40,
    0x64,
  ],
  ...[20, 0, 0, 2, 7, 7],
);

function everyFrame(): Uint8Array {
  const buf = new Uint8Array(500);
  const eight = new Uint8Array(8).fill(8);
  const writers: ((off: number) => number)[] = [
    (off) => w.writePing(buf, off),
    (off) => w.writeAck(buf, off, [90, 100, 70, 80, 1, 5], 20),
    (off) => w.writeAck(buf, off, [3, 9], 1, { ect0: 1, ect1: 2, ce: 3 }),
    (off) => w.writeResetStream(buf, off, 4, 0x100, 70_000),
    (off) => w.writeStopSending(buf, off, 4, 0x10c),
    (off) => w.writeCrypto(buf, off, 0, eight),
    (off) => w.writeNewToken(buf, off, eight),
    (off) => w.writeStream(buf, off, 0, 0, eight, false),
    (off) => w.writeStream(buf, off, 0, 8, eight, true),
    (off) => w.writeMaxData(buf, off, 1 << 20),
    (off) => w.writeMaxStreamData(buf, off, 4, 1 << 18),
    (off) => w.writeMaxStreams(buf, off, 100, false),
    (off) => w.writeMaxStreams(buf, off, 3, true),
    (off) => w.writeDataBlocked(buf, off, 1 << 20),
    (off) => w.writeStreamDataBlocked(buf, off, 4, 1 << 18),
    (off) => w.writeStreamsBlocked(buf, off, 100, false),
    (off) => w.writeStreamsBlocked(buf, off, 3, true),
    (off) => w.writeNewConnectionId(buf, off, 5, 2, eight, new Uint8Array(16).fill(9)),
    (off) => w.writeRetireConnectionId(buf, off, 1),
    (off) => w.writePathChallenge(buf, off, eight),
    (off) => w.writePathResponse(buf, off, eight),
    (off) => w.writeHandshakeDone(buf, off),
    (off) => w.writeDatagram(buf, off, eight),
    (off) => w.writeConnectionClose(buf, off, 10, 6, eight),
    (off) => w.writeConnectionCloseApp(buf, off, 0x100, eight),
    (off) => w.writePadding(buf, off, 9),
  ];
  return buf.slice(
    0,
    writers.reduce((off, write) => write(off), 0),
  );
}
