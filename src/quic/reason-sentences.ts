/** Reasons in words, for who reads what a parser refused: apart, since a page parses long before anybody reads that. */
import type { ReasonName } from './reason.ts';

const SENTENCES: Record<ReasonName, string> = {
  empty: 'there are no bytes to read',
  varintTruncated: 'a variable-length integer is cut off',
  versionTruncated: 'the packet ends inside its version field',
  cidLengthTruncated: 'the packet ends before a connection ID length',
  cidTooLong: 'a connection ID is longer than 20 bytes',
  cidTruncated: 'the packet ends inside a connection ID',
  tokenTruncated: 'the packet ends inside its token',
  lengthExceedsDatagram: 'the Length field reaches past the end of the datagram',
  retryTooShort: 'a Retry packet has no room for its integrity tag',
  versionListEmpty: 'a Version Negotiation packet lists no version',
  versionListPartial: 'a Version Negotiation packet ends inside a version',
  packetWithoutPayload: 'this packet has no protected payload',
  sampleTruncated: 'the packet is too short for the header protection sample',
  authenticationFailed: 'the authentication tag does not match',
  frameTypeUnknown: 'the frame type is not known',
  frameTypeNotMinimal: 'the frame type is not encoded in the fewest bytes',
  frameTruncated: 'the packet ends inside a frame',
  frameNotPermitted: 'this frame may not be in this packet type',
  ackRangeNegative: 'an ACK range reaches below packet number 0',
  streamOffsetTooLarge: 'stream data reaches past 2^62-1',
  streamCountTooLarge: 'a stream count is larger than 2^60',
  cidLengthInvalid: 'NEW_CONNECTION_ID carries a connection ID of no bytes or more than 20',
  retirePriorToTooLarge: 'NEW_CONNECTION_ID retires beyond its own sequence number',
  tokenEmpty: 'NEW_TOKEN carries no token',
  payloadEmpty: 'the packet holds no frame',
  cryptoBufferExceeded: 'CRYPTO data reaches past the reassembly limit',
  cryptoConflict: 'CRYPTO data contradicts data already received at the same offset',
  handshakeTruncated: 'the handshake message is not complete',
  handshakeTypeUnexpected: 'this is another handshake message than the one asked for',
  handshakeMalformed: 'a field of the handshake message reaches past its end',
  extensionMalformed: 'a TLS extension is malformed',
  parameterTruncated: 'a transport parameter is cut off',
  parameterDuplicate: 'a transport parameter appears twice',
  parameterInvalid: 'a transport parameter has a value that is not allowed',
  outputTooSmall: 'the output buffer is too small',
};

/** One plain sentence part for a reason, lower case, without a full stop. */
export function reasonSentence(reason: ReasonName): string {
  return SENTENCES[reason];
}
