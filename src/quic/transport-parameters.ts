import { readU16, readU32, writeU32 } from './bytes.ts';
import { type ParseError, parseError, Reason } from './reason.ts';
import { readVarint, VarintOut, varintBig, varintSize, writeVarint } from './varint.ts';

/** The version_information parameter (RFC 9368 section 3). */
export interface VersionInformation {
  readonly chosen: number;
  readonly available: readonly number[];
}

/** The preferred_address parameter (RFC 9000 18.2); byte fields are views. */
export interface PreferredAddress {
  readonly ipv4: Uint8Array;
  readonly ipv4Port: number;
  readonly ipv6: Uint8Array;
  readonly ipv6Port: number;
  readonly cid: Uint8Array;
  readonly statelessResetToken: Uint8Array;
}

/**
 * QUIC transport parameters (RFC 9000 section 18.2, RFC 9221, RFC 9287, RFC 9368). Absent ones are undefined,
 * defaults are not filled in; times in ms; numbers above 2^53-1 are rounded. Byte fields are views.
 */
export interface TransportParameters {
  originalDestinationConnectionId?: Uint8Array;
  maxIdleTimeout?: number;
  statelessResetToken?: Uint8Array;
  maxUdpPayloadSize?: number;
  initialMaxData?: number;
  initialMaxStreamDataBidiLocal?: number;
  initialMaxStreamDataBidiRemote?: number;
  initialMaxStreamDataUni?: number;
  initialMaxStreamsBidi?: number;
  initialMaxStreamsUni?: number;
  ackDelayExponent?: number;
  maxAckDelay?: number;
  disableActiveMigration?: true;
  preferredAddress?: PreferredAddress;
  activeConnectionIdLimit?: number;
  initialSourceConnectionId?: Uint8Array;
  retrySourceConnectionId?: Uint8Array;
  versionInformation?: VersionInformation;
  maxDatagramFrameSize?: number;
  greaseQuicBit?: true;
  /** Parameters that are not known here, GREASE among them. */
  unknown?: { readonly id: bigint; readonly value: Uint8Array }[];
}

type Key = Exclude<keyof TransportParameters, 'unknown'>;
type Kind = 'number' | 'cid' | 'token' | 'flag' | 'address' | 'versions';

interface Rule {
  readonly key: Key;
  readonly kind: Kind;
  readonly min?: number;
  readonly max?: number;
}

const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [0x00, { key: 'originalDestinationConnectionId', kind: 'cid' }],
  [0x01, { key: 'maxIdleTimeout', kind: 'number' }],
  [0x02, { key: 'statelessResetToken', kind: 'token' }],
  [0x03, { key: 'maxUdpPayloadSize', kind: 'number', min: 1200 }],
  [0x04, { key: 'initialMaxData', kind: 'number' }],
  [0x05, { key: 'initialMaxStreamDataBidiLocal', kind: 'number' }],
  [0x06, { key: 'initialMaxStreamDataBidiRemote', kind: 'number' }],
  [0x07, { key: 'initialMaxStreamDataUni', kind: 'number' }],
  [0x08, { key: 'initialMaxStreamsBidi', kind: 'number', max: 2 ** 60 }],
  [0x09, { key: 'initialMaxStreamsUni', kind: 'number', max: 2 ** 60 }],
  [0x0a, { key: 'ackDelayExponent', kind: 'number', max: 20 }],
  [0x0b, { key: 'maxAckDelay', kind: 'number', max: 2 ** 14 - 1 }],
  [0x0c, { key: 'disableActiveMigration', kind: 'flag' }],
  [0x0d, { key: 'preferredAddress', kind: 'address' }],
  [0x0e, { key: 'activeConnectionIdLimit', kind: 'number', min: 2 }],
  [0x0f, { key: 'initialSourceConnectionId', kind: 'cid' }],
  [0x10, { key: 'retrySourceConnectionId', kind: 'cid' }],
  [0x11, { key: 'versionInformation', kind: 'versions' }],
  [0x20, { key: 'maxDatagramFrameSize', kind: 'number' }],
  [0x2ab2, { key: 'greaseQuicBit', kind: 'flag' }],
]);

