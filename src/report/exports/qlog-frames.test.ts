/** Frames as qlog has them, each by what the draft asks of it. Those of captures: src/cli/export.test.ts. */
import { expect, test } from 'vitest';
import * as q from '../../quic/index.ts';
import { qlogFrame } from './qlog-frames.ts';

const secret = new Uint8Array(16).fill(0xab);
const eight = secret.subarray(0, 8);

/** The frame that `write` writes, as qlog has it. */
function said(write: (buf: Uint8Array, off: number) => number): unknown {
  const buf = new Uint8Array(100);
  const frame = new q.Frame();
  const end = write(buf, 0);
  expect(q.parseFrame(buf, 0, end, frame)).toBe(end);
  return qlogFrame(buf, frame, 3);
}

test('each names its fields as the draft does, and nothing that it carries', () => {
  const raw = (n: number) => ({ length: n, payload_length: n });
  expect(said((b, o) => q.writePadding(b, o, 9))).toEqual({
    frame_type: 'padding',
    raw: { payload_length: 9 },
  });
  expect(said((b, o) => q.writeAck(b, o, [7, 9, 3, 3], 125, { ect0: 1, ect1: 2, ce: 3 }))).toEqual({
    frame_type: 'ack',
    ack_delay: 1,
    acked_ranges: [[7, 9], [3]],
    ect0: 1,
    ect1: 2,
    ce: 3,
  });
  expect(said((b, o) => q.writeResetStream(b, o, 4, 0x10c, 77))).toEqual({
    frame_type: 'reset_stream',
    stream_id: 4,
    error: 'unknown',
    error_code: 0x10c,
    final_size: 77,
  });
  expect(said((b, o) => q.writeCrypto(b, o, 20, secret))).toEqual({
    frame_type: 'crypto',
    offset: 20,
    raw: raw(16),
  });
  expect(said((b, o) => q.writeNewToken(b, o, secret))).toEqual({
    frame_type: 'new_token',
    token: { raw: raw(16) },
  });
  expect(said((b, o) => q.writeStream(b, o, 8, 5, secret, true))).toEqual({
    frame_type: 'stream',
    stream_id: 8,
    offset: 5,
    fin: true,
    raw: raw(16),
  });
  expect(said((b, o) => q.writeMaxStreams(b, o, 100, true))).toEqual({
    frame_type: 'max_streams',
    stream_type: 'unidirectional',
    maximum: 100,
  });
  expect(said((b, o) => q.writeStreamDataBlocked(b, o, 4, 9))).toEqual({
    frame_type: 'stream_data_blocked',
    stream_id: 4,
    limit: 9,
  });
  expect(said((b, o) => q.writeNewConnectionId(b, o, 3, 1, Uint8Array.of(1, 2, 3, 255), secret))).toEqual({
    frame_type: 'new_connection_id',
    sequence_number: 3,
    retire_prior_to: 1,
    connection_id_length: 4,
    connection_id: '010203ff',
  });
  expect(said((b, o) => q.writePathChallenge(b, o, eight))).toEqual({ frame_type: 'path_challenge' });
  expect(said((b, o) => q.writeConnectionCloseApp(b, o, 0x100, eight))).toEqual({
    frame_type: 'connection_close',
    error_space: 'application',
    error: 'unknown',
    error_code: 0x100,
  });
});

test.each([
  [0x0a, 'protocol_violation', undefined],
  [0x10, 'no_viable_path', undefined],
  [0x12a, 'crypto_error_0x12a', undefined],
  [0x11, 'unknown', 0x11],
  [0x200, 'unknown', 0x200],
])('transport error %i is %s', (code, error, error_code) => {
  expect(said((b, o) => q.writeConnectionClose(b, o, code, 0x06, eight))).toEqual({
    frame_type: 'connection_close',
    error_space: 'transport',
    error,
    ...(error_code === undefined ? {} : { error_code }),
    trigger_frame_type: 6,
  });
});
