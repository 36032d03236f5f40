/** Link layers, by the numbers of the tcpdump.org registry (LINKTYPE_), down to what Ethernet and PPP carry. */
import { foreign, type Here, hex4, type Layer, looksIp, type Outcome, other, u16 } from './here.ts';

/** What a packet of a link type begins with. */
const LINKS: ReadonlyMap<number, Layer> = new Map([
  [0, 'null'],
  [1, 'ethernet'],
  [9, 'ppp'],
  [12, 'raw'],
  [14, 'raw'],
  [50, 'ppp'],
  [51, 'pppoe'],
  [101, 'raw'],
  [104, 'cisco-hdlc'],
  [108, 'null'],
  [109, 'enc'],
  [113, 'cooked-1'],
  [117, 'pflog'],
  [149, 'pktap'],
  [166, 'ppp-direction'],
  [204, 'ppp-direction'],
  [228, 'raw'],
  [229, 'raw'],
  [239, 'nflog'],
  [258, 'pktap'],
  [276, 'cooked-2'],
]);

/** Names of link types that are read, and of common ones that are not, for the sentence about them. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'null/loopback',
  1: 'Ethernet',
  6: 'Token Ring',
  7: 'ARCNET',
  8: 'SLIP',
  9: 'PPP',
  10: 'FDDI',
  12: 'raw IP',
  14: 'raw IP',
  50: 'PPP with HDLC framing',
  51: 'PPPoE',
  100: 'ATM',
  101: 'raw IP',
  104: 'Cisco HDLC',
  105: 'IEEE 802.11',
  107: 'Frame Relay',
  108: 'OpenBSD loopback',
  109: 'OpenBSD IPsec',
  113: 'Linux cooked v1',
  117: 'OpenBSD pflog',
  119: 'IEEE 802.11 with Prism',
  127: 'IEEE 802.11 with radiotap',
  129: 'ARCNET',
  143: 'DOCSIS',
  149: 'PKTAP',
  163: 'IEEE 802.11 with AVS',
  166: 'PPP with direction',
  187: 'Bluetooth',
  189: 'USB',
  192: 'PPI',
  195: 'IEEE 802.15.4',
  197: 'ERF',
  201: 'Bluetooth',
  204: 'PPP with direction',
  220: 'USB',
  226: 'Solaris IPNET',
  228: 'raw IPv4',
  229: 'raw IPv6',
  239: 'NFLOG',
  242: 'IP over InfiniBand',
  249: 'USBPcap',
  252: 'Wireshark upper PDU',
  253: 'Netlink',
  258: 'PKTAP',
  276: 'Linux cooked v2',
};

/** "276 (Linux cooked v2)", or the bare number when the type has no name here. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType];
  return name ? `${linkType} (${name})` : `${linkType}`;
}

/** The layer that packets of this link type begin with; undefined if it is not read. */
export function linkLayer(linkType: number): Layer | undefined {
  return LINKS.get(linkType);
}

/** The layer behind an EtherType, or what it is instead. */
export function behindEtherType(here: Here, type: number): Layer | Outcome {
  switch (type) {
    case 0x0800:
      return 'ipv4';
    case 0x86dd:
      return 'ipv6';
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
      return 'vlan';
    case 0x8847:
    case 0x8848:
      return 'mpls';
    case 0x8864:
      return 'pppoe';
    case 0x880b:
      return 'ppp';
    case 0x6558:
      return 'ethernet';
    default:
      return other(here, 'not-ip', ETHER_TYPES[type] ?? `of EtherType ${hex4(type)}`);
  }
}

const ETHER_TYPES: Readonly<Record<number, string>> = {
  2054: 'ARP',
  34915: 'PPPoE discovery',
  35020: 'LLDP',
  35045: 'MACsec',
  35047: 'provider backbone bridging',
  34958: 'IEEE 802.1X',
  35151: 'NSH',
};

export function ethernet(here: Here): Layer | Outcome {
  here.off += 12;
  return 'ether-type';
}

/** `here` stands at the EtherType, or at the length of an IEEE 802.3 frame. */
export function etherType(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 2 > end) return 'cut';
  const type = u16(buf, off);
  here.off = off + 2;
  if (type >= 0x600) return behindEtherType(here, type);
  // The SNAP header of RFC 1042 holds an EtherType again.
  const snap = off + 10 <= end && buf[off + 2] === 0xaa && buf[off + 3] === 0xaa && buf[off + 4] === 3;
  if (!snap) return other(here, 'not-ip', 'IEEE 802.2');
  here.off = off + 10;
  return behindEtherType(here, u16(buf, off + 8));
}

/** A tag (IEEE 802.1Q, 802.1ad); `here` stands behind its EtherType, at the tag's own word. */
export function vlan(here: Here): Layer {
  here.off += 2;
  return 'ether-type';
}

/** LINUX_SLL: 14 bytes, then an EtherType. */
export function cooked1(here: Here): Layer {
  here.off += 14;
  return 'ether-type';
}

/** LINUX_SLL2: the EtherType comes first, 20 bytes in all. */
export function cooked2(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 20 > end) return 'cut';
  here.off = off + 20;
  return behindEtherType(here, u16(buf, off));
}

/** Address family in the byte order of the capturing host; the number of IPv6 differs between systems. */
function ofFamily(here: Here, family: number): Layer | Outcome {
  switch (family) {
    case 2:
      return 'ipv4';
    case 10:
    case 24:
    case 28:
    case 30:
      return 'ipv6';
    default:
      return other(here, 'not-ip', `of address family ${family}`);
  }
}

