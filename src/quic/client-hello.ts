import { Cursor } from './cursor.ts';
import { HandshakeMessage, HandshakeType, parseHandshake } from './handshake.ts';
import { isParseError, type ParseError, parseError, Reason } from './reason.ts';
import { ascii, ExtensionType, readAlpn, readExtensions, readU16List, within } from './tls-extensions.ts';
import { parseTransportParameters, type TransportParameters } from './transport-parameters.ts';

/** What a ClientHello offers (RFC 8446 section 4.1.2). Byte fields are views into the buffer that was read. */
export interface ClientHello {
  /** 32 bytes; key logs find their secrets by it. */
  readonly random: Uint8Array;
  readonly cipherSuites: readonly number[];
  /** Extension numbers in wire order. */
  readonly extensions: readonly number[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly groups: readonly number[];
  /** Groups for which a key was sent along. */
  readonly keyShares: readonly number[];
  readonly tlsVersions: readonly number[];
  readonly offersPsk: boolean;
  readonly offersEarlyData: boolean;
  readonly transportParameters: TransportParameters | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the ClientHello at buf[off, end) (reassembled CRYPTO data); later bytes are left alone. */
export function readClientHello(buf: Uint8Array, off: number, end: number): ClientHello | ParseError {
  const message = new HandshakeMessage();
  const size = parseHandshake(buf, off, end, message);
  if (off < end && message.type !== HandshakeType.clientHello) {
    return parseError(Reason.handshakeTypeUnexpected, off);
  }
  if (size < 0) return parseError(size, message.errorAt);
  const cursor = new Cursor(buf, message.bodyOff, off + size);
  cursor.u16();
  const random = cursor.bytes(32);
  cursor.bytes(cursor.u8());
  const cipherSuites = readU16List(cursor);
  cursor.bytes(cursor.u8());
  const extensions = cursor.more ? readExtensions(cursor) : [];
  if (!cursor.ok) return parseError(Reason.handshakeMalformed, cursor.failedAt);
  if (cursor.more) return parseError(Reason.handshakeMalformed, cursor.at);

  const hello: Mutable<ClientHello> = {
    random,
    cipherSuites,
    extensions: extensions.map((extension) => extension.type),
    serverName: undefined,
    alpn: [],
    groups: [],
    keyShares: [],
    tlsVersions: [],
    offersPsk: false,
    offersEarlyData: false,
    transportParameters: undefined,
  };
  for (const extension of extensions) {
    const problem = take(hello, buf, extension);
    if (problem !== undefined) return problem;
  }
  return hello;
}

function take(
  hello: Mutable<ClientHello>,
  buf: Uint8Array,
  extension: ReturnType<typeof readExtensions>[number],
): ParseError | undefined {
  switch (extension.type) {
    case ExtensionType.serverName: {
      const name = within(buf, extension, readServerName);
      if (isParseError(name)) return name;
      hello.serverName = name;
      return undefined;
    }
    case ExtensionType.alpn: {
      const alpn = within(buf, extension, readAlpn);
      if (isParseError(alpn)) return alpn;
      hello.alpn = alpn;
      return undefined;
    }
    case ExtensionType.supportedGroups: {
      const groups = within(buf, extension, readU16List);
      if (isParseError(groups)) return groups;
      hello.groups = groups;
      return undefined;
    }
    case ExtensionType.keyShare: {
      const shares = within(buf, extension, readKeyShares);
      if (isParseError(shares)) return shares;
      hello.keyShares = shares;
      return undefined;
    }
    case ExtensionType.supportedVersions: {
      const versions = within(buf, extension, readVersions);
      if (isParseError(versions)) return versions;
      hello.tlsVersions = versions;
      return undefined;
    }
    case ExtensionType.preSharedKey:
      hello.offersPsk = true;
      return undefined;
    case ExtensionType.earlyData:
      hello.offersEarlyData = true;
      return undefined;
    case ExtensionType.quicTransportParameters:
    case ExtensionType.quicTransportParametersDraft: {
      const { offset, body } = extension;
      const parameters = parseTransportParameters(buf, offset, offset + body.length);
      if (isParseError(parameters)) return parameters;
      hello.transportParameters = parameters;
      return undefined;
    }
    default:
      return undefined;
  }
}

/** The host name of a server_name extension (RFC 6066 section 3); other name types are passed over. */
function readServerName(cursor: Cursor): string | undefined {
  const inner = cursor.inner(cursor.u16());
  let host: string | undefined;
  while (inner.more) {
    const type = inner.u8();
    const name = inner.bytes(inner.u16());
    if (inner.ok && type === 0 && host === undefined) host = ascii(name);
  }
  cursor.close(inner);
  return host;
}

function readKeyShares(cursor: Cursor): number[] {
  const groups: number[] = [];
  const inner = cursor.inner(cursor.u16());
  while (inner.more) {
    const group = inner.u16();
    inner.bytes(inner.u16());
    if (inner.ok) groups.push(group);
  }
  cursor.close(inner);
  return groups;
}

function readVersions(cursor: Cursor): number[] {
  const versions: number[] = [];
  const inner = cursor.inner(cursor.u8());
  while (inner.more) versions.push(inner.u16());
  cursor.close(inner);
  return versions;
}
