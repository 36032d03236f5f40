/** A frame of an opened packet as the model takes it. */
import type { OpenedFrame } from '../haproxy/model/script.ts';
import { ackEliciting, ackRanges, type Frame } from '../quic/index.ts';

const NO_RANGES: number[] = [];

/** `bytes`: those that the frame was parsed in. `exponent`: the sender's ack_delay_exponent. */
export function openedFrame(bytes: Uint8Array, f: Frame, exponent: number): OpenedFrame {
  const o: OpenedFrame = {
    name: f.name,
    ackEliciting: ackEliciting(f.type),
    from: 0,
    to: 0,
    ranges: NO_RANGES,
  };
  if (f.name === 'CRYPTO') {
    o.from = f.offset;
    o.to = f.offset + f.dataLen;
  } else if (f.name === 'ACK' || f.name === 'ACK_ECN') {
    o.ranges = [];
    ackRanges(bytes, f, o.ranges);
    o.from = f.ackDelay * 2 ** exponent;
  } else if (f.name === 'RETIRE_CONNECTION_ID') o.from = f.sequence;
  else if (f.name === 'CONNECTION_CLOSE' || f.name === 'CONNECTION_CLOSE_APP') o.from = f.errorCode;
  return o;
}
