import {
  type CryptoStream,
  findHandshake,
  HandshakeType,
  isParseError,
  readClientHello,
  readEncryptedExtensions,
  readServerHello,
  suiteByTls,
} from '../quic/index.ts';
import type { Connection, HandshakeLevel } from './connection.ts';

/** The random stands behind the message header and the legacy version (RFC 8446 section 4.1.2). */
const RANDOM_OFF = 6;

/**
 * Takes from the CRYPTO data of one end what opening, grouping and showing need, each as soon as its message is complete: both hellos,
 * the server's extensions, and in which datagram each end has finished. A level of which nothing further is wanted is dropped.
 */
export function readHandshake(
  conn: Connection,
  fromServer: boolean,
  level: HandshakeLevel,
  stream: CryptoStream,
  row: number,
): void {
  if (level === 'Initial') {
    if (fromServer) serverHello(conn, stream);
    else clientHello(conn, stream);
    return;
  }
  if (fromServer) encryptedExtensions(conn, stream);
  if (findHandshake(stream.bytes, 0, stream.contiguous, HandshakeType.finished) >= 0) {
    const end = conn.sender(fromServer);
    end.finishedRow = row;
    end.cryptoDone(level);
  }
}

function clientHello(conn: Connection, { bytes, contiguous }: CryptoStream): void {
  // The random is needed even where the rest of the message was lost.
  if (!conn.keys.random && contiguous >= RANDOM_OFF + 32 && bytes[0] === HandshakeType.clientHello) {
    conn.keys.setRandom(bytes, RANDOM_OFF);
  }
  const message = complete(bytes, contiguous, HandshakeType.clientHello);
  if (!message) return;
  const read = readClientHello(message, 0, message.length);
  if (!isParseError(read)) conn.clientHello = read;
  conn.client.cryptoDone('Initial');
}

function serverHello(conn: Connection, { bytes, contiguous }: CryptoStream): void {
  const message = complete(bytes, contiguous, HandshakeType.serverHello);
  if (!message) return;
  const read = readServerHello(message, 0, message.length);
  if (!isParseError(read)) {
    // A HelloRetryRequest is a ServerHello too, and names the suite that stays.
    conn.keys.suite ??= suiteByTls(read.cipherSuite);
    conn.serverHello = read;
  }
  conn.server.cryptoDone('Initial');
}

function encryptedExtensions(conn: Connection, { bytes, contiguous }: CryptoStream): void {
  if (conn.encryptedExtensions) return;
  const message = complete(bytes, contiguous, HandshakeType.encryptedExtensions);
  if (!message) return;
  const read = readEncryptedExtensions(message, 0, message.length);
  if (isParseError(read)) return;
  conn.encryptedExtensions = read;
}

/** A copy of the first message, if it is of this type and complete: what is read from it are views, and the stream goes. */
function complete(bytes: Uint8Array, contiguous: number, type: number): Uint8Array | undefined {
  if (bytes[0] !== type) return undefined;
  const end = findHandshake(bytes, 0, contiguous, type);
  return end < 0 ? undefined : bytes.slice(0, end);
}
