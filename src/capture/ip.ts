/** IPv4 (RFC 791) and IPv6 (RFC 8200) down to a UDP header (RFC 768). */

const UDP = 17;
const UDP_HEADER = 8;

/** What a network packet turned out to be. */
export type UdpOutcome = 'udp' | 'not-udp' | 'fragment' | 'cut' | 'malformed';

/** A UDP datagram found in a packet. Reused; only meaningful after the outcome `udp`. */
export interface UdpStart {
  /** Offset of the source address in the file, and its length: 4 or 16 bytes. The destination follows it. */
  addressOff: number;
  addressLen: number;
  sport: number;
  dport: number;
  /** Offset of the payload, the bytes of it that are in the file, and the bytes it had on the wire. */
  payloadOff: number;
  capturedLen: number;
  payloadLen: number;
  /** The UDP length and the IP length contradict each other. */
  lengthMismatch: boolean;
}

export function emptyUdpStart(): UdpStart {
  return {
    addressOff: 0,
    addressLen: 4,
    sport: 0,
    dport: 0,
    payloadOff: 0,
    capturedLen: 0,
    payloadLen: 0,
    lengthMismatch: false,
  };
}

/**
 * Reads the IPv4 packet at [off, end); `wireEnd` is where it would end had nothing been cut off. Fragments are told, not
 * put together.
 */
export function readIpv4(
  bytes: Uint8Array,
  off: number,
  end: number,
  wireEnd: number,
  out: UdpStart,
): UdpOutcome {
  if (off + 20 > end) return 'cut';
  if (bytes[off]! >> 4 !== 4) return 'malformed';
  const headerLen = (bytes[off]! & 15) * 4;
  if (headerLen < 20) return 'malformed';
  if (bytes[off + 9] !== UDP) return 'not-udp';
  const fragment = u16(bytes, off + 6) & 0x3fff;
  if (fragment !== 0) return 'fragment';
  const totalLen = u16(bytes, off + 2);
  // A total length of 0 is what a sending host with segmentation offload records.
  const ipEnd = totalLen === 0 ? wireEnd : off + totalLen;
  out.addressOff = off + 12;
  out.addressLen = 4;
  return readUdp(bytes, off + headerLen, end, ipEnd, out);
}

/** As `readIpv4`, for IPv6; extension headers are walked (RFC 8200 section 4). */
export function readIpv6(
  bytes: Uint8Array,
  off: number,
  end: number,
  wireEnd: number,
  out: UdpStart,
): UdpOutcome {
  if (off + 40 > end) return 'cut';
  if (bytes[off]! >> 4 !== 6) return 'malformed';
  const payloadLen = u16(bytes, off + 4);
  const ipEnd = payloadLen === 0 ? wireEnd : off + 40 + payloadLen;
  let next = bytes[off + 6]!;
  let at = off + 40;
  for (;;) {
    switch (next) {
      case UDP:
        out.addressOff = off + 8;
        out.addressLen = 16;
        return readUdp(bytes, at, end, ipEnd, out);
      case 44: {
        if (at + 8 > end) return 'cut';
        // An "atomic" fragment (RFC 6946) is whole: offset 0 and nothing to follow.
        if ((u16(bytes, at + 2) & 0xfff9) !== 0) return 'fragment';
        next = bytes[at]!;
        at += 8;
        break;
      }
      case 0:
      case 43:
      case 60:
      case 135:
      case 139:
      case 140:
      case 51: {
        if (at + 8 > end) return 'cut';
        // The authentication header alone counts in words of four bytes (RFC 4302 section 2.2).
        const length = next === 51 ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
        next = bytes[at]!;
        at += length;
        break;
      }
      default:
        return 'not-udp';
    }
  }
}

function readUdp(bytes: Uint8Array, at: number, end: number, ipEnd: number, out: UdpStart): UdpOutcome {
  if (at + UDP_HEADER > ipEnd) return 'malformed';
  if (at + UDP_HEADER > end) return 'cut';
  const available = ipEnd - at;
  const declared = u16(bytes, at + 4);
  // 0 stands for a jumbogram (RFC 2675) or an offloaded send; then the IP length is all there is.
  const usable = declared >= UDP_HEADER && declared <= available;
  const length = usable ? declared : available;
  out.lengthMismatch = !usable && declared !== 0;
  out.sport = u16(bytes, at);
  out.dport = u16(bytes, at + 2);
  out.payloadOff = at + UDP_HEADER;
  out.payloadLen = length - UDP_HEADER;
  out.capturedLen = Math.max(0, Math.min(out.payloadLen, end - out.payloadOff));
  return 'udp';
}

function u16(bytes: Uint8Array, off: number): number {
  return (bytes[off]! << 8) | bytes[off + 1]!;
}
