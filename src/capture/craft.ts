/**
 * Writes capture files: the other direction of the readers. For tests and measurements, and for whatever packets of our
 * own someone wants to look at with another tool. Checksums are left 0.
 */

/** One UDP datagram to put into a packet. Addresses are 4 bytes, or 16. */
export interface CraftedUdp {
  readonly src: Uint8Array;
  readonly sport: number;
  readonly dst: Uint8Array;
  readonly dport: number;
  readonly payload: Uint8Array;
  /** IPv4 options (a multiple of 4 bytes), or whole IPv6 extension headers whose last "next header" is UDP. */
  readonly options?: Uint8Array;
  /** IPv6: type of the first extension header in `options`. */
  readonly firstExtension?: number;
  /** IPv4: flags and fragment offset field. */
  readonly fragment?: number;
}

/** A packet for a file: link-layer bytes, and when. */
export interface CraftedPacket {
  readonly data: Uint8Array;
  readonly sec?: number;
  readonly ns?: number;
  /** Bytes on the wire if the packet was cut. */
  readonly origLen?: number;
}

/** An IP packet that holds the datagram. */
export function ipPacket(udp: CraftedUdp): Uint8Array {
  return udp.src.length === 4 ? ipv4Packet(udp) : ipv6Packet(udp);
}

function ipv4Packet(udp: CraftedUdp): Uint8Array {
  const options = udp.options ?? new Uint8Array(0);
  const headerLen = 20 + options.length;
  const out = new Uint8Array(headerLen + 8 + udp.payload.length);
  const view = new DataView(out.buffer);
  out[0] = 0x40 | (headerLen / 4);
  view.setUint16(2, out.length);
  view.setUint16(6, udp.fragment ?? 0);
  out[8] = 64;
  out[9] = 17;
  out.set(udp.src, 12);
  out.set(udp.dst, 16);
  out.set(options, 20);
  putUdp(out, headerLen, udp);
  return out;
}

function ipv6Packet(udp: CraftedUdp): Uint8Array {
  const extensions = udp.options ?? new Uint8Array(0);
  const out = new Uint8Array(40 + extensions.length + 8 + udp.payload.length);
  const view = new DataView(out.buffer);
  out[0] = 0x60;
  view.setUint16(4, out.length - 40);
  out[6] = udp.firstExtension ?? 17;
  out[7] = 64;
  out.set(udp.src, 8);
  out.set(udp.dst, 24);
  out.set(extensions, 40);
  putUdp(out, 40 + extensions.length, udp);
  return out;
}

function putUdp(out: Uint8Array, at: number, udp: CraftedUdp): void {
  const view = new DataView(out.buffer);
  view.setUint16(at, udp.sport);
  view.setUint16(at + 2, udp.dport);
  view.setUint16(at + 4, 8 + udp.payload.length);
  out.set(udp.payload, at + 8);
}

/** The IP packet behind the header of a link type: 0, 1, 12, 101, 108, 113, 228, 229 or 276; Ethernet with VLAN tags if given. */
export function onLink(linkType: number, ip: Uint8Array, vlanTypes: readonly number[] = []): Uint8Array {
  const six = ip[0]! >> 4 === 6;
  const etherType = six ? 0x86dd : 0x0800;
  const tags = [...vlanTypes.flatMap((type) => [type, 1]), etherType].flatMap((word) => [
    word >> 8,
    word & 255,
  ]);
  switch (linkType) {
    case 0:
      return join([six ? 30 : 2, 0, 0, 0], ip);
    case 108:
      return join([0, 0, 0, six ? 30 : 2], ip);
    case 1:
      return join(new Array(12).fill(2), tags, ip);
    case 113:
      return join([0, 0, 3, 4, 0, 6, ...new Array(8).fill(2)], tags, ip);
    case 276:
      return join([...tags.slice(0, 2), ...new Array(18).fill(2)], tags.slice(2), ip);
    default:
      return ip;
  }
}

