import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from './bytes.ts';
import { PacketHeader, parsePacket } from './header.ts';
import { CHACHA20_POLY1305, initialKeys, keyUpdate, type PacketKeys, packetKeys } from './keys.ts';
import { OpenedPacket, openPacket, sealPacket, unprotectHeader } from './protect.ts';
import { retryTagMatches, writeRetry } from './retry.ts';
import { VECTOR_DCID, VECTOR_SECRET, VECTORS } from './vectors.ts';
import { QUIC_V1, QUIC_V2, type QuicVersion } from './version.ts';
import { Workspace } from './workspace.ts';
import { writeLongHeader, writeShortHeader } from './write-header.ts';

const ws = new Workspace();
const CLIENT_PAYLOAD = concatBytes(
  VECTORS.clientHelloCrypto,
  new Uint8Array(1162 - VECTORS.clientHelloCrypto.length),
);
const SERVER_SCID = fromHex('f067a5502a4262b5');
const NONE = new Uint8Array(0);

interface Expected {
  readonly version: QuicVersion;
  readonly client: readonly [secret: string, key: string, iv: string, hp: string];
  readonly server: readonly [secret: string, key: string, iv: string, hp: string];
  readonly short: readonly [key: string, iv: string, hp: string, ku: string];
  readonly clientMask: string;
  readonly clientInitial: Uint8Array;
  readonly serverInitial: Uint8Array;
  readonly retry: Uint8Array;
  readonly shortPacket: Uint8Array;
}

const V1: Expected = {
  version: QUIC_V1,
  client: [
    'c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea',
    '1f369613dd76d5467730efcbe3b1a22d',
    'fa044b2f42a3fd3b46fb255c',
    '9f50449e04a0e810283a1e9933adedd2',
  ],
  server: [
    '3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b',
    'cf3a5331653c364c88f0f379b6067e37',
    '0ac1493ca1905853b0bba03e',
    'c206b8d9b9f0f37644430b490eeaa314',
  ],
  short: [
    'c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8',
    'e0459b3474bdd0e44a41c144',
    '25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4',
    '1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9',
  ],
  clientMask: '437b9aec36',
  clientInitial: VECTORS.v1ClientInitial,
  serverInitial: VECTORS.v1ServerInitial,
  retry: VECTORS.v1Retry,
  shortPacket: VECTORS.v1ShortChaCha,
};

const V2: Expected = {
  version: QUIC_V2,
  client: [
    '14ec9d6eb9fd7af83bf5a668bc17a7e283766aade7ecd0891f70f9ff7f4bf47b',
    '8b1a0bc121284290a29e0971b5cd045d',
    '91f73e2351d8fa91660e909f',
    '45b95e15235d6f45a6b19cbcb0294ba9',
  ],
  server: [
    '0263db1782731bf4588e7e4d93b7463907cb8cd8200b5da55a8bd488eafc37c1',
    '82db637861d55e1d011f19ea71d5d2a7',
    'dd13c276499c0249d3310652',
    'edf6d05c83121201b436e16877593c3a',
  ],
  short: [
    '3bfcddd72bcf02541d7fa0dd1f5f9eeea817e09a6963a0e6c7df0f9a1bab90f2',
    'a6b5bc6ab7dafce30ffff5dd',
    'd659760d2ba434a226fd37b35c69e2da8211d10c4f12538787d65645d5d1b8e2',
    'c69374c49e3d2a9466fa689e49d476db5d0dfbc87d32ceeaa6343fd0ae4c7d88',
  ],
  clientMask: '94a0c95e80',
  clientInitial: VECTORS.v2ClientInitial,
  serverInitial: VECTORS.v2ServerInitial,
  retry: VECTORS.v2Retry,
  shortPacket: VECTORS.v2ShortChaCha,
};

function texts(keys: PacketKeys): string[] {
  return [keys.secret, keys.key, keys.iv, keys.hp].map((bytes) => toHex(bytes));
}

function opened(keys: PacketKeys, packet: Uint8Array, dcidLen: number, largest: number): OpenedPacket {
  const before = toHex(packet);
  const header = new PacketHeader();
  const out = new OpenedPacket(ws);
  expect(parsePacket(packet, 0, packet.length, dcidLen, header)).toBe(packet.length);
  expect(openPacket(keys, packet, 0, header.pnOff, header.payloadEnd, largest, out)).toBeGreaterThan(0);
  expect(toHex(packet)).toBe(before);
  return out;
}

