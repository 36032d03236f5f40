import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { ackRanges, Frame } from './frame.ts';
import { ackEliciting, FRAME_NAMES, frameName, framePermitted } from './frame-types.ts';
import { parseFrame } from './parse-frame.ts';
import { parseError, Reason } from './reason.ts';
import { writeVarint } from './varint.ts';
import * as w from './write-frame.ts';

const frame = new Frame();
const num = fc.maxSafeNat();
const small = fc.nat(2 ** 40);
const data = fc.uint8Array({ maxLength: 100 });
const eight = fc.uint8Array({ minLength: 8, maxLength: 8 });

/**
 * Writes with `write`, reads back with a byte of something else behind, and checks that both agree on the size.
 */
function roundTrip(write: (buf: Uint8Array, off: number) => number): Uint8Array {
  const buf = new Uint8Array(600);
  const end = write(buf, 5);
  buf[end] = 0x01;
  expect(parseFrame(buf, 5, end + 1, frame)).toBe(end - 5);
  expect([frame.start, frame.end, frame.exact]).toEqual([5, end, true]);
  return buf;
}

const carried = (buf: Uint8Array) => toHex(buf, frame.dataOff, frame.dataOff + frame.dataLen);

describe('frames are read as they were written', () => {
  test('PADDING is one frame a run', () => {
    roundTrip((buf, off) => w.writePadding(buf, off, 17));
    expect([frame.name, frame.value]).toEqual(['PADDING', 17]);
  });

  test('PING and HANDSHAKE_DONE', () => {
    roundTrip(w.writePing);
    expect(frame.name).toBe('PING');
    roundTrip(w.writeHandshakeDone);
    expect(frame.name).toBe('HANDSHAKE_DONE');
  });

  test('ACK and ACK_ECN with any ranges', () => {
    const gaps = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        gaps,
        small,
        fc.option(fc.tuple(num, num, num), { nil: undefined }),
        (pairs, delay, counts) => {
          const ranges: number[] = [];
          let next = 200_000;
          for (const [gap, length] of pairs) {
            const largest = next - gap;
            ranges.push(largest - length, largest);
            next = largest - length - 2;
          }
          const ecn = counts && { ect0: counts[0], ect1: counts[1], ce: counts[2] };
          const buf = roundTrip((b, off) => w.writeAck(b, off, ranges, delay, ecn));
          expect([frame.name, frame.ackDelay]).toEqual([ecn ? 'ACK_ECN' : 'ACK', delay]);
          if (ecn) expect([frame.ect0, frame.ect1, frame.ce]).toEqual(counts);
          const read: number[] = [];
          expect(ackRanges(buf, frame, read)).toBe(pairs.length);
          expect(read).toEqual(ranges);
        },
      ),
    );
  });

  test('frames of numbers', () => {
    fc.assert(
      fc.property(num, num, num, fc.boolean(), (a, b, c, uni) => {
        roundTrip((buf, off) => w.writeResetStream(buf, off, a, b, c));
        expect([frame.name, frame.streamId, frame.errorCode, frame.value]).toEqual(['RESET_STREAM', a, b, c]);
        roundTrip((buf, off) => w.writeStopSending(buf, off, a, b));
        expect([frame.name, frame.streamId, frame.errorCode]).toEqual(['STOP_SENDING', a, b]);
        roundTrip((buf, off) => w.writeMaxData(buf, off, a));
        expect([frame.name, frame.value]).toEqual(['MAX_DATA', a]);
        roundTrip((buf, off) => w.writeMaxStreamData(buf, off, a, b));
        expect([frame.name, frame.streamId, frame.value]).toEqual(['MAX_STREAM_DATA', a, b]);
        roundTrip((buf, off) => w.writeMaxStreams(buf, off, a, uni));
        expect([frame.name, frame.value, frame.unidirectional]).toEqual(['MAX_STREAMS', a, uni]);
        roundTrip((buf, off) => w.writeDataBlocked(buf, off, a));
        expect([frame.name, frame.value]).toEqual(['DATA_BLOCKED', a]);
        roundTrip((buf, off) => w.writeStreamDataBlocked(buf, off, a, b));
        expect([frame.name, frame.streamId, frame.value]).toEqual(['STREAM_DATA_BLOCKED', a, b]);
        roundTrip((buf, off) => w.writeStreamsBlocked(buf, off, a, uni));
        expect([frame.name, frame.value, frame.unidirectional]).toEqual(['STREAMS_BLOCKED', a, uni]);
        roundTrip((buf, off) => w.writeRetireConnectionId(buf, off, a));
        expect([frame.name, frame.sequence]).toEqual(['RETIRE_CONNECTION_ID', a]);
      }),
    );
  });

  test('frames that carry bytes', () => {
    fc.assert(
      fc.property(num, fc.maxSafeNat(), data, fc.boolean(), (id, offset, bytes, fin) => {
        let buf = roundTrip((b, off) => w.writeStream(b, off, id, offset, bytes, fin));
        expect([frame.name, frame.streamId, frame.offset, frame.fin, carried(buf)]).toEqual([
          'STREAM',
          id,
          offset,
          fin,
          toHex(bytes),
        ]);
        buf = roundTrip((b, off) => w.writeCrypto(b, off, offset, bytes));
        expect([frame.name, frame.offset, carried(buf)]).toEqual(['CRYPTO', offset, toHex(bytes)]);
        buf = roundTrip((b, off) => w.writeDatagram(b, off, bytes));
        expect([frame.name, carried(buf)]).toEqual(['DATAGRAM', toHex(bytes)]);
        buf = roundTrip((b, off) => w.writeConnectionClose(b, off, id, 6, bytes));
        expect([frame.name, frame.errorCode, frame.causeType, carried(buf)]).toEqual([
          'CONNECTION_CLOSE',
          id,
          6,
          toHex(bytes),
        ]);
        buf = roundTrip((b, off) => w.writeConnectionCloseApp(b, off, id, bytes));
        expect([frame.name, frame.errorCode, carried(buf)]).toEqual([
          'CONNECTION_CLOSE_APP',
          id,
          toHex(bytes),
        ]);
        if (bytes.length === 0) return;
        buf = roundTrip((b, off) => w.writeNewToken(b, off, bytes));
        expect([frame.name, carried(buf)]).toEqual(['NEW_TOKEN', toHex(bytes)]);
      }),
    );
  });

  test('NEW_CONNECTION_ID and the path frames', () => {
    const cid = fc.uint8Array({ minLength: 1, maxLength: 20 });
    const token = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        num,
        fc.double({ min: 0, max: 1, noNaN: true }),
        cid,
        token,
        eight,
        (seq, part, id, reset, path) => {
          const prior = Math.floor(seq * part);
          let buf = roundTrip((b, off) => w.writeNewConnectionId(b, off, seq, prior, id, reset));
          expect([frame.name, frame.sequence, frame.retirePriorTo]).toEqual([
            'NEW_CONNECTION_ID',
            seq,
            prior,
          ]);
          expect(carried(buf)).toBe(toHex(id));
          expect(toHex(buf, frame.resetTokenOff, frame.resetTokenOff + 16)).toBe(toHex(reset));
          buf = roundTrip((b, off) => w.writePathChallenge(b, off, path));
          expect([frame.name, carried(buf)]).toEqual(['PATH_CHALLENGE', toHex(path)]);
          buf = roundTrip((b, off) => w.writePathResponse(b, off, path));
          expect([frame.name, carried(buf)]).toEqual(['PATH_RESPONSE', toHex(path)]);
        },
      ),
    );
  });

  test('STREAM and DATAGRAM without a length go to the end of the packet', () => {
    const bytes = fromHex('0c04050a0b0c');
    expect(parseFrame(bytes, 0, 6, frame)).toBe(6);
    expect([frame.name, frame.streamId, frame.offset, carried(bytes)]).toEqual(['STREAM', 4, 5, '0a0b0c']);
    const datagram = fromHex('300a0b');
    expect(parseFrame(datagram, 0, 3, frame)).toBe(3);
    expect([frame.name, carried(datagram)]).toEqual(['DATAGRAM', '0a0b']);
  });
});