/** A classic pcap file. Defaults: little-endian, microseconds, Ethernet. */
export function pcapFile(
  packets: readonly CraftedPacket[],
  options: { little?: boolean; nano?: boolean; linkType?: number } = {},
): Uint8Array {
  const little = options.little ?? true;
  const size = packets.reduce((sum, packet) => sum + 16 + packet.data.length, 24);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, options.nano ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 262144, little);
  view.setUint32(20, options.linkType ?? 1, little);
  let at = 24;
  for (const { data, sec = 0, ns = 0, origLen = data.length } of packets) {
    view.setUint32(at, sec, little);
    view.setUint32(at + 4, options.nano ? ns : Math.floor(ns / 1000), little);
    view.setUint32(at + 8, data.length, little);
    view.setUint32(at + 12, origLen, little);
    out.set(data, at + 16);
    at += 16 + data.length;
  }
  return out;
}

/** Writes pcapng blocks in one byte order. */
export class PcapngBlocks {
  private readonly blocks: Uint8Array[] = [];

  constructor(private readonly little: boolean) {
    const body = new Uint8Array(16);
    const view = new DataView(body.buffer);
    view.setUint32(0, 0x1a2b3c4d, little);
    view.setUint16(4, 1, little);
    view.setInt32(8, -1, little);
    view.setInt32(12, -1, little);
    this.block(0x0a0d0d0a, body);
  }

  /** An interface; `resolution` is the if_tsresol byte, left out if undefined. */
  interface(linkType: number, options: { resolution?: number; offsetSeconds?: number } = {}): this {
    const body = new Uint8Array(8 + 8 + 12 + 4);
    const view = new DataView(body.buffer);
    view.setUint16(0, linkType, this.little);
    let at = 8;
    if (options.resolution !== undefined) {
      view.setUint16(at, 9, this.little);
      view.setUint16(at + 2, 1, this.little);
      body[at + 4] = options.resolution;
      at += 8;
    }
    if (options.offsetSeconds !== undefined) {
      view.setUint16(at, 14, this.little);
      view.setUint16(at + 2, 8, this.little);
      view.setBigInt64(at + 4, BigInt(options.offsetSeconds), this.little);
      at += 12;
    }
    return this.block(1, body.subarray(0, at + 4));
  }

  /** A packet with its time in units of the interface. */
  packet(iface: number, units: bigint, data: Uint8Array, origLen = data.length): this {
    const body = new Uint8Array(20 + data.length);
    const view = new DataView(body.buffer);
    view.setUint32(0, iface, this.little);
    view.setUint32(4, Number(units >> 32n), this.little);
    view.setUint32(8, Number(units & 0xffffffffn), this.little);
    view.setUint32(12, data.length, this.little);
    view.setUint32(16, origLen, this.little);
    body.set(data, 20);
    return this.block(6, body);
  }

  /** A packet without a time. */
  simplePacket(data: Uint8Array): this {
    const body = new Uint8Array(4 + data.length);
    new DataView(body.buffer).setUint32(0, data.length, this.little);
    body.set(data, 4);
    return this.block(3, body);
  }

  /** A TLS key log inside the capture. */
  keyLog(text: string): this {
    const body = new Uint8Array(8 + text.length);
    const view = new DataView(body.buffer);
    view.setUint32(0, 0x544c534b, this.little);
    view.setUint32(4, text.length, this.little);
    for (let i = 0; i < text.length; i++) body[8 + i] = text.charCodeAt(i);
    return this.block(0x0a, body);
  }

  /** Any block; the body is padded to words. */
  block(type: number, body: Uint8Array): this {
    const padded = (body.length + 3) & ~3;
    const out = new Uint8Array(12 + padded);
    const view = new DataView(out.buffer);
    view.setUint32(0, type, this.little);
    view.setUint32(4, out.length, this.little);
    out.set(body, 8);
    view.setUint32(8 + padded, out.length, this.little);
    this.blocks.push(out);
    return this;
  }

  /** The section's bytes; sections one after another are a file. */
  bytes(): Uint8Array {
    return join(...this.blocks);
  }
}

/** All parts one after another. */
export function join(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
