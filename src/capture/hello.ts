import { suiteByTls } from '../quic/index.ts';
import type { Connection } from './connection.ts';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const ENCRYPTED_EXTENSIONS = 8;
const TRANSPORT_PARAMETERS = 57;
/** Its number while QUIC was a draft. */
const TRANSPORT_PARAMETERS_DRAFT = 0xffa5;
const STATELESS_RESET_TOKEN = 2;

/**
 * Takes from the beginning of a CRYPTO stream what opening and grouping need: the ClientHello's random (RFC 8446 section 4.1.2), the cipher
 * suite of the ServerHello (4.1.3), the server's stateless reset token (RFC 9000 section 18.2). A message that is not
 * complete yet is left for the next call.
 */
export function readHello(
  conn: Connection,
  fromServer: boolean,
  level: 'Initial' | 'Handshake',
  stream: Uint8Array,
): void {
  if (stream.length < 4) return;
  const type = stream[0];
  const length = (stream[1]! << 16) | (stream[2]! << 8) | stream[3]!;
  if (level === 'Initial' && !fromServer && type === CLIENT_HELLO) {
    if (!conn.keys.random && length >= 34 && stream.length >= 38) conn.keys.setRandom(stream, 6);
  } else if (level === 'Initial' && fromServer && type === SERVER_HELLO) {
    // A HelloRetryRequest is a ServerHello too, and names the suite that stays.
    const suiteAt = 39 + (stream[38] ?? 0);
    if (suiteAt + 2 <= Math.min(stream.length, 4 + length)) {
      conn.keys.suite ??= suiteByTls((stream[suiteAt]! << 8) | stream[suiteAt + 1]!);
    }
  } else if (level === 'Handshake' && fromServer && type === ENCRYPTED_EXTENSIONS) {
    const cid = conn.server.cids[0];
    if (cid && !cid.resetToken && stream.length >= 4 + length)
      cid.resetToken = resetToken(stream, 4 + length);
  }
}

/** Walks the extensions of EncryptedExtensions that ends at `end` to the transport parameter. */
function resetToken(stream: Uint8Array, end: number): Uint8Array | undefined {
  for (let at = 6; at + 4 <= end; ) {
    const id = u16(stream, at);
    const next = at + 4 + u16(stream, at + 2);
    if (next > end) return undefined;
    if (id === TRANSPORT_PARAMETERS || id === TRANSPORT_PARAMETERS_DRAFT)
      return parameter(stream, at + 4, next);
    at = next;
  }
  return undefined;
}

function parameter(stream: Uint8Array, from: number, end: number): Uint8Array | undefined {
  for (let at = from; at < end; ) {
    const id = varint(stream, at, end);
    const length = varint(stream, id.next, end);
    if (length.next + length.value > end) return undefined;
    if (id.value === STATELESS_RESET_TOKEN && length.value === 16) {
      return stream.slice(length.next, length.next + 16);
    }
    at = length.next + length.value;
  }
  return undefined;
}

/** Beyond the end a varint is as large as can be, so that whoever uses it stops. */
function varint(bytes: Uint8Array, off: number, end: number): { value: number; next: number } {
  const size = off < end ? 1 << (bytes[off]! >> 6) : 1;
  if (off + size > end) return { value: Number.POSITIVE_INFINITY, next: end };
  let value = bytes[off]! & 0x3f;
  for (let i = 1; i < size; i++) value = value * 256 + bytes[off + i]!;
  return { value, next: off + size };
}

function u16(bytes: Uint8Array, off: number): number {
  return (bytes[off]! << 8) | bytes[off + 1]!;
}
