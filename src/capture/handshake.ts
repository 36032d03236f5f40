import {
  findHandshake,
  HandshakeType,
  isParseError,
  readClientHello,
  readEncryptedExtensions,
  readServerHello,
  suiteByTls,
} from '../quic/index.ts';
import type { Connection } from './connection.ts';

/** The random stands behind the message header and the legacy version (RFC 8446 section 4.1.2). */
const RANDOM_OFF = 6;

/**
 * Takes from the CRYPTO data of one end what opening, grouping and showing need, each as soon as its message is complete: both hellos,
 * the server's extensions, and in which datagram each end has finished.
 */
export function readHandshake(
  conn: Connection,
  fromServer: boolean,
  level: 'Initial' | 'Handshake',
  row: number,
): void {
  const end = conn.sender(fromServer);
  const { bytes, contiguous } = end.crypto[level === 'Initial' ? 0 : 1];
  if (level === 'Initial') {
    if (fromServer) serverHello(conn, bytes, contiguous);
    else clientHello(conn, bytes, contiguous);
    return;
  }
  if (fromServer && !conn.encryptedExtensions) {
    const read = readEncryptedExtensions(bytes, 0, contiguous);
    if (!isParseError(read)) {
      conn.encryptedExtensions = read;
      const cid = conn.server.cids[0];
      if (cid) cid.resetToken ??= read.transportParameters?.statelessResetToken;
    }
  }
  if (end.finishedRow === undefined && findHandshake(bytes, 0, contiguous, HandshakeType.finished) >= 0) {
    end.finishedRow = row;
  }
}

function clientHello(conn: Connection, bytes: Uint8Array, length: number): void {
  // The random is needed even where the rest of the message was lost.
  if (!conn.keys.random && length >= RANDOM_OFF + 32 && bytes[0] === HandshakeType.clientHello) {
    conn.keys.setRandom(bytes, RANDOM_OFF);
  }
  if (conn.clientHello) return;
  const read = readClientHello(bytes, 0, length);
  if (!isParseError(read)) conn.clientHello = read;
}

function serverHello(conn: Connection, bytes: Uint8Array, length: number): void {
  if (conn.serverHello) return;
  const read = readServerHello(bytes, 0, length);
  if (isParseError(read)) return;
  // A HelloRetryRequest is a ServerHello too, and names the suite that stays.
  conn.keys.suite ??= suiteByTls(read.cipherSuite);
  conn.serverHello = read;
}