describe.each([
  ['RFC 9001 appendix A', V1],
  ['RFC 9369 appendix A', V2],
])('%s', (_, rfc) => {
  const { version } = rfc;
  const keys = initialKeys(version, VECTOR_DCID);

  test('A.1 keys', () => {
    expect(texts(keys.client)).toEqual(rfc.client);
    expect(texts(keys.server)).toEqual(rfc.server);
  });

  test('A.2 client Initial, sealed and opened', () => {
    const buf = new Uint8Array(1200);
    const pnOff = writeLongHeader(buf, 0, {
      version,
      type: 'Initial',
      dcid: VECTOR_DCID,
      scid: NONE,
      pn: 2,
      pnLen: 4,
      payloadLen: CLIENT_PAYLOAD.length,
    });
    buf.set(CLIENT_PAYLOAD, pnOff + 4);
    expect(sealPacket(keys.client, buf, 0, pnOff, 4, pnOff + 4 + CLIENT_PAYLOAD.length, 2, ws)).toBe(1200);
    expect(toHex(buf)).toBe(toHex(rfc.clientInitial));
    const out = opened(keys.client, rfc.clientInitial, 0, -1);
    expect([out.pn, out.pnLen]).toEqual([2, 4]);
    expect(toHex(out.bytes, out.payloadOff, out.payloadEnd)).toBe(toHex(CLIENT_PAYLOAD));
  });

  test('A.2 header protection mask', () => {
    const out = new OpenedPacket(ws);
    expect(unprotectHeader(keys.client, rfc.clientInitial, 0, 18, 1200, out)).toBe(4);
    expect(toHex(ws.mask)).toBe(rfc.clientMask);
  });

  test('A.3 server Initial, sealed and opened', () => {
    const payload = VECTORS.serverHelloPayload;
    const buf = new Uint8Array(rfc.serverInitial.length);
    const fields = { version, type: 'Initial', dcid: NONE, scid: SERVER_SCID, pn: 1, pnLen: 2 } as const;
    const pnOff = writeLongHeader(buf, 0, { ...fields, payloadLen: payload.length });
    buf.set(payload, pnOff + 2);
    sealPacket(keys.server, buf, 0, pnOff, 2, pnOff + 2 + payload.length, 1, ws);
    expect(toHex(buf)).toBe(toHex(rfc.serverInitial));
    const out = opened(keys.server, rfc.serverInitial, 0, -1);
    expect(toHex(out.bytes, out.payloadOff, out.payloadEnd)).toBe(toHex(payload));
  });

  test('A.4 Retry, written and checked', () => {
    const header = new PacketHeader();
    expect(parsePacket(rfc.retry, 0, rfc.retry.length, 0, header)).toBe(rfc.retry.length);
    expect(header.type).toBe('Retry');
    expect(toHex(rfc.retry, header.tokenOff, header.tokenOff + header.tokenLen)).toBe(
      toHex(fromHex('746f6b656e')),
    );
    expect(retryTagMatches(rfc.retry, header, VECTOR_DCID, ws)).toBe(true);
    expect(retryTagMatches(rfc.retry, header, SERVER_SCID, ws)).toBe(false);
    const buf = new Uint8Array(rfc.retry.length);
    const token = fromHex('746f6b656e');
    expect(writeRetry(buf, 0, version, NONE, SERVER_SCID, token, VECTOR_DCID, ws)).toBe(buf.length);
    // The four unused bits of the first byte are the writer's choice; the RFCs set them, and the tag covers them.
    expect(buf[0]).toBe(rfc.retry[0]! & 0xf0);
    expect(toHex(buf, 1, buf.length - 16)).toBe(toHex(rfc.retry, 1, buf.length - 16));
    parsePacket(buf, 0, buf.length, 0, header);
    expect(retryTagMatches(buf, header, VECTOR_DCID, ws)).toBe(true);
  });

  test('A.5 ChaCha20-Poly1305 short header, sealed and opened, and key update', () => {
    const k = packetKeys(CHACHA20_POLY1305, VECTOR_SECRET, version);
    const next = keyUpdate(k);
    expect([k.key, k.iv, k.hp, next.secret].map((bytes) => toHex(bytes))).toEqual(rfc.short);
    expect(next.hp).toBe(k.hp);
    const buf = new Uint8Array(21);
    const pnOff = writeShortHeader(buf, 0, NONE, 654360564, 3, 0);
    buf[pnOff + 3] = 1;
    expect(sealPacket(k, buf, 0, pnOff, 3, pnOff + 4, 654360564, ws)).toBe(21);
    expect(toHex(buf)).toBe(toHex(rfc.shortPacket));
    const out = opened(k, rfc.shortPacket, 0, 654360563);
    expect([out.pn, out.pnLen, out.bytes[out.payloadOff]]).toEqual([654360564, 3, 1]);
  });
});
