import { AEAD_TAG } from './aead.ts';
import type { PacketKeys } from './keys.ts';
import { decodePacketNumber } from './packet-number.ts';
import { Reason } from './reason.ts';
import { Workspace } from './workspace.ts';

/**
 * An opened packet, reused from packet to packet. `bytes` holds the packet as it was before protection: header
 * with the packet number in clear, then the frames at [payloadOff, payloadEnd). It is overwritten by the next
 * opening.
 */
export class OpenedPacket {
  bytes = new Uint8Array(2048);
  payloadOff = 0;
  payloadEnd = 0;
  pn = 0;
  pnLen = 0;
  /** The packet number as it stands on the wire, 1 to 4 bytes. */
  truncatedPn = 0;
  firstByte = 0;
  /** Short headers only. */
  keyPhase: 0 | 1 = 0;
  spin: 0 | 1 = 0;
  /**
   * Must be 0 once the packet is authentic (RFC 9000 17.2, 17.3.1); what follows from others is the caller's
   * matter.
   */
  reservedBits = 0;
  errorAt = 0;
  readonly workspace: Workspace;

  constructor(workspace = new Workspace()) {
    this.workspace = workspace;
  }
}

/**
 * Removes header protection of the packet buf[pktOff, pktEnd), whose packet number begins at pnOff: first byte,
 * key phase, spin bit, packet number length and truncated number go to `out`. Returns the packet number length
 * (1..4) or a negative reason. The buffer is not changed. RFC 9001 5.4.
 */
export function unprotectHeader(
  keys: PacketKeys,
  buf: Uint8Array,
  pktOff: number,
  pnOff: number,
  pktEnd: number,
  out: OpenedPacket,
): number {
  if (pnOff <= pktOff) {
    out.errorAt = pktOff;
    return Reason.packetWithoutPayload;
  }
  // The sample begins where the payload would if the packet number had four bytes.
  if (pnOff + 4 + 16 > pktEnd) {
    out.errorAt = pnOff;
    return Reason.sampleTruncated;
  }
  const mask = out.workspace.mask;
  keys.header.mask(out.workspace, buf, pnOff + 4);
  const protectedByte = buf[pktOff]!;
  const long = (protectedByte & 0x80) !== 0;
  const first = protectedByte ^ (mask[0]! & (long ? 0x0f : 0x1f));
  const pnLen = (first & 3) + 1;
  let truncated = 0;
  for (let i = 0; i < pnLen; i++) truncated = truncated * 256 + (buf[pnOff + i]! ^ mask[1 + i]!);
  out.firstByte = first;
  out.pnLen = pnLen;
  out.truncatedPn = truncated;
  out.keyPhase = long ? 0 : (((first >> 2) & 1) as 0 | 1);
  out.spin = long ? 0 : (((first >> 5) & 1) as 0 | 1);
  out.reservedBits = long ? (first >> 2) & 3 : (first >> 3) & 3;
  return pnLen;
}

/**
 * Decrypts a packet whose header `unprotectHeader` has just read into `out`, with the keys of the key phase the
 * caller chose. `largestPn` is the largest packet number processed in this space, -1 for none. Returns the
 * payload length (>= 0) or a negative reason; the buffer is not changed. RFC 9001 5.3.
 */
export function openUnprotected(
  keys: PacketKeys,
  buf: Uint8Array,
  pktOff: number,
  pnOff: number,
  pktEnd: number,
  largestPn: number,
  out: OpenedPacket,
): number {
  const headerLen = pnOff - pktOff + out.pnLen;
  const cipherOff = pnOff + out.pnLen;
  const cipherLen = pktEnd - cipherOff;
  if (cipherLen < AEAD_TAG) {
    out.errorAt = cipherOff;
    return Reason.sampleTruncated;
  }
  const bytes = room(out, pktEnd - pktOff);
  for (let i = 0; i < headerLen; i++) bytes[i] = buf[pktOff + i]!;
  bytes[0] = out.firstByte;
  let rest = out.truncatedPn;
  for (let i = headerLen - 1; i >= headerLen - out.pnLen; i--) {
    bytes[i] = rest;
    rest >>>= 8;
  }
  const pn = decodePacketNumber(largestPn, out.truncatedPn, out.pnLen);
  out.pn = pn;
  const n0 = ivWord(keys.iv, 0);
  const n1 = ivWord(keys.iv, 4) ^ Math.floor(pn / 0x1_0000_0000);
  const n2 = ivWord(keys.iv, 8) ^ (pn | 0);
  const { native } = out.workspace.engines;
  if (native && cipherLen >= native.from) {
    const nonce = nonceOf(out.workspace, n0, n1, n2);
    const textEnd = pktEnd - AEAD_TAG;
    const header = bytes.subarray(0, headerLen);
    const text = buf.subarray(cipherOff, textEnd);
    const plain = native.open(keys.suite.name, keys.key, nonce, header, text, buf.subarray(textEnd, pktEnd));
    if (!plain) return refused(out, textEnd);
    bytes.set(plain, headerLen);
    return opened(out, headerLen, cipherLen);
  }
  const ok = keys.aead.open(
    out.workspace,
    n0,
    n1,
    n2,
    bytes,
    0,
    headerLen,
    buf,
    cipherOff,
    cipherLen,
    bytes,
    headerLen,
  );
  return ok ? opened(out, headerLen, cipherLen) : refused(out, pktEnd - AEAD_TAG);
}

