import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from './bytes.ts';
import { CidRange, datagramDcid, PacketHeader, parsePacket, supportedVersion } from './header.ts';
import { parseError } from './reason.ts';
import { VECTORS } from './vectors.ts';
import { isReservedVersion, QUIC_VERSIONS, versionText } from './version.ts';
import { writeLongHeader, writeShortHeader, writeVersionNegotiation } from './write-header.ts';

const header = new PacketHeader();
const cid = fc.uint8Array({ maxLength: 20 });
const dcidText = (buf: Uint8Array) => toHex(buf, header.dcidOff, header.dcidOff + header.dcidLen);
const scidText = (buf: Uint8Array) => toHex(buf, header.scidOff, header.scidOff + header.scidLen);

/** What is wrong with these bytes, read as the first packet of a datagram with 8-byte connection IDs. */
function problem(hex: string): string {
  const bytes = fromHex(hex);
  const code = parsePacket(bytes, 0, bytes.length, 8, header);
  const { offset, reason } = parseError(code, header.errorAt);
  return `${reason} at ${offset}`;
}

test('long headers of every version and type are read as they were written, coalesced', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...QUIC_VERSIONS),
      fc.constantFrom('Initial' as const, '0-RTT' as const, 'Handshake' as const),
      cid,
      cid,
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(300),
      (version, type, dcid, scid, token, pnLen, payloadLen) => {
        const buf = new Uint8Array(1000).fill(0x5a);
        const fields = { version, type, dcid, scid, token, pn: 77, pnLen, payloadLen };
        const pnOff = writeLongHeader(buf, 3, fields);
        const size = parsePacket(buf, 3, buf.length, 8, header);
        expect(size).toBe(pnOff - 3 + pnLen + payloadLen + 16);
        expect([header.form, header.type, header.version, header.versionKnown]).toEqual([
          'long',
          type,
          version.number,
          true,
        ]);
        expect([dcidText(buf), scidText(buf)]).toEqual([toHex(dcid), toHex(scid)]);
        expect(header.tokenLen).toBe(type === 'Initial' ? token.length : 0);
        expect([header.pnOff, header.lengthField]).toEqual([pnOff, pnLen + payloadLen + 16]);
        const next = writeShortHeader(buf, 3 + size, dcid, 5, 1, 1);
        parsePacket(buf, 3 + size, buf.length, dcid.length, header);
        expect([header.form, header.type, header.pnOff, dcidText(buf)]).toEqual([
          'short',
          '1-RTT',
          next,
          toHex(dcid),
        ]);
        expect(header.payloadEnd).toBe(buf.length);
      },
    ),
  );
});

test('Version Negotiation', () => {
  const buf = new Uint8Array(100);
  const long = new Uint8Array(30).fill(9);
  const end = writeVersionNegotiation(buf, 0, long, fromHex('0102'), [1, 0x6b3343cf, 0x1a2a3a4a]);
  expect(parsePacket(buf, 0, end, 0, header)).toBe(end);
  expect(header.type).toBe('VersionNegotiation');
  expect([header.dcidLen, header.scidLen, header.versionsCount]).toEqual([30, 2, 3]);
  const versions = [0, 1, 2].map((i) => supportedVersion(buf, header, i));
  expect(versions.map(versionText)).toEqual(['0x00000001', '0x6b3343cf', '0x1a2a3a4a']);
  expect(versions.map(isReservedVersion)).toEqual([false, false, true]);
});

test('of an unknown version the invariants are read, and the rest of the datagram is its', () => {
  const bytes = concatBytes(
    fromHex('800a0a0a0a'),
    fromHex('1e'),
    new Uint8Array(30).fill(1),
    fromHex('0102'),
    fromHex('ffff'),
  );
  expect(parsePacket(bytes, 0, bytes.length, 0, header)).toBe(bytes.length);
  expect([header.type, header.versionKnown, header.dcidLen, header.scidLen]).toEqual([
    'Unknown',
    false,
    30,
    1,
  ]);
});

describe('hostile bytes are named with their place', () => {
  test.each([
    ['', 'empty at 0'],
    ['40', 'cidTruncated at 1'],
    ['40010203040506', 'cidTruncated at 1'],
    ['c0', 'versionTruncated at 1'],
    ['c0000000', 'versionTruncated at 1'],
    ['c000000001', 'cidLengthTruncated at 5'],
    ['c00000000115', 'cidTooLong at 5'],
    ['c00000000102aa', 'cidTruncated at 6'],
    ['c00000000101aa', 'cidLengthTruncated at 7'],
    ['c00000000101aa15', 'cidTooLong at 7'],
    ['c00000000101aa02bb', 'cidTruncated at 8'],
    ['c00000000101aa01bb', 'varintTruncated at 9'],
    ['c00000000101aa01bb05cc', 'tokenTruncated at 9'],
    ['c00000000101aa01bbffffffffffffffffcc', 'tokenTruncated at 9'],
    ['c00000000101aa01bb00', 'varintTruncated at 10'],
    ['c00000000101aa01bb0040', 'varintTruncated at 10'],
    ['c00000000101aa01bb0005aabb', 'lengthExceedsDatagram at 10'],
    ['e00000000101aa01bb05aabb', 'lengthExceedsDatagram at 9'],
    ['f00000000101aa01bb0102', 'retryTooShort at 9'],
    ['c00000000001aa01bb', 'versionListEmpty at 9'],
    ['c00000000001aa01bb0000000100', 'versionListPartial at 13'],
  ])('%s: %s', (hex, expected) => {
    expect(problem(hex)).toBe(expected);
  });
});

test('every cut of a real Initial is an error, and what was read before it stays readable', () => {
  const whole = VECTORS.v1ClientInitial;
  for (let end = 0; end < whole.length; end++) {
    const padded = concatBytes(whole.subarray(0, end), new Uint8Array(2000).fill(0xee));
    expect(parsePacket(padded, 0, end, 8, header)).toBeLessThan(0);
    expect(header.errorAt).toBeLessThanOrEqual(end);
    if (end >= 14) expect(dcidText(whole)).toBe('8394c8f03e515708');
  }
});

test('the dispatcher finds the Destination Connection ID that the parser finds', () => {
  const range = new CidRange();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0, 1, 8, 18, 20), (bytes, shortLen) => {
      const length = datagramDcid(bytes, 0, bytes.length, shortLen, range);
      const size = parsePacket(bytes, 0, bytes.length, shortLen, header);
      if (size > 0) expect([range.off, length]).toEqual([header.dcidOff, header.dcidLen]);
      if (length < 0) expect(size).toBeLessThan(0);
    }),
    { numRuns: 2000 },
  );
});
