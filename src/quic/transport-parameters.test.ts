import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { isParseError } from './reason.ts';
import {
  parseTransportParameters,
  type TransportParameters,
  writeTransportParameters,
} from './transport-parameters.ts';

const num = fc.maxSafeNat();
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const cid = fc.uint8Array({ maxLength: 20 });
const u32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const port = fc.nat(65_535);

const parameters: fc.Arbitrary<TransportParameters> = fc.record(
  {
    originalDestinationConnectionId: cid,
    maxIdleTimeout: num,
    statelessResetToken: bytes(16),
    maxUdpPayloadSize: fc.integer({ min: 1200, max: 65_527 }),
    initialMaxData: num,
    initialMaxStreamDataBidiLocal: num,
    initialMaxStreamDataBidiRemote: num,
    initialMaxStreamDataUni: num,
    initialMaxStreamsBidi: num,
    initialMaxStreamsUni: num,
    ackDelayExponent: fc.nat(20),
    maxAckDelay: fc.nat(2 ** 14 - 1),
    disableActiveMigration: fc.constant(true as const),
    preferredAddress: fc.record({
      ipv4: bytes(4),
      ipv4Port: port,
      ipv6: bytes(16),
      ipv6Port: port,
      cid: fc.uint8Array({ minLength: 1, maxLength: 20 }),
      statelessResetToken: bytes(16),
    }),
    activeConnectionIdLimit: fc.integer({ min: 2, max: 2 ** 40 }),
    initialSourceConnectionId: cid,
    retrySourceConnectionId: cid,
    versionInformation: fc.record({ chosen: u32, available: fc.array(u32, { maxLength: 5 }) }),
    maxDatagramFrameSize: num,
    greaseQuicBit: fc.constant(true as const),
  },
  { requiredKeys: [] },
);

/** Views become texts, so that a view into a larger buffer equals a whole array. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner) => (inner instanceof Uint8Array ? toHex(inner) : inner)),
  );
}

test('any set of parameters is read as it was written', () => {
  fc.assert(
    fc.property(parameters, (set) => {
      const written = writeTransportParameters(set);
      const read = parseTransportParameters(written, 0, written.length);
      expect(plain(read)).toEqual(plain(set));
    }),
  );
});

test('unknown parameters are kept, whatever the size of their number', () => {
  const body = fromHex('c0000000ff04de1b0201 02 1b00'.replaceAll(' ', ''));
  const read = parseTransportParameters(body, 0, body.length);
  if (isParseError(read)) throw new Error(read.reason);
  expect(read.unknown?.map(({ id, value }) => [id, toHex(value)])).toEqual([
    [0xff04de1bn, '0102'],
    [0x1bn, ''],
  ]);
});

describe('parameters that are not allowed are named with their place', () => {
  test.each([
    ['40', 'parameterTruncated at 0'],
    ['01', 'parameterTruncated at 1'],
    ['010405', 'parameterTruncated at 0'],
    ['010105010106', 'parameterDuplicate at 3'],
    ['0100', 'parameterInvalid at 2'],
    ['01020505', 'parameterInvalid at 2'],
    ['0202aabb', 'parameterInvalid at 2'],
    ['030244af', 'parameterInvalid at 2'],
    ['0a0115', 'parameterInvalid at 2'],
    ['0b0480004000', 'parameterInvalid at 2'],
    ['0c0100', 'parameterInvalid at 2'],
    ['0e0101', 'parameterInvalid at 2'],
    [`0f15${'00'.repeat(21)}`, 'parameterInvalid at 2'],
    [`0d29${'00'.repeat(41)}`, 'parameterInvalid at 2'],
    ['1103000001', 'parameterInvalid at 2'],
    ['110400000000', 'parameterInvalid at 2'],
    ['0808d000000000001000', 'parameterInvalid at 2'],
  ])('%s: %s', (hex, expected) => {
    const body = fromHex(hex);
    const read = parseTransportParameters(body, 0, body.length);
    expect(isParseError(read) ? `${read.reason} at ${read.offset}` : 'read').toBe(expected);
  });
});
