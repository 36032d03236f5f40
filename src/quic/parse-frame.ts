import type { Frame } from './frame.ts';
import { frameName, framePermitted, type KnownFrameType } from './frame-types.ts';
import type { PacketType } from './header.ts';
import { Reason } from './reason.ts';
import { readVarint, varintSize } from './varint.ts';

/**
 * Reads the frame at buf[off, end) into `out` and returns its bytes (> 0), or a negative reason with
 * `out.errorAt`. A run of PADDING is one frame. RFC 9000 section 19, RFC 9221 section 4.
 */
export function parseFrame(buf: Uint8Array, off: number, end: number, out: Frame): number {
  out.start = off;
  out.exact = true;
  if (off >= end) return fail(out, off, Reason.empty);
  const size = readVarint(buf, off, end, out.varint);
  if (size < 0) return fail(out, off, size);
  const type = out.varint.value;
  const name = frameName(type);
  out.type = type;
  if (name === undefined) return fail(out, off, Reason.frameTypeUnknown);
  if (size !== varintSize(type)) return fail(out, off, Reason.frameTypeNotMinimal);
  out.name = name;
  // Whatever has a name is in the table.
  const at = body(buf, off + size, end, type as KnownFrameType, out);
  if (at < 0) return at;
  out.end = at;
  return at - off;
}

/**
 * Reads the whole payload buf[off, end) of a packet of type `packet`, calling `visit` after each frame (`out`
 * holds it; false stops). Returns the count of frames, or a negative reason with `out.errorAt`: also for a
 * payload without frames and for a frame that the packet type may not carry, both protocol violations (RFC 9000
 * section 12.4).
 */
export function eachFrame(
  buf: Uint8Array,
  off: number,
  end: number,
  packet: PacketType,
  out: Frame,
  visit: (frame: Frame) => boolean | undefined,
): number {
  if (off >= end) return fail(out, off, Reason.payloadEmpty);
  let count = 0;
  for (let at = off; at < end; ) {
    const size = parseFrame(buf, at, end, out);
    if (size < 0) return size;
    if (!framePermitted(out.type, packet)) return fail(out, at, Reason.frameNotPermitted);
    count++;
    if (visit(out) === false) break;
    at += size;
  }
  return count;
}

function eightZeros(b: Uint8Array, at: number): boolean {
  const first = b[at]! | b[at + 1]! | b[at + 2]! | b[at + 3]!;
  return (first | b[at + 4]! | b[at + 5]! | b[at + 6]! | b[at + 7]!) === 0;
}

