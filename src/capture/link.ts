/** Link-layer headers, by the numbers of the tcpdump.org registry (LINKTYPE_). */

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;

/** Where the network layer begins, and what it is. Reused from packet to packet. */
export interface NetworkStart {
  off: number;
  protocol: 'ipv4' | 'ipv6' | 'other';
}

/** Names of link types that are read, and of common ones that are not, for the sentence about them. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'null/loopback',
  1: 'Ethernet',
  12: 'raw IP',
  14: 'raw IP',
  101: 'raw IP',
  105: 'IEEE 802.11',
  108: 'OpenBSD loopback',
  113: 'Linux cooked v1',
  127: 'IEEE 802.11 with radiotap',
  189: 'USB',
  201: 'Bluetooth',
  220: 'USB',
  228: 'raw IPv4',
  229: 'raw IPv6',
  276: 'Linux cooked v2',
};

/** "276 (Linux cooked v2)", or the bare number when the type has no name here. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType];
  return name ? `${linkType} (${name})` : `${linkType}`;
}

/** True if packets of this link type can be read. */
export function linkTypeKnown(linkType: number): boolean {
  switch (linkType) {
    case 0:
    case 1:
    case 12:
    case 14:
    case 101:
    case 108:
    case 113:
    case 228:
    case 229:
    case 276:
      return true;
    default:
      return false;
  }
}

/**
 * Finds the network layer of the packet at [off, end). The link type must be a known one. False when the packet is too
 * short for its link header.
 */
export function networkStart(
  bytes: Uint8Array,
  off: number,
  end: number,
  linkType: number,
  out: NetworkStart,
): boolean {
  switch (linkType) {
    case 1:
      return byEtherType(bytes, off + 12, end, out);
    case 113:
      return byEtherType(bytes, off + 14, end, out);
    case 276:
      return linuxCookedV2(bytes, off, end, out);
    case 0:
    case 108:
      return loopback(bytes, off, end, out);
    default:
      return raw(bytes, off, end, out);
  }
}

function linuxCookedV2(bytes: Uint8Array, off: number, end: number, out: NetworkStart): boolean {
  if (off + 20 > end) return false;
  const etherType = (bytes[off]! << 8) | bytes[off + 1]!;
  if (isVlan(etherType)) return byEtherType(bytes, off + 22, end, out);
  out.off = off + 20;
  setProtocol(etherType, out);
  return true;
}

/** `off` is where the EtherType stands; VLAN tags, one or stacked (IEEE 802.1Q, 802.1ad), are stepped over. */
function byEtherType(bytes: Uint8Array, off: number, end: number, out: NetworkStart): boolean {
  let at = off;
  for (;;) {
    if (at + 2 > end) return false;
    const etherType = (bytes[at]! << 8) | bytes[at + 1]!;
    if (isVlan(etherType)) {
      at += 4;
      continue;
    }
    out.off = at + 2;
    if (etherType < 0x600 && isSnap(bytes, at + 2, end)) {
      out.off = at + 10;
      setProtocol((bytes[at + 8]! << 8) | bytes[at + 9]!, out);
    } else setProtocol(etherType, out);
    return true;
  }
}

function isVlan(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200;
}

/** An IEEE 802.3 length field followed by the SNAP header of RFC 1042. */
function isSnap(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 8 <= end && bytes[at] === 0xaa && bytes[at + 1] === 0xaa && bytes[at + 2] === 3;
}

function setProtocol(etherType: number, out: NetworkStart): void {
  out.protocol = etherType === ETHERTYPE_IPV4 ? 'ipv4' : etherType === ETHERTYPE_IPV6 ? 'ipv6' : 'other';
}

/** Address family in the byte order of the capturing host; the IPv6 number differs between systems. */
function loopback(bytes: Uint8Array, off: number, end: number, out: NetworkStart): boolean {
  if (off + 4 > end) return false;
  const little = bytes[off]! | (bytes[off + 1]! << 8);
  const big = (bytes[off + 2]! << 8) | bytes[off + 3]!;
  const family = little !== 0 ? little : big;
  out.off = off + 4;
  out.protocol =
    family === 2
      ? 'ipv4'
      : family === 10 || family === 24 || family === 28 || family === 30
        ? 'ipv6'
        : 'other';
  return true;
}

function raw(bytes: Uint8Array, off: number, end: number, out: NetworkStart): boolean {
  if (off >= end) return false;
  const version = bytes[off]! >> 4;
  out.off = off;
  out.protocol = version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : 'other';
  return true;
}