function opened(out: OpenedPacket, headerLen: number, cipherLen: number): number {
  out.payloadOff = headerLen;
  out.payloadEnd = headerLen + cipherLen - AEAD_TAG;
  return out.payloadEnd - out.payloadOff;
}

function refused(out: OpenedPacket, errorAt: number): number {
  out.errorAt = errorAt;
  return Reason.authenticationFailed;
}

/** The nonce as bytes, in room of the workspace. */
function nonceOf({ bytes }: Workspace, n0: number, n1: number, n2: number): Uint8Array {
  for (const [i, word] of [n0, n1, n2].entries()) {
    bytes[4 * i] = word >>> 24;
    bytes[4 * i + 1] = word >>> 16;
    bytes[4 * i + 2] = word >>> 8;
    bytes[4 * i + 3] = word;
  }
  return bytes.subarray(0, 12);
}

/**
 * Removes header protection and decrypts in one go, for packets whose key phase is not in question. Parameters
 * and result as `openUnprotected`.
 */
export function openPacket(
  keys: PacketKeys,
  buf: Uint8Array,
  pktOff: number,
  pnOff: number,
  pktEnd: number,
  largestPn: number,
  out: OpenedPacket,
): number {
  const pnLen = unprotectHeader(keys, buf, pktOff, pnOff, pktEnd, out);
  if (pnLen < 0) return pnLen;
  return openUnprotected(keys, buf, pktOff, pnOff, pktEnd, largestPn, out);
}

/**
 * Protects in place a packet written in clear: buf[pktOff, payloadEnd) is header, packet number of `pnLen`
 * bytes at pnOff, and frames. The tag goes behind payloadEnd. Returns the end of the packet, or
 * `Reason.sampleTruncated` when the frames are too few for a sample (pnLen + payload must reach 4 bytes) and
 * `Reason.outputTooSmall` without room for the tag.
 */
export function sealPacket(
  keys: PacketKeys,
  buf: Uint8Array,
  pktOff: number,
  pnOff: number,
  pnLen: number,
  payloadEnd: number,
  pn: number,
  ws: Workspace,
): number {
  if (payloadEnd - pnOff < 4) return Reason.sampleTruncated;
  if (payloadEnd + AEAD_TAG > buf.length) return Reason.outputTooSmall;
  const payloadOff = pnOff + pnLen;
  const n0 = ivWord(keys.iv, 0);
  const n1 = ivWord(keys.iv, 4) ^ Math.floor(pn / 0x1_0000_0000);
  const n2 = ivWord(keys.iv, 8) ^ (pn | 0);
  keys.aead.seal(ws, n0, n1, n2, buf, pktOff, payloadOff - pktOff, buf, payloadOff, payloadEnd - payloadOff);
  keys.header.mask(ws, buf, pnOff + 4);
  buf[pktOff]! ^= ws.mask[0]! & ((buf[pktOff]! & 0x80) !== 0 ? 0x0f : 0x1f);
  for (let i = 0; i < pnLen; i++) buf[pnOff + i]! ^= ws.mask[1 + i]!;
  return payloadEnd + AEAD_TAG;
}

function room(out: OpenedPacket, size: number): Uint8Array {
  if (out.bytes.length < size) out.bytes = new Uint8Array(Math.max(size, 2 * out.bytes.length));
  return out.bytes;
}

function ivWord(iv: Uint8Array, off: number): number {
  return (iv[off]! << 24) | (iv[off + 1]! << 16) | (iv[off + 2]! << 8) | iv[off + 3]!;
}