/** Reads what follows the type; returns the offset behind the frame or a negative reason. */
function body(buf: Uint8Array, from: number, end: number, type: KnownFrameType, out: Frame): number {
  let at = from;
  switch (type) {
    case 0x00:
      while (at + 8 <= end && eightZeros(buf, at)) at += 8;
      while (at < end && buf[at] === 0) at++;
      out.value = at - from + 1;
      return at;
    case 0x01:
    case 0x1e:
    case 0x1f:
    case 0xac:
      return at;
    case 0x02:
    case 0x03:
      return ack(buf, at, end, type === 0x03, out);
    case 0x3e:
    case 0x3f:
    case 0x15228c00:
    case 0x15228c01:
      at = pathId(buf, at, end, out);
      return at < 0 ? at : ack(buf, at, end, (type & 1) === 1, out);
    case 0x04:
    case 0x24:
      at = num(buf, at, end, out);
      out.streamId = out.varint.value;
      at = num(buf, at, end, out);
      out.errorCode = out.varint.value;
      at = num(buf, at, end, out);
      out.value = out.varint.value;
      if (type === 0x04) return at;
      at = num(buf, at, end, out);
      out.reliableSize = out.varint.value;
      return at;
    case 0x05:
      at = num(buf, at, end, out);
      out.streamId = out.varint.value;
      at = num(buf, at, end, out);
      out.errorCode = out.varint.value;
      return at;
    case 0x06:
      at = num(buf, at, end, out);
      out.offset = out.varint.value;
      at = data(buf, at, end, out);
      return withinStream(from, at, out);
    case 0x07:
      at = data(buf, at, end, out);
      return at >= 0 && out.dataLen === 0 ? fail(out, from, Reason.tokenEmpty) : at;
    case 0x10:
    case 0x14:
      at = num(buf, at, end, out);
      out.value = out.varint.value;
      return at;
    case 0x11:
    case 0x15:
      at = num(buf, at, end, out);
      out.streamId = out.varint.value;
      at = num(buf, at, end, out);
      out.value = out.varint.value;
      return at;
    case 0x12:
    case 0x13:
    case 0x16:
    case 0x17:
      at = num(buf, at, end, out);
      out.value = out.varint.value;
      out.unidirectional = (type & 1) === 1;
      return at >= 0 && out.value > 2 ** 60 ? fail(out, from, Reason.streamCountTooLarge) : at;
    case 0x18:
      return newConnectionId(buf, at, end, out);
    case 0x3e78:
    case 0x15228c09:
      at = pathId(buf, at, end, out);
      return at < 0 ? at : newConnectionId(buf, at, end, out);
    case 0x19:
      at = num(buf, at, end, out);
      out.sequence = out.varint.value;
      return at;
    case 0x3e76:
    case 0x3e77:
    case 0x3e79:
    case 0x3e7c:
    case 0x15228c07:
    case 0x15228c08:
    case 0x15228c0a:
      at = pathId(buf, at, end, out);
      at = num(buf, at, end, out);
      out.sequence = out.varint.value;
      return at;
    case 0x3e75:
      at = pathId(buf, at, end, out);
      at = num(buf, at, end, out);
      out.errorCode = out.varint.value;
      return at;
    case 0x3e7a:
    case 0x3e7b:
    case 0x15228c0b:
    case 0x15228c0c:
    case 0x15228c0d:
    case 0x02f5:
      at = num(buf, at, end, out);
      out.value = out.varint.value;
      return at;
    case 0xaf:
      at = num(buf, at, end, out);
      out.sequence = out.varint.value;
      // How many packets may go unacknowledged, how long, and how far out of order (one byte of flags in the first drafts).
      for (let i = 0; i < 3; i++) at = num(buf, at, end, out);
      return at;
    case 0x1a:
    case 0x1b:
      out.dataOff = at;
      out.dataLen = 8;
      return at + 8 > end ? fail(out, at, Reason.frameTruncated) : at + 8;
    case 0x1c:
    case 0x1d:
      at = num(buf, at, end, out);
      out.errorCode = out.varint.value;
      out.causeType = 0;
      if (type === 0x1c) {
        at = num(buf, at, end, out);
        out.causeType = out.varint.value;
      }
      return data(buf, at, end, out);
    case 0x30:
      return rest(at, end, out);
    case 0x31:
      return data(buf, at, end, out);
    case 0x08:
    case 0x09:
    case 0x0a:
    case 0x0b:
    case 0x0c:
    case 0x0d:
    case 0x0e:
    case 0x0f:
      return stream(buf, at, end, type, out);
    default:
      return neverRead(type);
  }
}

/** A type that was given a name and no branch does not compile. */
function neverRead(type: never): never {
  throw new Error(`frame type ${type} has a name and cannot be read`);
}

function pathId(buf: Uint8Array, from: number, end: number, out: Frame): number {
  const at = num(buf, from, end, out);
  out.pathId = out.varint.value;
  return at;
}

function stream(buf: Uint8Array, from: number, end: number, type: number, out: Frame): number {
  let at = num(buf, from, end, out);
  out.streamId = out.varint.value;
  out.offset = 0;
  out.fin = (type & 1) !== 0;
  if ((type & 4) !== 0) {
    at = num(buf, at, end, out);
    out.offset = out.varint.value;
  }
  at = (type & 2) !== 0 ? data(buf, at, end, out) : rest(at, end, out);
  return withinStream(from, at, out);
}

