/**
 * Why bytes could not be read. Parsers of this folder never throw on input: they return a count of bytes,
 * or one of these negative codes, and leave the place of the trouble in `errorAt` of their `out` object.
 * `parseError` turns the two into a value that a person can read.
 */

/**
 * Every reason, in one table: name -> negative code. Codes are stable within a build, names are the contract.
 */
export const Reason = {
  empty: -1,
  varintTruncated: -2,
  versionTruncated: -4,
  cidLengthTruncated: -5,
  cidTooLong: -6,
  cidTruncated: -7,
  tokenTruncated: -8,
  lengthExceedsDatagram: -9,
  retryTooShort: -10,
  versionListEmpty: -11,
  versionListPartial: -12,
  packetWithoutPayload: -13,
  sampleTruncated: -14,
  authenticationFailed: -15,
  frameTypeUnknown: -20,
  frameTypeNotMinimal: -21,
  frameTruncated: -22,
  frameNotPermitted: -23,
  ackRangeNegative: -24,
  streamOffsetTooLarge: -25,
  streamCountTooLarge: -26,
  cidLengthInvalid: -27,
  retirePriorToTooLarge: -28,
  tokenEmpty: -29,
  payloadEmpty: -30,
  cryptoBufferExceeded: -40,
  cryptoConflict: -41,
  handshakeTruncated: -50,
  handshakeTypeUnexpected: -51,
  handshakeMalformed: -52,
  extensionMalformed: -53,
  parameterTruncated: -60,
  parameterDuplicate: -61,
  parameterInvalid: -62,
  outputTooSmall: -70,
} as const;

/** The name of a reason, as reported to people. */
export type ReasonName = keyof typeof Reason;
/** A negative result of a parser. */
export type ReasonCode = (typeof Reason)[ReasonName];

/** What was wrong with some input: `offset` is the byte index in the buffer that was handed in. */
export interface ParseError {
  readonly offset: number;
  readonly reason: ReasonName;
}

const NAMES: ReadonlyMap<number, ReasonName> = new Map(
  Object.entries(Reason).map(([name, code]) => [code, name as ReasonName]),
);

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

/** The name of a negative parser result; a code that is not in the table is a defect and throws. */
export function reasonName(code: number): ReasonName {
  const name = NAMES.get(code);
  if (name === undefined) throw new RangeError(`not a reason code: ${code}`);
  return name;
}

/** One plain sentence part for a reason, lower case, without a full stop. */
export function reasonSentence(reason: ReasonName): string {
  return SENTENCES[reason];
}

/** The typed error for a negative parser result and the `errorAt` of its `out` object (byte offset). */
export function parseError(code: number, offset: number): ParseError {
  return { offset, reason: reasonName(code) };
}

/** Tells an error value from a parsed one. */
export function isParseError(value: unknown): value is ParseError {
  return typeof value === 'object' && value !== null && 'reason' in value && 'offset' in value;
}
