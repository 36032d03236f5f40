import { equalBytes, fromHex } from './bytes.ts';
import { Cursor } from './cursor.ts';
import { HandshakeMessage, HandshakeType, parseHandshake } from './handshake.ts';
import { isParseError, type ParseError, parseError, Reason } from './reason.ts';
import { ExtensionType, readAlpn, readExtensions, within } from './tls-extensions.ts';
import { parseTransportParameters, type TransportParameters } from './transport-parameters.ts';

/**
 * SHA-256 of "HelloRetryRequest": a ServerHello with this random asks for another ClientHello (RFC 8446 4.1.3).
 */
const RETRY_RANDOM = fromHex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');

/** What a server chose (RFC 8446 section 4.1.3). */
export interface ServerHello {
  readonly random: Uint8Array;
  readonly isRetryRequest: boolean;
  readonly cipherSuite: number;
  readonly tlsVersion: number | undefined;
  /** Group of the key share; of a retry request the group it asks for. */
  readonly group: number | undefined;
  /** Index of the accepted pre-shared key. */
  readonly pskIndex: number | undefined;
}

/** Reads the ServerHello at buf[off, end) (reassembled CRYPTO data of the Initial level). */
export function readServerHello(buf: Uint8Array, off: number, end: number): ServerHello | ParseError {
  const cursor = open(buf, off, end, HandshakeType.serverHello);
  if (isParseError(cursor)) return cursor;
  cursor.u16();
  const random = cursor.bytes(32);
  cursor.bytes(cursor.u8());
  const cipherSuite = cursor.u16();
  cursor.u8();
  const extensions = cursor.more ? readExtensions(cursor) : [];
  const problem = closed(cursor);
  if (problem !== undefined) return problem;
  const isRetryRequest = equalBytes(random, RETRY_RANDOM);
  let tlsVersion: number | undefined;
  let group: number | undefined;
  let pskIndex: number | undefined;
  for (const extension of extensions) {
    const known =
      extension.type === ExtensionType.supportedVersions ||
      extension.type === ExtensionType.keyShare ||
      extension.type === ExtensionType.preSharedKey;
    if (!known) continue;
    const value = within(buf, extension, (inner) => {
      const number = inner.u16();
      if (extension.type === ExtensionType.keyShare && !isRetryRequest) inner.bytes(inner.u16());
      return number;
    });
    if (isParseError(value)) return value;
    if (extension.type === ExtensionType.supportedVersions) tlsVersion = value;
    else if (extension.type === ExtensionType.keyShare) group = value;
    else pskIndex = value;
  }
  return { random, isRetryRequest, cipherSuite, tlsVersion, group, pskIndex };
}

/** What a server answers under handshake keys (RFC 8446 section 4.3.1). */
export interface EncryptedExtensions {
  readonly alpn: string | undefined;
  readonly acceptsEarlyData: boolean;
  readonly transportParameters: TransportParameters | undefined;
}

/** Reads the EncryptedExtensions at buf[off, end) (reassembled CRYPTO data of the Handshake level). */
export function readEncryptedExtensions(
  buf: Uint8Array,
  off: number,
  end: number,
): EncryptedExtensions | ParseError {
  const cursor = open(buf, off, end, HandshakeType.encryptedExtensions);
  if (isParseError(cursor)) return cursor;
  const extensions = readExtensions(cursor);
  const problem = closed(cursor);
  if (problem !== undefined) return problem;
  let alpn: string | undefined;
  let acceptsEarlyData = false;
  let transportParameters: TransportParameters | undefined;
  for (const extension of extensions) {
    if (extension.type === ExtensionType.alpn) {
      const names = within(buf, extension, readAlpn);
      if (isParseError(names)) return names;
      alpn = names[0];
    } else if (extension.type === ExtensionType.earlyData) {
      acceptsEarlyData = true;
    } else if (
      extension.type === ExtensionType.quicTransportParameters ||
      extension.type === ExtensionType.quicTransportParametersDraft
    ) {
      const { offset, body } = extension;
      const parameters = parseTransportParameters(buf, offset, offset + body.length);
      if (isParseError(parameters)) return parameters;
      transportParameters = parameters;
    }
  }
  return { alpn, acceptsEarlyData, transportParameters };
}

function open(buf: Uint8Array, off: number, end: number, type: number): Cursor | ParseError {
  const message = new HandshakeMessage();
  const size = parseHandshake(buf, off, end, message);
  if (off < end && message.type !== type) return parseError(Reason.handshakeTypeUnexpected, off);
  if (size < 0) return parseError(size, message.errorAt);
  return new Cursor(buf, message.bodyOff, off + size);
}

function closed(cursor: Cursor): ParseError | undefined {
  if (cursor.ok && !cursor.more) return undefined;
  return parseError(Reason.handshakeMalformed, cursor.ok ? cursor.at : cursor.failedAt);
}
