import type { PacketType } from './header.ts';

/**
 * Names of frames by their type number: RFC 9000 section 19, DATAGRAM (RFC 9221), and extensions whose layout follows from the type alone:
 * RESET_STREAM_AT (draft-ietf-quic-reliable-stream-reset), ACK_FREQUENCY and IMMEDIATE_ACK (draft-ietf-quic-ack-frequency, the latter with
 * the number of its drafts up to 05 too), TIME_STAMP (draft-huitema-quic-ts), those of RFC 10069 (multipath), and of its drafts with
 * numbers for experiments.
 */
export const FRAME_NAMES = {
  0: 'PADDING',
  1: 'PING',
  2: 'ACK',
  3: 'ACK_ECN',
  4: 'RESET_STREAM',
  5: 'STOP_SENDING',
  6: 'CRYPTO',
  7: 'NEW_TOKEN',
  8: 'STREAM',
  9: 'STREAM',
  10: 'STREAM',
  11: 'STREAM',
  12: 'STREAM',
  13: 'STREAM',
  14: 'STREAM',
  15: 'STREAM',
  16: 'MAX_DATA',
  17: 'MAX_STREAM_DATA',
  18: 'MAX_STREAMS',
  19: 'MAX_STREAMS',
  20: 'DATA_BLOCKED',
  21: 'STREAM_DATA_BLOCKED',
  22: 'STREAMS_BLOCKED',
  23: 'STREAMS_BLOCKED',
  24: 'NEW_CONNECTION_ID',
  25: 'RETIRE_CONNECTION_ID',
  26: 'PATH_CHALLENGE',
  27: 'PATH_RESPONSE',
  28: 'CONNECTION_CLOSE',
  29: 'CONNECTION_CLOSE_APP',
  30: 'HANDSHAKE_DONE',
  31: 'IMMEDIATE_ACK',
  36: 'RESET_STREAM_AT',
  48: 'DATAGRAM',
  49: 'DATAGRAM',
  62: 'PATH_ACK',
  63: 'PATH_ACK_ECN',
  172: 'IMMEDIATE_ACK',
  175: 'ACK_FREQUENCY',
  757: 'TIME_STAMP',
  15989: 'PATH_ABANDON',
  15990: 'PATH_STATUS_BACKUP',
  15991: 'PATH_STATUS_AVAILABLE',
  15992: 'PATH_NEW_CONNECTION_ID',
  15993: 'PATH_RETIRE_CONNECTION_ID',
  15994: 'MAX_PATH_ID',
  15995: 'PATHS_BLOCKED',
  15996: 'PATH_CIDS_BLOCKED',
  354585600: 'MP_ACK',
  354585601: 'MP_ACK_ECN',
  354585607: 'PATH_STANDBY',
  354585608: 'PATH_AVAILABLE',
  354585609: 'MP_NEW_CONNECTION_ID',
  354585610: 'MP_RETIRE_CONNECTION_ID',
  354585611: 'MAX_PATHS',
  354585612: 'MAX_PATH_ID',
  354585613: 'PATHS_BLOCKED',
} as const;

/** A type number that has a name, so that the layout of the frame is known. */
export type KnownFrameType = keyof typeof FRAME_NAMES;
export type FrameName = (typeof FRAME_NAMES)[KnownFrameType];

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

/** Nearly every frame of a capture has a type of one byte. */
const BY_BYTE: readonly (FrameName | undefined)[] = Array.from(
  { length: 0x40 },
  (_, type) => (FRAME_NAMES as Readonly<Record<number, FrameName>>)[type],
);
const BEYOND: ReadonlyMap<number, FrameName> = new Map(
  Object.entries(FRAME_NAMES).map(([type, name]) => [Number(type), name]),
);

/** The name of a frame type number, or undefined when it is not known. */
export function frameName(type: number): FrameName | undefined {
  return type < BY_BYTE.length ? BY_BYTE[type] : BEYOND.get(type);
}

/** Whether the frame is none of RFC 9000 or RFC 9221: its peers must have agreed on an extension. */
export function isExtensionFrame(type: number): boolean {
  return type > FrameType.handshakeDone && type !== FrameType.datagram && type !== FrameType.datagram + 1;
}

/**
 * Whether a packet type may carry a frame type number (RFC 9000 section 12.4 table 3; DATAGRAM: RFC 9221
 * section 4). Those of extensions are in none of the handshake's packets; unknown types are not permitted anywhere.
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
      return !NOT_IN_0RTT.has(type) && (!isExtensionFrame(type) || type === RESET_STREAM_AT);
    case 'Retry':
    case 'VersionNegotiation':
    case 'Unknown':
      return false;
  }
}

const RESET_STREAM_AT = 0x24;
const NOT_IN_0RTT: ReadonlySet<number> = new Set([
  FrameType.ack,
  FrameType.ackEcn,
  FrameType.crypto,
  FrameType.newToken,
  FrameType.pathResponse,
  FrameType.retireConnectionId,
  FrameType.handshakeDone,
]);

const NOT_ELICITING: ReadonlySet<FrameName> = new Set([
  'PADDING',
  'ACK',
  'ACK_ECN',
  'CONNECTION_CLOSE',
  'CONNECTION_CLOSE_APP',
  'PATH_ACK',
  'PATH_ACK_ECN',
  'MP_ACK',
  'MP_ACK_ECN',
  'TIME_STAMP',
]);

/**
 * Whether the frame asks for an acknowledgement: all but PADDING, ACK (also of one path) and CONNECTION_CLOSE (RFC 9002 section 2), and
 * TIME_STAMP. One that is not known does.
 */
export function ackEliciting(type: number): boolean {
  const name = frameName(type);
  return name === undefined || elicitsAck(name);
}

/** The same by name. */
export function elicitsAck(name: FrameName): boolean {
  return !NOT_ELICITING.has(name);
}

/** Whether a packet of only such frames probes a path (RFC 9000 section 9.1). */
export function probing(type: number): boolean {
  return type === 0 || type === 0x18 || type === 0x1a || type === 0x1b;
}