describe('hostile frames are named with their place', () => {
  test.each([
    ['', 'empty at 0'],
    ['40', 'varintTruncated at 0'],
    ['20', 'frameTypeUnknown at 0'],
    ['4200', 'frameTypeUnknown at 0'],
    ['4024', 'frameTypeNotMinimal at 0'],
    ['800000af00000000', 'frameTypeNotMinimal at 0'],
    ['40af0102', 'varintTruncated at 4'],
    ['4001', 'frameTypeNotMinimal at 0'],
    ['02', 'varintTruncated at 1'],
    ['02050000', 'varintTruncated at 4'],
    ['0205000006', 'ackRangeNegative at 4'],
    ['020500010203', 'frameTruncated at 4'],
    ['02050001020300', 'ackRangeNegative at 5'],
    ['02050001020002', 'ackRangeNegative at 5'],
    ['0305000000', 'varintTruncated at 5'],
    ['060005aabb', 'frameTruncated at 2'],
    ['06fffffffffffffffe02aabb', 'streamOffsetTooLarge at 1'],
    ['0700', 'tokenEmpty at 1'],
    ['0a0005aabb', 'frameTruncated at 2'],
    ['0e00ffffffffffffffff01aa', 'streamOffsetTooLarge at 1'],
    ['12d000000000000001', ''],
    ['12d000000000000200', 'streamCountTooLarge at 1'],
    ['18050600', 'retirePriorToTooLarge at 2'],
    ['18050500', 'cidLengthInvalid at 3'],
    ['18050515', 'cidLengthInvalid at 3'],
    ['180505', 'frameTruncated at 3'],
    ['18050501aa', 'frameTruncated at 4'],
    ['1a010203', 'frameTruncated at 1'],
    ['1c000005aa', 'frameTruncated at 3'],
    ['3105aa', 'frameTruncated at 1'],
  ])('%s: %s', (hex, expected) => {
    const bytes = fromHex(hex);
    const code = parseFrame(bytes, 0, bytes.length, frame);
    const found = code < 0 ? parseError(code, frame.errorAt) : undefined;
    expect(found ? `${found.reason} at ${found.offset}` : '').toBe(expected);
  });
});

