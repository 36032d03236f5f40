import type { FrameName } from './frame-types.ts';
import { readVarint, VarintOut } from './varint.ts';

/**
 * One frame, reused from frame to frame. Which fields mean something depends on `name`; ranges are offsets into
 * the buffer that was parsed. A field above 2^53-1 is rounded to a double, and then `exact` is false.
 */
export class Frame {
  name: FrameName = 'PADDING';
  /** Type number as it stands on the wire, also where it is not known. */
  type = 0;
  start = 0;
  end = 0;
  exact = true;
  /** Frames of multipath: which path they are about. */
  pathId = 0;
  /** RESET_STREAM_AT: how much of the stream is still delivered. */
  reliableSize = 0;
  /** Stream ID: STREAM, RESET_STREAM, STOP_SENDING, MAX_STREAM_DATA, STREAM_DATA_BLOCKED. */
  streamId = 0;
  /** Offset in the stream: STREAM, CRYPTO. */
  offset = 0;
  /**
   * Bytes the frame carries: data of STREAM, CRYPTO, DATAGRAM; token of NEW_TOKEN; connection ID of
   * NEW_CONNECTION_ID; the 8 bytes of PATH_CHALLENGE and PATH_RESPONSE; reason phrase of CONNECTION_CLOSE.
   */
  dataOff = 0;
  dataLen = 0;
  /** STREAM: last data of the stream. */
  fin = false;
  /**
   * The one number of MAX_DATA, MAX_STREAM_DATA, MAX_STREAMS, DATA_BLOCKED, STREAM_DATA_BLOCKED,
   * STREAMS_BLOCKED; final size of RESET_STREAM; count of bytes of a PADDING run.
   */
  value = 0;
  /** MAX_STREAMS, STREAMS_BLOCKED: of unidirectional streams. */
  unidirectional = false;
  errorCode = 0;
  /** CONNECTION_CLOSE: type of the frame that caused it, 0 when unknown. */
  causeType = 0;
  /** NEW_CONNECTION_ID, RETIRE_CONNECTION_ID. */
  sequence = 0;
  retirePriorTo = 0;
  /** NEW_CONNECTION_ID: where the 16-byte stateless reset token begins. */
  resetTokenOff = 0;
  /**
   * ACK: largest acknowledged, delay (not scaled), smallest of the first range, further ranges (see
   * `ackRanges`).
   */
  largest = 0;
  ackDelay = 0;
  firstSmallest = 0;
  rangeCount = 0;
  rangesOff = 0;
  /** ACK_ECN: the three counts. */
  ect0 = 0;
  ect1 = 0;
  ce = 0;
  errorAt = 0;
  readonly varint = new VarintOut();
}

/**
 * The ranges of an ACK frame that was just parsed into `frame`, as [smallest, largest] pairs one after another
 * in `into`, largest numbers first; returns the count of ranges. `into` is cleared, so that one array can serve
 * all frames.
 */
export function ackRanges(buf: Uint8Array, frame: Frame, into: number[]): number {
  into.length = 0;
  into.push(frame.firstSmallest, frame.largest);
  const varint = frame.varint;
  let smallest = frame.firstSmallest;
  let at = frame.rangesOff;
  for (let i = 0; i < frame.rangeCount; i++) {
    at += readVarint(buf, at, frame.end, varint);
    const largest = smallest - varint.value - 2;
    at += readVarint(buf, at, frame.end, varint);
    smallest = largest - varint.value;
    into.push(smallest, largest);
  }
  return frame.rangeCount + 1;
}
