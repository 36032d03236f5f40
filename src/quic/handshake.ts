import { readU24 } from './bytes.ts';
import { Reason } from './reason.ts';

/** Handshake message types of TLS 1.3 (RFC 8446 section 4). */
export const HandshakeType = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  certificateRequest: 13,
  certificateVerify: 15,
  finished: 20,
  keyUpdate: 24,
  compressedCertificate: 25,
  messageHash: 254,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'ClientHello'],
  [2, 'ServerHello'],
  [4, 'NewSessionTicket'],
  [5, 'EndOfEarlyData'],
  [8, 'EncryptedExtensions'],
  [11, 'Certificate'],
  [13, 'CertificateRequest'],
  [15, 'CertificateVerify'],
  [20, 'Finished'],
  [24, 'KeyUpdate'],
  [25, 'CompressedCertificate'],
  [254, 'MessageHash'],
]);

/** The name of a handshake message type, or `type N`. */
export function handshakeName(type: number): string {
  return NAMES.get(type) ?? `type ${type}`;
}

/** One handshake message as a range; reused from message to message. */
export class HandshakeMessage {
  type = 0;
  bodyOff = 0;
  /** Bytes of the body, as the message says; when the message is not complete more than there are. */
  bodyLen = 0;
  errorAt = 0;
}

/**
 * Reads the frame of the handshake message at buf[off, end) (reassembled CRYPTO data) and returns its bytes
 * with the 4-byte header, or `Reason.handshakeTruncated` when not all of it is there yet: `type` and `bodyLen`
 * are set once the header is. RFC 8446 section 4.
 */
export function parseHandshake(buf: Uint8Array, off: number, end: number, out: HandshakeMessage): number {
  out.errorAt = off;
  out.type = off < end ? buf[off]! : 0;
  out.bodyLen = 0;
  if (off + 4 > end) return Reason.handshakeTruncated;
  out.bodyLen = readU24(buf, off + 1);
  out.bodyOff = off + 4;
  return out.bodyOff + out.bodyLen > end ? Reason.handshakeTruncated : 4 + out.bodyLen;
}

/**
 * The offset behind the first complete message of `type` in buf[off, end), or -1 when there is none yet. With
 * `HandshakeType.finished` on the CRYPTO data of Handshake packets: the side that sent them has finished.
 */
export function findHandshake(buf: Uint8Array, off: number, end: number, type: number): number {
  const message = new HandshakeMessage();
  for (let at = off; at < end; ) {
    const size = parseHandshake(buf, at, end, message);
    if (size < 0) return -1;
    at += size;
    if (message.type === type) return at;
  }
  return -1;
}