function ack(buf: Uint8Array, from: number, end: number, ecn: boolean, out: Frame): number {
  let at = num(buf, from, end, out);
  out.largest = out.varint.value;
  at = num(buf, at, end, out);
  out.ackDelay = out.varint.value;
  at = num(buf, at, end, out);
  const count = out.varint.value;
  const first = at;
  at = num(buf, at, end, out);
  if (at < 0) return at;
  let smallest = out.largest - out.varint.value;
  if (smallest < 0) return fail(out, first, Reason.ackRangeNegative);
  out.firstSmallest = smallest;
  // Each further range takes two bytes at least, so a count that cannot fit is refused before the loop.
  if (count > (end - at) / 2) return fail(out, first, Reason.frameTruncated);
  out.rangeCount = count;
  out.rangesOff = at;
  for (let i = 0; i < count; i++) {
    const begin = at;
    at = num(buf, at, end, out);
    const largest = smallest - out.varint.value - 2;
    at = num(buf, at, end, out);
    if (at < 0) return at;
    smallest = largest - out.varint.value;
    if (smallest < 0) return fail(out, begin, Reason.ackRangeNegative);
  }
  if (!ecn) return at;
  at = num(buf, at, end, out);
  out.ect0 = out.varint.value;
  at = num(buf, at, end, out);
  out.ect1 = out.varint.value;
  at = num(buf, at, end, out);
  out.ce = out.varint.value;
  return at;
}

function newConnectionId(buf: Uint8Array, from: number, end: number, out: Frame): number {
  let at = num(buf, from, end, out);
  out.sequence = out.varint.value;
  const retireAt = at;
  at = num(buf, at, end, out);
  if (at < 0) return at;
  out.retirePriorTo = out.varint.value;
  if (out.retirePriorTo > out.sequence) return fail(out, retireAt, Reason.retirePriorToTooLarge);
  if (at >= end) return fail(out, at, Reason.frameTruncated);
  const length = buf[at]!;
  if (length < 1 || length > 20) return fail(out, at, Reason.cidLengthInvalid);
  at++;
  if (at + length + 16 > end) return fail(out, at, Reason.frameTruncated);
  out.dataOff = at;
  out.dataLen = length;
  out.resetTokenOff = at + length;
  return at + length + 16;
}

/**
 * Reads a number into out.varint; returns the offset behind it. A negative `at` is a failure before and is
 * passed on, so that a frame reads as the list of its fields.
 */
function num(buf: Uint8Array, at: number, end: number, out: Frame): number {
  if (at < 0) return at;
  const size = readVarint(buf, at, end, out.varint);
  if (size < 0) return fail(out, at, size);
  if (!out.varint.exact) out.exact = false;
  return at + size;
}

/** Reads a length and that many bytes. */
function data(buf: Uint8Array, from: number, end: number, out: Frame): number {
  const at = num(buf, from, end, out);
  if (at < 0) return at;
  const length = out.varint.value;
  if (length > end - at) return fail(out, from, Reason.frameTruncated);
  out.dataOff = at;
  out.dataLen = length;
  return at + length;
}

/** The data goes to the end of the packet. */
function rest(at: number, end: number, out: Frame): number {
  if (at < 0) return at;
  out.dataOff = at;
  out.dataLen = end - at;
  return end;
}

function withinStream(from: number, at: number, out: Frame): number {
  if (at < 0) return at;
  // Doubles near 2^62 are 512 apart: exact enough, since a packet's data is what can push an offset over.
  return out.offset + out.dataLen >= 2 ** 62 ? fail(out, from, Reason.streamOffsetTooLarge) : at;
}

function fail(out: Frame, at: number, reason: number): number {
  out.errorAt = at;
  return reason;
}