describe('frames of extensions are read past', () => {
  test.each([
    ['1f', 'IMMEDIATE_ACK', {}],
    ['40ac', 'IMMEDIATE_ACK', {}],
    ['40af0104 4064 03', 'ACK_FREQUENCY', { sequence: 1 }],
    ['42f5 4319', 'TIME_STAMP', { value: 793 }],
    ['24 04 05 4064 10', 'RESET_STREAM_AT', { streamId: 4, errorCode: 5, value: 100, reliableSize: 16 }],
    ['3e 02 0a 00 01 03 01 00', 'PATH_ACK', { pathId: 2, largest: 10, rangeCount: 1 }],
    ['3f 02 0a 00 00 03 01 02 03', 'PATH_ACK_ECN', { pathId: 2, ect0: 1, ce: 3 }],
    ['7e75 02 09', 'PATH_ABANDON', { pathId: 2, errorCode: 9 }],
    ['7e76 02 09', 'PATH_STATUS_BACKUP', { pathId: 2, sequence: 9 }],
    ['7e77 02 09', 'PATH_STATUS_AVAILABLE', { pathId: 2, sequence: 9 }],
    [
      `7e78 02 03 01 04 0a0b0c0d ${'ee'.repeat(16)}`,
      'PATH_NEW_CONNECTION_ID',
      { pathId: 2, sequence: 3, dataLen: 4 },
    ],
    ['7e79 02 03', 'PATH_RETIRE_CONNECTION_ID', { pathId: 2, sequence: 3 }],
    ['7e7a 05', 'MAX_PATH_ID', { value: 5 }],
    ['7e7b 05', 'PATHS_BLOCKED', { value: 5 }],
    ['7e7c 02 05', 'PATH_CIDS_BLOCKED', { pathId: 2, sequence: 5 }],
    ['95228c00 02 0a 00 00 03', 'MP_ACK', { pathId: 2, largest: 10 }],
    ['95228c07 02 01', 'PATH_STANDBY', { pathId: 2, sequence: 1 }],
    [`95228c09 02 03 01 01 0a ${'ee'.repeat(16)}`, 'MP_NEW_CONNECTION_ID', { pathId: 2, dataLen: 1 }],
    ['95228c0c 07', 'MAX_PATH_ID', { value: 7 }],
  ])('%s: %s', (hex, name, fields) => {
    const bytes = fromHex(`${hex.replaceAll(' ', '')}01`);
    expect(parseFrame(bytes, 0, bytes.length, frame)).toBe(bytes.length - 1);
    expect(frame).toMatchObject({ name, ...fields });
    for (let cut = 1; cut < bytes.length - 1; cut++) expect(parseFrame(bytes, 0, cut, frame)).toBeLessThan(0);
  });

  test('whatever has a name can be read, and an unknown type is kept', () => {
    for (const type of Object.keys(FRAME_NAMES).map(Number)) {
      const bytes = new Uint8Array(100).fill(1);
      writeVarint(bytes, 0, type);
      expect(parseFrame(bytes, 0, 100, frame)).not.toBe(Reason.frameTypeUnknown);
      expect(frame.type).toBe(type);
    }
    expect(parseFrame(fromHex('3c00'), 0, 2, frame)).toBe(Reason.frameTypeUnknown);
    expect(frame.type).toBe(0x3c);
  });
});

