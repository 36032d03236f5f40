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

/** The name of a negative parser result; a code that is not in the table is a defect and throws. */
export function reasonName(code: number): ReasonName {
  const name = NAMES.get(code);
  if (name === undefined) throw new RangeError(`not a reason code: ${code}`);
  return name;
}

/** The typed error for a negative parser result and the `errorAt` of its `out` object (byte offset). */
export function parseError(code: number, offset: number): ParseError {
  return { offset, reason: reasonName(code) };
}

/** Tells an error value from a parsed one. */
export function isParseError(value: unknown): value is ParseError {
  return typeof value === 'object' && value !== null && 'reason' in value && 'offset' in value;
}
