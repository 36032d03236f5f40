/** Wrappings around an IP packet, byte by byte as their documents draw them. */
import { join, onLink } from '../craft.ts';

const u16 = (value: number): number[] => [value >> 8, value & 255];
const etherTypeOf = (ip: Uint8Array): number => (ip[0]! >> 4 === 6 ? 0x86dd : 0x0800);

/** An IP packet of `protocol` around `content`: between 192.0.2.1 and 192.0.2.2, or (`six`) 2001:db8::1 and ::2. */
export function ipAround(protocol: number, content: ArrayLike<number>, six = false): Uint8Array {
  if (six) {
    const address = (n: number): number[] => [0x20, 1, 0x0d, 0xb8, ...new Array(11).fill(0), n];
    const head = [0x60, 0, 0, 0, ...u16(content.length), protocol, 64];
    return join(head, address(1), address(2), content);
  }
  const head = [0x45, 0, ...u16(20 + content.length), 0, 0, 0, 0, 64, protocol, 0, 0];
  return join(head, [192, 0, 2, 1], [192, 0, 2, 2], content);
}

export const udpAround = (port: number, content: ArrayLike<number>, six = false): Uint8Array =>
  ipAround(17, join(u16(50_000), u16(port), u16(8 + content.length), [0, 0], content), six);

export const ethernet = (etherType: number, content: ArrayLike<number>): Uint8Array =>
  join([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2], u16(etherType), content);

export const inEthernet = (ip: Uint8Array): Uint8Array => onLink(1, ip);

/** PPP: its protocol in two bytes, or in one; with address and control bytes. */
export function ppp(ip: Uint8Array, form: 'two' | 'one' | 'framed' = 'two'): Uint8Array {
  const protocol = ip[0]! >> 4 === 6 ? 0x57 : 0x21;
  if (form === 'one') return join([protocol], ip);
  return join(form === 'framed' ? [0xff, 3] : [], [0, protocol], ip);
}

export const pppoe = (ip: Uint8Array): Uint8Array => join([0x11, 0, 0, 7], u16(ip.length + 2), ppp(ip));

/** So many labels, the last of which is marked. */
export const mpls = (labels: number, content: ArrayLike<number>): Uint8Array =>
  join(Array.from({ length: labels }, (_, i) => [0, 1, i === labels - 1 ? 0x41 : 0x40, 64]).flat(), content);

/** Flags are those of the header's first word: 0x8000 checksum, 0x2000 key, 0x1000 sequence number. */
export function gre(protocol: number, content: ArrayLike<number>, flags = 0): Uint8Array {
  const fields = [0x8000, 0x2000, 0x1000].filter((flag) => (flags & flag) !== 0).length;
  return join(u16(flags), u16(protocol), new Array(4 * fields).fill(9), content);
}

export const greAround = (ip: Uint8Array, flags = 0): Uint8Array => gre(etherTypeOf(ip), ip, flags);

export const vxlan = (ip: Uint8Array): Uint8Array => join([8, 0, 0, 0, 0, 0, 5, 0], inEthernet(ip));

/** `options`: words of them. Without `frame` the IP packet follows at once. */
export function geneve(ip: Uint8Array, options = 0, frame = true): Uint8Array {
  const type = frame ? 0x6558 : etherTypeOf(ip);
  const content = frame ? inEthernet(ip) : ip;
  return join([options, 0], u16(type), [0, 0, 5, 0], new Array(4 * options).fill(3), content);
}

/** NFLOG with a prefix and a mark before the packet, in either byte order. */
export function nflog(ip: Uint8Array, little = true): Uint8Array {
  const word = (value: number): number[] => (little ? u16(value).reverse() : u16(value));
  const attribute = (type: number, content: ArrayLike<number>): Uint8Array =>
    join(word(4 + content.length), word(type), content, new Array((4 - (content.length & 3)) & 3).fill(0));
  return join([2, 0, 0, 1], attribute(10, [0x71, 0]), attribute(2, [0, 0, 0, 9]), attribute(9, ip));
}

export function pktap(linkType: number, packet: Uint8Array, little = true): Uint8Array {
  const head = new Uint8Array(108);
  const view = new DataView(head.buffer);
  view.setUint32(0, head.length, little);
  view.setUint32(4, 1, little);
  view.setUint32(8, linkType, little);
  return join(head, packet);
}

/** The IPv4 packet in pieces of at most `size` bytes of content, a multiple of 8. */
export function pieces4(ip: Uint8Array, size: number, id = 1): Uint8Array[] {
  const content = ip.subarray(20);
  return split(content, size).map(({ at, part, more }) => {
    const out = join(ip.subarray(0, 20), part);
    const view = new DataView(out.buffer);
    view.setUint16(2, out.length);
    view.setUint16(4, id);
    view.setUint16(6, (more ? 0x2000 : 0) | (at / 8));
    return out;
  });
}

/** The same for an IPv6 packet without extension headers. */
export function pieces6(ip: Uint8Array, size: number, id = 1): Uint8Array[] {
  const content = ip.subarray(40);
  return split(content, size).map(({ at, part, more }) => {
    const fragment = [ip[6]!, 0, ...u16(at | (more ? 1 : 0)), 0, 0, ...u16(id)];
    const out = join(ip.subarray(0, 40), fragment, part);
    new DataView(out.buffer).setUint16(4, out.length - 40);
    out[6] = 44;
    return out;
  });
}

function split(content: Uint8Array, size: number): { at: number; part: Uint8Array; more: boolean }[] {
  const list = [];
  for (let at = 0; at < content.length; at += size)
    list.push({ at, part: content.subarray(at, at + size), more: at + size < content.length });
  return list;
}