export function loopback(here: Here): Layer | Outcome {
  const family = familyAt(here);
  if (family < 0) return 'cut';
  here.off += 4;
  return ofFamily(here, family);
}

/** OpenBSD's enc interface: family, SPI and flags. */
export function enc(here: Here): Layer | Outcome {
  if (here.off + 12 > here.end) return 'cut';
  const family = familyAt(here);
  here.off += 12;
  return ofFamily(here, family);
}

function familyAt({ buf, off, end }: Here): number {
  if (off + 4 > end) return -1;
  const little = buf[off]! | (buf[off + 1]! << 8);
  return little !== 0 ? little : u16(buf, off + 2);
}

/** OpenBSD's packet filter log: a header that says its length, padded to words. */
export function pflog(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off >= end) return 'cut';
  here.off = off + ((buf[off]! + 3) & ~3);
  return 'raw';
}

/** IP without a link layer: its version tells which. */
export function raw(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off >= end) return 'cut';
  const version = buf[off]! >> 4;
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : other(here, 'not-ip', 'no IP packet');
}

/** PPP (RFC 1661): address and control bytes (RFC 1662) may be there, and the protocol may have one byte. */
export function ppp(here: Here): Layer | Outcome {
  const { buf, end } = here;
  if (here.off + 2 > end) return 'cut';
  const head = u16(buf, here.off);
  if (head === 0x0f00 || head === 0x8f00) return 'cisco-hdlc';
  if (head === 0xff03) here.off += 2;
  if (here.off >= end) return 'cut';
  const short = (buf[here.off]! & 1) === 1;
  if (!short && here.off + 2 > end) return 'cut';
  const protocol = short ? buf[here.off]! : u16(buf, here.off);
  here.off += short ? 1 : 2;
  switch (protocol) {
    case 0x0021:
      return 'ipv4';
    case 0x0057:
      return 'ipv6';
    case 0x0281:
    case 0x0283:
      return 'mpls';
    case 0x003d:
      return foreign(here, 'PPP Multilink');
    case 0x00fd:
      return foreign(here, 'compressed PPP');
    default:
      return other(here, 'not-ip', `of PPP protocol ${hex4(protocol)}`);
  }
}

/** A byte that tells the direction stands before PPP, or in the place of its address byte. */
export function pppDirection(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 2 > end) return 'cut';
  here.off = buf[off + 1] === 3 ? off + 2 : off + 1;
  return 'ppp';
}

/** Address and control byte, then an EtherType. */
export function ciscoHdlc(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 4 > end) return 'cut';
  here.off = off + 4;
  return behindEtherType(here, u16(buf, off + 2));
}

/** PPPoE session (RFC 2516 section 4). */
export function pppoe(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 6 > end) return 'cut';
  if (buf[off] !== 0x11) return 'malformed';
  if (buf[off + 1] !== 0) return other(here, 'not-ip', 'PPPoE discovery');
  const length = u16(buf, off + 4);
  here.off = off + 6;
  // 0 is what a sender with segmentation offload records.
  if (length > 0) here.wireEnd = Math.min(here.wireEnd, off + 6 + length);
  here.end = Math.min(end, here.wireEnd);
  return 'ppp';
}

const NFLOG_HEADER = 4;
const NFLOG_PAYLOAD = 9;

/** NFLOG: attributes in the byte order of the capturing host, one of which is the packet from its IP header on. */
export function nflog(here: Here): Layer | Outcome {
  const { buf, off, end, wireEnd } = here;
  if (off + NFLOG_HEADER > end) return 'cut';
  for (const little of [true, false]) {
    const word = (at: number): number => (little ? buf[at]! | (buf[at + 1]! << 8) : u16(buf, at));
    for (let at = off + NFLOG_HEADER; at + 4 <= end; ) {
      const length = word(at);
      if (length < 4 || at + length > wireEnd) break;
      if (word(at + 2) === NFLOG_PAYLOAD) {
        here.off = at + 4;
        here.wireEnd = at + length;
        here.end = Math.min(end, here.wireEnd);
        return 'raw';
      }
      at += (length + 3) & ~3;
    }
  }
  return other(here, 'not-ip', 'NFLOG without a packet');
}

/** What a PKTAP header has at least, and at most that is believed, bytes. */
const PKTAP_LEAST = 12;
const PKTAP_MOST = 1024;

/** PKTAP (macOS): a header that says its length and the link type of what follows, little-endian but for old hosts. */
export function pktap(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + PKTAP_LEAST > end) return 'cut';
  const view = new DataView(buf.buffer, buf.byteOffset + off, PKTAP_LEAST);
  const fits = (length: number): boolean => length >= PKTAP_LEAST && length <= PKTAP_MOST;
  const little = fits(view.getUint32(0, true));
  const length = view.getUint32(0, little);
  if (!fits(length)) return other(here, 'not-ip', 'PKTAP whose header cannot be right');
  const linkType = view.getUint32(8, little);
  const layer = LINKS.get(linkType);
  if (!layer) return foreign(here, `PKTAP with link type ${linkTypeName(linkType)}`);
  here.off = off + length;
  return layer;
}

/** Whether an Ethernet frame can begin at `off`: what its EtherType names is there. */
export function looksEthernet(here: Here, off: number): boolean {
  const { buf, end } = here;
  if (off + 14 > end) return false;
  const type = u16(buf, off + 12);
  if (type === 0x0800 || type === 0x86dd)
    return looksIp(here, off + 14) && buf[off + 14]! >> 4 === (type === 0x0800 ? 4 : 6);
  if (type in ETHER_TYPES) return true;
  return ['vlan', 'mpls', 'pppoe'].includes(behindEtherType({ ...here }, type));
}
