import type { PacketType } from './header.ts';

/** Names of all frames of RFC 9000 section 19 and of DATAGRAM (RFC 9221). */
export type FrameName =
  | 'PADDING'
  | 'PING'
  | 'ACK'
  | 'ACK_ECN'
  | 'RESET_STREAM'
  | 'STOP_SENDING'
  | 'CRYPTO'
  | 'NEW_TOKEN'
  | 'STREAM'
  | 'MAX_DATA'
  | 'MAX_STREAM_DATA'
  | 'MAX_STREAMS'
  | 'DATA_BLOCKED'
  | 'STREAM_DATA_BLOCKED'
  | 'STREAMS_BLOCKED'
  | 'NEW_CONNECTION_ID'
  | 'RETIRE_CONNECTION_ID'
  | 'PATH_CHALLENGE'
  | 'PATH_RESPONSE'
  | 'CONNECTION_CLOSE'
  | 'CONNECTION_CLOSE_APP'
  | 'HANDSHAKE_DONE'
  | 'DATAGRAM';

/** First (or only) type number of each frame. */
export const FrameType = {
  padding: 0x00,
  ping: 0x01,
  ack: 0x02,
  ackEcn: 0x03,
  resetStream: 0x04,
  stopSending: 0x05,
  crypto: 0x06,
  newToken: 0x07,
  stream: 0x08,
  maxData: 0x10,
  maxStreamData: 0x11,
  maxStreamsBidi: 0x12,
  maxStreamsUni: 0x13,
  dataBlocked: 0x14,
  streamDataBlocked: 0x15,
  streamsBlockedBidi: 0x16,
  streamsBlockedUni: 0x17,
  newConnectionId: 0x18,
  retireConnectionId: 0x19,
  pathChallenge: 0x1a,
  pathResponse: 0x1b,
  connectionClose: 0x1c,
  connectionCloseApp: 0x1d,
  handshakeDone: 0x1e,
  datagram: 0x30,
} as const;

const BY_TYPE: readonly FrameName[] = [
  'PADDING',
  'PING',
  'ACK',
  'ACK_ECN',
  'RESET_STREAM',
  'STOP_SENDING',
  'CRYPTO',
  'NEW_TOKEN',
  'STREAM',
  'STREAM',
  'STREAM',
  'STREAM',
  'STREAM',
  'STREAM',
  'STREAM',
  'STREAM',
  'MAX_DATA',
  'MAX_STREAM_DATA',
  'MAX_STREAMS',
  'MAX_STREAMS',
  'DATA_BLOCKED',
  'STREAM_DATA_BLOCKED',
  'STREAMS_BLOCKED',
  'STREAMS_BLOCKED',
  'NEW_CONNECTION_ID',
  'RETIRE_CONNECTION_ID',
  'PATH_CHALLENGE',
  'PATH_RESPONSE',
  'CONNECTION_CLOSE',
  'CONNECTION_CLOSE_APP',
  'HANDSHAKE_DONE',
];

/** The name of a frame type number, or undefined when it is not known. */
export function frameName(type: number): FrameName | undefined {
  if (type < BY_TYPE.length) return BY_TYPE[type];
  return type === 0x30 || type === 0x31 ? 'DATAGRAM' : undefined;
}

/**
 * Whether a packet type may carry a frame type number (RFC 9000 section 12.4 table 3; DATAGRAM: RFC 9221
 * section 4). Unknown types are not permitted anywhere.
 */
export function framePermitted(type: number, packet: PacketType): boolean {
  if (frameName(type) === undefined) return false;
  switch (packet) {
    case '1-RTT':
      return true;
    case 'Initial':
    case 'Handshake':
      return type <= 0x03 || type === FrameType.crypto || type === FrameType.connectionClose;
    case '0-RTT':
      return !NOT_IN_0RTT.has(type);
    case 'Retry':
    case 'VersionNegotiation':
    case 'Unknown':
      return false;
  }
}

const NOT_IN_0RTT: ReadonlySet<number> = new Set([
  FrameType.ack,
  FrameType.ackEcn,
  FrameType.crypto,
  FrameType.newToken,
  FrameType.pathResponse,
  FrameType.retireConnectionId,
  FrameType.handshakeDone,
]);

/**
 * Whether the frame asks for an acknowledgement: all but PADDING, ACK and CONNECTION_CLOSE (RFC 9002 section
 * 2).
 */
export function ackEliciting(type: number): boolean {
  return type !== 0 && type !== 2 && type !== 3 && type !== 0x1c && type !== 0x1d;
}

/** Whether a packet of only such frames probes a path (RFC 9000 section 9.1). */
export function probing(type: number): boolean {
  return type === 0 || type === 0x18 || type === 0x1a || type === 0x1b;
}