test('which frame may be in which packet: RFC 9000 table 3', () => {
  // One row a packet type, one column a frame type 00 .. 1e, 30.
  const types = [...Array.from({ length: 0x1f }, (_, i) => i), 0x30];
  const row = (packet: Parameters<typeof framePermitted>[1]) =>
    types.map((type) => (framePermitted(type, packet) ? 'x' : '.')).join('');
  expect(row('Initial')).toBe('xxxx..x.....................x...');
  expect(row('Handshake')).toBe('xxxx..x.....................x...');
  expect(row('0-RTT')).toBe('xx..xx..xxxxxxxxxxxxxxxxx.x.xx.x');
  expect(row('1-RTT')).toBe('x'.repeat(32));
  expect(row('Retry')).toBe('.'.repeat(32));
  expect(framePermitted(0x20, '1-RTT')).toBe(false);
  // Of extensions, in 1-RTT packets, and RESET_STREAM_AT in 0-RTT packets.
  expect([0x1f, 0x24, 0xaf, 0x3e].map((type) => framePermitted(type, '1-RTT'))).not.toContain(false);
  expect([0x1f, 0x24, 0xaf, 0x3e].map((type) => framePermitted(type, '0-RTT'))).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect([0x1f, 0x24, 0xaf, 0x3e].map((type) => framePermitted(type, 'Handshake'))).not.toContain(true);
});

test('all but PADDING, ACK and CONNECTION_CLOSE ask for an acknowledgement', () => {
  const silent = Array.from({ length: 0x1f }, (_, i) => i).filter((type) => !ackEliciting(type));
  expect(silent.map(frameName)).toEqual([
    'PADDING',
    'ACK',
    'ACK_ECN',
    'CONNECTION_CLOSE',
    'CONNECTION_CLOSE_APP',
  ]);
  expect(ackEliciting(0x31)).toBe(true);
  expect([0x1f, 0xaf, 0x24, 0x3e, 0x3f, 0x02f5].map(ackEliciting)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