/** Reads the transport parameters in buf[off, end), the body of the TLS extension. */
export function parseTransportParameters(
  buf: Uint8Array,
  off: number,
  end: number,
): TransportParameters | ParseError {
  const parameters: TransportParameters = {};
  const seen = new Set<bigint>();
  const number = new VarintOut();
  for (let at = off; at < end; ) {
    const begin = at;
    const idSize = readVarint(buf, at, end, number);
    if (idSize < 0) return parseError(Reason.parameterTruncated, at);
    const id = varintBig(number);
    at += idSize;
    const lengthSize = readVarint(buf, at, end, number);
    if (lengthSize < 0) return parseError(Reason.parameterTruncated, at);
    at += lengthSize;
    if (number.value > end - at) return parseError(Reason.parameterTruncated, begin);
    if (seen.has(id)) return parseError(Reason.parameterDuplicate, begin);
    seen.add(id);
    const stop = at + number.value;
    const rule = id < 0x10000n ? RULES.get(Number(id)) : undefined;
    if (rule === undefined) {
      parameters.unknown ??= [];
      parameters.unknown.push({ id, value: buf.subarray(at, stop) });
    } else if (!take(parameters, rule, buf, at, stop)) {
      return parseError(Reason.parameterInvalid, at);
    }
    at = stop;
  }
  return parameters;
}

/** Stores the value of one known parameter; false when it is not allowed. */
function take(out: TransportParameters, rule: Rule, buf: Uint8Array, off: number, end: number): boolean {
  const length = end - off;
  // The table pairs every key with the kind of its type, which the type checker cannot follow through the map.
  const target = out as Record<Key, unknown>;
  switch (rule.kind) {
    case 'number': {
      const number = new VarintOut();
      if (readVarint(buf, off, end, number) !== length) return false;
      if (number.value < (rule.min ?? 0) || number.value > (rule.max ?? Number.POSITIVE_INFINITY))
        return false;
      target[rule.key] = number.value;
      return true;
    }
    case 'cid':
      target[rule.key] = buf.subarray(off, end);
      return length <= 20;
    case 'token':
      target[rule.key] = buf.subarray(off, end);
      return length === 16;
    case 'flag':
      target[rule.key] = true;
      return length === 0;
    case 'versions':
      if (length === 0 || length % 4 !== 0) return false;
      target[rule.key] = versionInformation(buf, off, end);
      return (target[rule.key] as VersionInformation).chosen !== 0;
    case 'address': {
      const cidLength = length > 24 ? buf[off + 24]! : 0;
      if (cidLength < 1 || cidLength > 20 || length !== 25 + cidLength + 16) return false;
      target[rule.key] = preferredAddress(buf, off, cidLength);
      return true;
    }
  }
}

function versionInformation(buf: Uint8Array, off: number, end: number): VersionInformation {
  const available: number[] = [];
  for (let at = off + 4; at < end; at += 4) available.push(readU32(buf, at));
  return { chosen: readU32(buf, off), available };
}

function preferredAddress(buf: Uint8Array, off: number, cidLength: number): PreferredAddress {
  const cidOff = off + 25;
  return {
    ipv4: buf.subarray(off, off + 4),
    ipv4Port: readU16(buf, off + 4),
    ipv6: buf.subarray(off + 6, off + 22),
    ipv6Port: readU16(buf, off + 22),
    cid: buf.subarray(cidOff, cidOff + cidLength),
    statelessResetToken: buf.subarray(cidOff + cidLength, cidOff + cidLength + 16),
  };
}

/**
 * Writes transport parameters in the order of their numbers; `unknown` ones are left out. Throws RangeError on
 * numbers that are not safe integers. For handshakes of our own and for round-trip tests.
 */
export function writeTransportParameters(parameters: TransportParameters): Uint8Array {
  const out: number[] = [];
  for (const [id, rule] of RULES) {
    const value = parameters[rule.key];
    if (value === undefined) continue;
    const body = encode(value);
    pushVarint(out, id);
    pushVarint(out, body.length);
    for (const byte of body) out.push(byte);
  }
  return Uint8Array.from(out);
}

function encode(value: NonNullable<TransportParameters[Key]>): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') {
    const bytes = new Uint8Array(varintSize(value));
    writeVarint(bytes, 0, value);
    return bytes;
  }
  if ('chosen' in value) {
    const bytes = new Uint8Array(4 + 4 * value.available.length);
    writeU32(bytes, 0, value.chosen);
    value.available.forEach((version, i) => {
      writeU32(bytes, 4 + 4 * i, version);
    });
    return bytes;
  }
  const { ipv4, ipv4Port, ipv6, ipv6Port, cid, statelessResetToken } = value;
  return Uint8Array.from([
    ...ipv4,
    ipv4Port >> 8,
    ipv4Port & 255,
    ...ipv6,
    ipv6Port >> 8,
    ipv6Port & 255,
    cid.length,
    ...cid,
    ...statelessResetToken,
  ]);
}

function pushVarint(out: number[], value: number): void {
  const bytes = new Uint8Array(varintSize(value));
  writeVarint(bytes, 0, value);
  out.push(...bytes);
}
