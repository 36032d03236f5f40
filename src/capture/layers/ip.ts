/** IPv4 (RFC 791) and IPv6 (RFC 8200) down to a UDP header (RFC 768). */
import { type Here, type Layer, type Outcome, other, u16 } from './here.ts';
import { behindUdp } from './tunnels.ts';

const UDP = 17;
const UDP_HEADER = 8;
const FRAGMENT_HEADER = 44;
const AUTHENTICATION_HEADER = 51;

/** What an IP packet can carry that is read; the numbers of IANA's registry. */
const CARRIES: ReadonlyMap<number, Layer> = new Map([
  [4, 'ip-in-ip'],
  [UDP, 'udp-header'],
  [41, 'ip-in-ip'],
  [47, 'gre'],
  [97, 'ether-ip'],
  [137, 'mpls'],
]);

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  50: 'ESP',
  58: 'ICMPv6',
  59: 'without content',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TPv3',
  132: 'SCTP',
  136: 'UDP-Lite',
};

export function ipv4(here: Here): Layer | Outcome {
  const { buf, off, end, piece } = here;
  if (off + 20 > end) return 'cut';
  if (buf[off]! >> 4 !== 4) return 'malformed';
  const headerLen = (buf[off]! & 15) * 4;
  if (headerLen < 20) return 'malformed';
  const totalLen = u16(buf, off + 2);
  // A total length of 0 is what a sending host with segmentation offload records.
  if (totalLen !== 0) here.wireEnd = off + totalLen;
  if (off + headerLen > here.wireEnd) return 'malformed';
  here.end = Math.min(end, here.wireEnd);
  setAddresses(here, off + 12, 4);
  const field = u16(buf, off + 6);
  if ((field & 0x3fff) !== 0) {
    piece.id = u16(buf, off + 4);
    return pieceOf(here, buf[off + 9]!, off + headerLen, (field & 0x1fff) * 8, (field & 0x2000) !== 0);
  }
  here.off = off + headerLen;
  return carried(here, buf[off + 9]!);
}

/** Extension headers are walked (RFC 8200 section 4). */
export function ipv6(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 40 > end) return 'cut';
  if (buf[off]! >> 4 !== 6) return 'malformed';
  const payloadLen = u16(buf, off + 4);
  // 0 stands for a jumbogram (RFC 2675), or for a send with segmentation offload.
  if (payloadLen !== 0) here.wireEnd = off + 40 + payloadLen;
  here.end = Math.min(end, here.wireEnd);
  setAddresses(here, off + 8, 16);
  here.off = off + 40;
  return carried(here, buf[off + 6]!);
}

/** `here` stands behind the IP header; headers that only come between are stepped over. */
function carried(here: Here, protocol: number): Layer | Outcome {
  const { buf, end, piece } = here;
  for (let next = protocol; ; ) {
    const at = here.off;
    switch (next) {
      case FRAGMENT_HEADER: {
        if (at + 8 > end) return 'cut';
        const field = u16(buf, at + 2);
        next = buf[at]!;
        here.off = at + 8;
        // An "atomic" fragment (RFC 6946) is whole: offset 0 and nothing to follow.
        if ((field & 0xfff9) === 0) break;
        piece.id = ((u16(buf, at + 4) << 16) | u16(buf, at + 6)) >>> 0;
        return pieceOf(here, next, at + 8, field & 0xfff8, (field & 1) !== 0);
      }
      case 0:
      case 43:
      case 60:
      case 135:
      case 139:
      case 140:
      case AUTHENTICATION_HEADER: {
        if (at + 8 > end) return 'cut';
        // The authentication header alone counts in words of four bytes (RFC 4302 section 2.2).
        const words = buf[at + 1]!;
        here.off = at + (next === AUTHENTICATION_HEADER ? (words + 2) * 4 : (words + 1) * 8);
        next = buf[at]!;
        break;
      }
      default:
        return CARRIES.get(next) ?? other(here, 'not-udp', PROTOCOLS[next] ?? `of IP protocol ${next}`);
    }
  }
}

function setAddresses({ udp, piece }: Here, off: number, length: number): void {
  udp.addressOff = piece.addressOff = off;
  udp.addressLen = piece.addressLen = length;
}

/** Only what may lead to UDP is worth putting together. */
function pieceOf(here: Here, protocol: number, off: number, at: number, more: boolean): Outcome {
  const { piece } = here;
  const known = CARRIES.has(protocol) || !(protocol in PROTOCOLS);
  if (!known) return other(here, 'not-udp', PROTOCOLS[protocol]!);
  piece.protocol = protocol;
  piece.at = at;
  piece.more = more;
  piece.off = off;
  piece.end = here.end;
  piece.wireEnd = here.wireEnd;
  return 'piece';
}

export function udpHeader(here: Here): Layer | Outcome {
  const { buf, off: at, end, wireEnd, udp } = here;
  if (at + UDP_HEADER > wireEnd) return 'malformed';
  if (at + UDP_HEADER > end) return 'cut';
  const available = wireEnd - at;
  const declared = u16(buf, at + 4);
  // 0 stands for a jumbogram (RFC 2675) or an offloaded send; then the IP length is all there is.
  const usable = declared >= UDP_HEADER && declared <= available;
  const length = usable ? declared : available;
  udp.lengthMismatch = !usable && declared !== 0;
  udp.sport = u16(buf, at);
  udp.dport = u16(buf, at + 2);
  udp.payloadOff = at + UDP_HEADER;
  udp.payloadLen = length - UDP_HEADER;
  udp.capturedLen = Math.max(0, Math.min(udp.payloadLen, end - udp.payloadOff));
  return behindUdp(here);
}
