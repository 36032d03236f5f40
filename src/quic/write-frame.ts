import { FrameType } from './frame-types.ts';
import { varintSize, writeVarint } from './varint.ts';

/**
 * Writers of frames, the inverse of `parseFrame`, for packets of our own. Each writes at buf[off..) and returns
 * the offset behind what it wrote; values are ours, so what does not fit throws RangeError.
 */

/** `count` bytes of PADDING. */
export function writePadding(buf: Uint8Array, off: number, count: number): number {
  if (off + count > buf.length) throw new RangeError('no room for PADDING');
  buf.fill(0, off, off + count);
  return off + count;
}

/** PING. */
export function writePing(buf: Uint8Array, off: number): number {
  return numbers(buf, off, [FrameType.ping]);
}

/** HANDSHAKE_DONE. */
export function writeHandshakeDone(buf: Uint8Array, off: number): number {
  return numbers(buf, off, [FrameType.handshakeDone]);
}

/**
 * ACK, or ACK_ECN when `ecn` is given. `ranges` are [smallest, largest] pairs one after another, largest
 * numbers first, not touching each other. `delay` is already divided by 2^ack_delay_exponent.
 */
export function writeAck(
  buf: Uint8Array,
  off: number,
  ranges: readonly number[],
  delay: number,
  ecn?: { readonly ect0: number; readonly ect1: number; readonly ce: number },
): number {
  if (ranges.length < 2 || ranges.length % 2 !== 0) throw new RangeError('ACK without a range');
  const fields = [
    ecn === undefined ? FrameType.ack : FrameType.ackEcn,
    ranges[1]!,
    delay,
    ranges.length / 2 - 1,
  ];
  fields.push(ranges[1]! - ranges[0]!);
  for (let i = 2; i < ranges.length; i += 2) {
    fields.push(ranges[i - 2]! - ranges[i + 1]! - 2, ranges[i + 1]! - ranges[i]!);
  }
  if (ecn !== undefined) fields.push(ecn.ect0, ecn.ect1, ecn.ce);
  return numbers(buf, off, fields);
}

/** RESET_STREAM. */
export function writeResetStream(
  buf: Uint8Array,
  off: number,
  streamId: number,
  error: number,
  finalSize: number,
): number {
  return numbers(buf, off, [FrameType.resetStream, streamId, error, finalSize]);
}

/** STOP_SENDING. */
export function writeStopSending(buf: Uint8Array, off: number, streamId: number, error: number): number {
  return numbers(buf, off, [FrameType.stopSending, streamId, error]);
}

/** CRYPTO. */
export function writeCrypto(buf: Uint8Array, off: number, offset: number, data: Uint8Array): number {
  return bytes(buf, numbers(buf, off, [FrameType.crypto, offset, data.length]), data);
}

/** NEW_TOKEN. */
export function writeNewToken(buf: Uint8Array, off: number, token: Uint8Array): number {
  return bytes(buf, numbers(buf, off, [FrameType.newToken, token.length]), token);
}

/** STREAM with an explicit length, and with an offset unless it is 0. */
export function writeStream(
  buf: Uint8Array,
  off: number,
  streamId: number,
  offset: number,
  data: Uint8Array,
  fin: boolean,
): number {
  const type = FrameType.stream | 0x02 | (offset > 0 ? 0x04 : 0) | (fin ? 0x01 : 0);
  const fields = offset > 0 ? [type, streamId, offset, data.length] : [type, streamId, data.length];
  return bytes(buf, numbers(buf, off, fields), data);
}

/** MAX_DATA. */
export function writeMaxData(buf: Uint8Array, off: number, maximum: number): number {
  return numbers(buf, off, [FrameType.maxData, maximum]);
}

/** MAX_STREAM_DATA. */
export function writeMaxStreamData(buf: Uint8Array, off: number, streamId: number, maximum: number): number {
  return numbers(buf, off, [FrameType.maxStreamData, streamId, maximum]);
}

