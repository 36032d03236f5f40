import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from './bytes.ts';
import { readClientHello } from './client-hello.ts';
import {
  findHandshake,
  HandshakeMessage,
  HandshakeType,
  handshakeName,
  parseHandshake,
} from './handshake.ts';
import { isParseError } from './reason.ts';
import { readEncryptedExtensions, readServerHello } from './server-hello.ts';
import { cipherSuiteName, groupName, isGrease } from './tls-names.ts';
import { VECTORS } from './vectors.ts';

/** The ClientHello and ServerHello of RFC 9001 appendix A, out of their CRYPTO frames. */
const CLIENT_HELLO = VECTORS.clientHelloCrypto.subarray(4);
const SERVER_HELLO = VECTORS.serverHelloPayload.subarray(9);

function value<T>(result: T): Exclude<T, { reason: unknown }> {
  if (isParseError(result)) throw new Error(`${result.reason} at ${result.offset}`);
  return result as Exclude<T, { reason: unknown }>;
}

test('the ClientHello of RFC 9001 A.2', () => {
  const hello = value(readClientHello(CLIENT_HELLO, 0, CLIENT_HELLO.length));
  expect(toHex(hello.random)).toBe('ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c');
  expect(hello.serverName).toBe('example.com');
  expect(hello.alpn).toEqual(['alpn']);
  expect(hello.cipherSuites.map(cipherSuiteName)).toEqual([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
  ]);
  expect(hello.groups.map(groupName)).toEqual(['x25519', 'secp256r1', 'secp384r1']);
  expect(hello.keyShares.map(groupName)).toEqual(['x25519']);
  expect(hello.tlsVersions).toEqual([0x0304]);
  expect([hello.offersPsk, hello.offersEarlyData]).toEqual([false, false]);
  expect(toHex(hello.transportParameters?.initialSourceConnectionId ?? new Uint8Array(1))).toBe(
    '8394c8f03e515708',
  );
  expect(hello.transportParameters?.maxIdleTimeout).toBe(30_000);
});

test('the ServerHello of RFC 9001 A.3', () => {
  const hello = value(readServerHello(SERVER_HELLO, 0, SERVER_HELLO.length));
  expect(cipherSuiteName(hello.cipherSuite)).toBe('TLS_AES_128_GCM_SHA256');
  expect([hello.isRetryRequest, hello.tlsVersion, hello.pskIndex]).toEqual([false, 0x0304, undefined]);
  expect(groupName(hello.group ?? 0)).toBe('x25519');
});

test('a HelloRetryRequest names a group without a key', () => {
  const body = fromHex(
    `0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 00 1301 00
     000c 002b00020304 003300020018`,
  );
  const message = concatBytes(Uint8Array.of(2, 0, 0, body.length), body);
  const hello = value(readServerHello(message, 0, message.length));
  expect([hello.isRetryRequest, groupName(hello.group ?? 0)]).toEqual([true, 'secp384r1']);
});

test('EncryptedExtensions tell the protocol and the transport parameters', () => {
  const message = fromHex('08000017 0015 0010 0005 0003 02 6833 002a 0000 0039 0004 0102 4064');
  const answer = value(readEncryptedExtensions(message, 0, message.length));
  expect([answer.alpn, answer.acceptsEarlyData, answer.transportParameters?.maxIdleTimeout]).toEqual([
    'h3',
    true,
    100,
  ]);
});

describe('the walker', () => {
  const flight = concatBytes(
    fromHex('08000002 0000'),
    fromHex('0b000001 aa'),
    fromHex('14000002 bbcc'),
    fromHex('04'),
  );

  test('gives every message in turn and waits for the rest', () => {
    const message = new HandshakeMessage();
    const names: string[] = [];
    let at = 0;
    for (let size = 0; ; at += size) {
      size = parseHandshake(flight, at, flight.length, message);
      if (size < 0) break;
      names.push(handshakeName(message.type));
    }
    expect(names).toEqual(['EncryptedExtensions', 'Certificate', 'Finished']);
    expect(at).toBe(17);
  });

  test('sees Finished when, and only when, all of it is there', () => {
    expect(findHandshake(flight, 0, 16, HandshakeType.finished)).toBe(-1);
    expect(findHandshake(flight, 0, 17, HandshakeType.finished)).toBe(17);
    expect(findHandshake(flight, 0, flight.length, HandshakeType.certificateVerify)).toBe(-1);
  });
});

test('every cut of a hello, and every one of its bytes changed, gives a value or an error inside the bytes', () => {
  for (const [whole, read] of [
    [CLIENT_HELLO, readClientHello],
    [SERVER_HELLO, readServerHello],
  ] as const) {
    for (let end = 0; end < whole.length; end++) {
      const result = read(whole, 0, end);
      expect(isParseError(result) && result.reason).toBe('handshakeTruncated');
    }
    for (let at = 0; at < whole.length; at++) {
      for (const other of [0x00, 0x01, 0x7f, 0xff]) {
        const changed = whole.slice();
        changed[at] = other;
        const result = read(changed, 0, changed.length);
        if (isParseError(result)) expect(result.offset).toBeLessThanOrEqual(changed.length);
      }
    }
  }
});

test('reserved values are told apart', () => {
  expect([0x0a0a, 0x1a1a, 0xfafa, 0x1301, 0x0a1a].map(isGrease)).toEqual([true, true, true, false, false]);
  expect(groupName(0x3a3a)).toBe('GREASE 0x3a3a');
});
