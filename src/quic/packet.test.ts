import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { PacketHeader, parsePacket } from './header.ts';
import { initialKeys, keyUpdate, packetKeys, SUITES, suiteByTls } from './keys.ts';
import { packetNumberLength } from './packet-number.ts';
import { OpenedPacket, openPacket, openUnprotected, sealPacket, unprotectHeader } from './protect.ts';
import { Reason } from './reason.ts';
import { QUIC_V1, QUIC_V2, QUIC_VERSIONS } from './version.ts';
import { Workspace } from './workspace.ts';
import { writeLongHeader, writeShortHeader } from './write-header.ts';

const ws = new Workspace();
const header = new PacketHeader();
const cid = fc.uint8Array({ maxLength: 20 });
const payload = fc.uint8Array({ minLength: 3, maxLength: 1500 });
const secret = fc.uint8Array({ minLength: 48, maxLength: 48 });

describe('a sealed packet opens to what it was', () => {
  test.each(SUITES.map((suite) => [suite.name, suite] as const))(
    '%s, long and short, coalesced',
    (_, suite) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...QUIC_VERSIONS),
          fc.constantFrom('Initial' as const, '0-RTT' as const, 'Handshake' as const),
          secret,
          cid,
          payload,
          fc.nat(2 ** 40),
          fc.nat(1000),
          (version, type, key, dcid, frames, acked, ahead) => {
            const keys = packetKeys(suite, key.subarray(0, suite.secretLength), version);
            const pn = acked + ahead + 1;
            const pnLen = packetNumberLength(pn, acked);
            const buf = new Uint8Array(4000);
            const fields = { version, type, dcid, scid: dcid, pn, pnLen, payloadLen: frames.length };
            const longPn = writeLongHeader(buf, 0, fields);
            buf.set(frames, longPn + pnLen);
            const longEnd = sealPacket(keys, buf, 0, longPn, pnLen, longPn + pnLen + frames.length, pn, ws);
            const shortPn = writeShortHeader(buf, longEnd, dcid, pn, pnLen, 1, 1);
            buf.set(frames, shortPn + pnLen);
            const end = sealPacket(
              keys,
              buf,
              longEnd,
              shortPn,
              pnLen,
              shortPn + pnLen + frames.length,
              pn,
              ws,
            );
            const before = toHex(buf, 0, end);
            const out = new OpenedPacket(ws);
            for (let at = 0; at < end; at += parsePacket(buf, at, end, dcid.length, header)) {
              expect(parsePacket(buf, at, end, dcid.length, header)).toBeGreaterThan(0);
              const length = openPacket(keys, buf, at, header.pnOff, header.payloadEnd, acked, out);
              expect(length).toBe(frames.length);
              expect([out.pn, out.pnLen, out.reservedBits]).toEqual([pn, pnLen, 0]);
              expect([out.keyPhase, out.spin]).toEqual(header.form === 'short' ? [1, 1] : [0, 0]);
              expect(toHex(out.bytes, out.payloadOff, out.payloadEnd)).toBe(toHex(frames));
            }
            expect(toHex(buf, 0, end)).toBe(before);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test('a payload of a whole super-frame, larger than the buffer kept for opening', () => {
    const keys = packetKeys(SUITES[0]!, new Uint8Array(32));
    const buf = new Uint8Array(60_000).fill(0x33);
    const pnOff = writeShortHeader(buf, 0, new Uint8Array(8), 9, 1, 0);
    const end = sealPacket(keys, buf, 0, pnOff, 1, 59_000, 9, ws);
    const out = new OpenedPacket(ws);
    expect(openPacket(keys, buf, 0, pnOff, end, 8, out)).toBe(59_000 - pnOff - 1);
    expect(out.bytes.subarray(out.payloadOff, out.payloadEnd).every((byte) => byte === 0x33)).toBe(true);
  });
});

describe('what must not open does not', () => {
  const keys = packetKeys(SUITES[1]!, new Uint8Array(48).fill(1));
  const buf = new Uint8Array(64);
  const pnOff = writeShortHeader(buf, 0, new Uint8Array(8), 300, 2, 0);
  const end = sealPacket(keys, buf, 0, pnOff, 2, pnOff + 12, 300, ws);
  const out = new OpenedPacket(ws);

  test('with any one bit changed', () => {
    for (let bit = 0; bit < 8 * end; bit++) {
      const changed = buf.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      // The first bit only says which form this is, which the caller has read.
      if (bit === 7) continue;
      expect(openPacket(keys, changed, 0, pnOff, end, 299, out)).toBe(Reason.authenticationFailed);
    }
  });

  test('with the wrong packet number, keys, or end', () => {
    expect(openPacket(keys, buf, 0, pnOff, end, 299, out)).toBe(10);
    expect(openPacket(keys, buf, 0, pnOff, end, 70_000, out)).toBe(Reason.authenticationFailed);
    expect(openPacket(keyUpdate(keys), buf, 0, pnOff, end, 299, out)).toBe(Reason.authenticationFailed);
    expect(openPacket(keys, buf, 0, pnOff, end - 1, 299, out)).toBe(Reason.authenticationFailed);
    expect(openPacket(keys, buf, 0, pnOff, pnOff + 19, 299, out)).toBe(Reason.sampleTruncated);
    expect(openPacket(keys, buf, 0, 0, end, 299, out)).toBe(Reason.packetWithoutPayload);
  });

  test('sealing refuses what has no sample and what has no room', () => {
    const small = new Uint8Array(32);
    const at = writeShortHeader(small, 0, new Uint8Array(8), 1, 1, 0);
    expect(sealPacket(keys, small, 0, at, 1, at + 3, 1, ws)).toBe(Reason.sampleTruncated);
    expect(sealPacket(keys, small, 0, at, 1, at + 8, 1, ws)).toBe(Reason.outputTooSmall);
  });
});

test('the key phase is read before keys are chosen, and header keys outlive a key update', () => {
  const old = packetKeys(SUITES[0]!, new Uint8Array(32).fill(2));
  const next = keyUpdate(old);
  const buf = new Uint8Array(80);
  const pnOff = writeShortHeader(buf, 0, new Uint8Array(8), 5, 1, 1);
  const end = sealPacket(next, buf, 0, pnOff, 1, pnOff + 21, 5, ws);
  const out = new OpenedPacket(ws);
  expect(unprotectHeader(old, buf, 0, pnOff, end, out)).toBe(1);
  expect(out.keyPhase).toBe(1);
  expect(openUnprotected(old, buf, 0, pnOff, end, 4, out)).toBe(Reason.authenticationFailed);
  expect(openUnprotected(next, buf, 0, pnOff, end, 4, out)).toBe(20);
});

test('a workspace with one table serves many keys in turn', () => {
  const tight = new Workspace(1);
  const out = new OpenedPacket(tight);
  const keys = [1, 2, 3].map((fill) => packetKeys(SUITES[1]!, new Uint8Array(48).fill(fill)));
  const packets = keys.map((key) => {
    const buf = new Uint8Array(60);
    const pnOff = writeShortHeader(buf, 0, new Uint8Array(4), 1, 1, 0);
    sealPacket(key, buf, 0, pnOff, 1, 44, 1, tight);
    return buf;
  });
  for (const i of [0, 1, 2, 2, 1, 0, 1]) expect(openPacket(keys[i]!, packets[i]!, 0, 5, 60, 0, out)).toBe(38);
});

test('the two versions and the two sides have different Initial keys', () => {
  const dcid = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const all = QUIC_VERSIONS.flatMap((version) => Object.values(initialKeys(version, dcid)));
  expect(new Set(all.map((keys) => toHex(keys.key))).size).toBe(6);
  expect(initialKeys(QUIC_V1, new Uint8Array(0)).client.key.length).toBe(16);
});

test('suites are found by their TLS number, and a secret of another length is refused', () => {
  expect([0x1301, 0x1302, 0x1303, 0x1304].map((number) => suiteByTls(number)?.name)).toEqual([
    'AES-128-GCM',
    'AES-256-GCM',
    'ChaCha20-Poly1305',
    undefined,
  ]);
  expect(() => packetKeys(SUITES[1]!, new Uint8Array(32), QUIC_V2)).toThrow(RangeError);
});