/** MAX_STREAMS. */
export function writeMaxStreams(
  buf: Uint8Array,
  off: number,
  maximum: number,
  unidirectional: boolean,
): number {
  return numbers(buf, off, [unidirectional ? FrameType.maxStreamsUni : FrameType.maxStreamsBidi, maximum]);
}

/** DATA_BLOCKED. */
export function writeDataBlocked(buf: Uint8Array, off: number, limit: number): number {
  return numbers(buf, off, [FrameType.dataBlocked, limit]);
}

/** STREAM_DATA_BLOCKED. */
export function writeStreamDataBlocked(
  buf: Uint8Array,
  off: number,
  streamId: number,
  limit: number,
): number {
  return numbers(buf, off, [FrameType.streamDataBlocked, streamId, limit]);
}

/** STREAMS_BLOCKED. */
export function writeStreamsBlocked(
  buf: Uint8Array,
  off: number,
  limit: number,
  unidirectional: boolean,
): number {
  return numbers(buf, off, [
    unidirectional ? FrameType.streamsBlockedUni : FrameType.streamsBlockedBidi,
    limit,
  ]);
}

/** NEW_CONNECTION_ID; `cid` 1 to 20 bytes, `resetToken` 16. */
export function writeNewConnectionId(
  buf: Uint8Array,
  off: number,
  sequence: number,
  retirePriorTo: number,
  cid: Uint8Array,
  resetToken: Uint8Array,
): number {
  if (cid.length < 1 || cid.length > 20 || resetToken.length !== 16)
    throw new RangeError('NEW_CONNECTION_ID lengths');
  const at = numbers(buf, off, [FrameType.newConnectionId, sequence, retirePriorTo]);
  if (at >= buf.length) throw new RangeError('no room for a connection ID');
  buf[at] = cid.length;
  return bytes(buf, bytes(buf, at + 1, cid), resetToken);
}

/** RETIRE_CONNECTION_ID. */
export function writeRetireConnectionId(buf: Uint8Array, off: number, sequence: number): number {
  return numbers(buf, off, [FrameType.retireConnectionId, sequence]);
}

/** PATH_CHALLENGE with 8 bytes of data. */
export function writePathChallenge(buf: Uint8Array, off: number, data: Uint8Array): number {
  return path(buf, off, FrameType.pathChallenge, data);
}

/** PATH_RESPONSE with the 8 bytes of the challenge. */
export function writePathResponse(buf: Uint8Array, off: number, data: Uint8Array): number {
  return path(buf, off, FrameType.pathResponse, data);
}

/** CONNECTION_CLOSE of the transport; `causeType` 0 when no frame caused it. */
export function writeConnectionClose(
  buf: Uint8Array,
  off: number,
  error: number,
  causeType: number,
  reason: Uint8Array,
): number {
  return bytes(buf, numbers(buf, off, [FrameType.connectionClose, error, causeType, reason.length]), reason);
}

/** CONNECTION_CLOSE of the application. */
export function writeConnectionCloseApp(
  buf: Uint8Array,
  off: number,
  error: number,
  reason: Uint8Array,
): number {
  return bytes(buf, numbers(buf, off, [FrameType.connectionCloseApp, error, reason.length]), reason);
}

/** DATAGRAM with a length (RFC 9221). */
export function writeDatagram(buf: Uint8Array, off: number, data: Uint8Array): number {
  return bytes(buf, numbers(buf, off, [0x31, data.length]), data);
}

function path(buf: Uint8Array, off: number, type: number, data: Uint8Array): number {
  if (data.length !== 8) throw new RangeError('path data has 8 bytes');
  return bytes(buf, numbers(buf, off, [type]), data);
}

function numbers(buf: Uint8Array, off: number, fields: readonly number[]): number {
  let at = off;
  for (const field of fields) at += writeVarint(buf, at, field, varintSize(field));
  return at;
}

function bytes(buf: Uint8Array, off: number, data: Uint8Array): number {
  buf.set(data, off);
  return off + data.length;
}
