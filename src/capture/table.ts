import type { AddressBook } from './address.ts';
import type { Side } from './layers/side.ts';

/** What is special about a datagram; bits of `DatagramTable.flags`. */
export const DatagramFlag = {
  /** The capture kept fewer bytes of it than there were on the wire (snap length). */
  snapCut: 1,
  /** Larger than an Ethernet frame carries: probably several datagrams recorded as one (segmentation offload). */
  superFrame: 2,
  /** UDP length and IP length contradict each other; the IP length was used. */
  lengthMismatch: 4,
  /** The file gives it no time; it has that of a neighbour. */
  noTime: 8,
} as const;

/** The values of one new row. */
export interface DatagramRow {
  frame: number;
  tNs: number;
  src: number;
  sport: number;
  dst: number;
  dport: number;
  /** In the file; at its length and above: in the room beside it. */
  off: number;
  capturedLen: number;
  payloadLen: number;
  flags: number;
}

/**
 * UDP datagrams as columns: about 40 bytes a datagram beside the file itself, whose bytes are referred to and not
 * copied; those that came in pieces lie beside it. Rows are numbered from 0 in file order.
 */
export class DatagramTable {
  length = 0;
  private frames = new Uint32Array(256);
  private times = new Float64Array(256);
  private srcs = new Uint32Array(256);
  private dsts = new Uint32Array(256);
  private ports = new Uint32Array(256);
  private offs = new Uint32Array(256);
  private captured = new Uint32Array(256);
  private payload = new Uint32Array(256);
  private flagBits = new Uint8Array(256);

  constructor(
    /** The whole capture file. */
    readonly file: Uint8Array,
    readonly addresses: AddressBook,
    /** Where datagrams lie that came in pieces. */
    private readonly side: Side,
  ) {}

  append(row: Readonly<DatagramRow>): void {
    const i = this.length;
    if (i === this.frames.length) this.grow(Math.max(256, Math.ceil(i * 1.5)));
    this.frames[i] = row.frame;
    this.times[i] = row.tNs;
    this.srcs[i] = row.src;
    this.dsts[i] = row.dst;
    this.ports[i] = ((row.sport << 16) | row.dport) >>> 0;
    this.offs[i] = row.off;
    this.captured[i] = row.capturedLen;
    this.payload[i] = row.payloadLen;
    this.flagBits[i] = row.flags;
    this.length = i + 1;
  }

  /** Packet number in the capture, from 1, as other tools count. */
  frame(i: number): number {
    return this.frames[this.check(i)]!;
  }
  /** Nanoseconds since the first packet of the capture; exact up to 104 days, negative if the file is out of order. */
  tNs(i: number): number {
    return this.times[this.check(i)]!;
  }
  /** Number of the source address in `addresses`. */
  srcId(i: number): number {
    return this.srcs[this.check(i)]!;
  }
  dstId(i: number): number {
    return this.dsts[this.check(i)]!;
  }
  src(i: number): string {
    return this.addresses.text(this.srcId(i));
  }
  dst(i: number): string {
    return this.addresses.text(this.dstId(i));
  }
  sport(i: number): number {
    return this.ports[this.check(i)]! >>> 16;
  }
  dport(i: number): number {
    return this.ports[this.check(i)]! & 0xffff;
  }
  /** What holds the payload, and its offset there, bytes. */
  buffer(i: number): Uint8Array {
    return this.joined(i) ? this.side.bytes : this.file;
  }
  offset(i: number): number {
    const off = this.offs[this.check(i)]!;
    return off < this.side.base ? off : off - this.side.base;
  }
  /** True if it came in pieces, which were put together. */
  joined(i: number): boolean {
    return this.offs[this.check(i)]! >= this.side.base;
  }
  /** Bytes of the payload that are in the file. */
  capturedLength(i: number): number {
    return this.captured[this.check(i)]!;
  }
  /** Bytes the payload had on the wire. */
  payloadLength(i: number): number {
    return this.payload[this.check(i)]!;
  }
  flags(i: number): number {
    return this.flagBits[this.check(i)]!;
  }
  /** The captured payload, as a view into what holds it. */
  bytes(i: number): Uint8Array {
    const off = this.offset(i);
    return this.buffer(i).subarray(off, off + this.capturedLength(i));
  }

  /** Gives back the room kept for growth. */
  trim(): void {
    this.grow(this.length);
  }

  private check(i: number): number {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`no datagram ${i}`);
    return i;
  }

  private grow(size: number): void {
    const n = Math.min(size, this.length);
    const u32 = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const wider = new Uint32Array(size);
      wider.set(old.subarray(0, n));
      return wider;
    };
    const f64 = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const wider = new Float64Array(size);
      wider.set(old.subarray(0, n));
      return wider;
    };
    this.frames = u32(this.frames);
    this.srcs = u32(this.srcs);
    this.dsts = u32(this.dsts);
    this.ports = u32(this.ports);
    this.captured = u32(this.captured);
    this.payload = u32(this.payload);
    this.times = f64(this.times);
    this.offs = u32(this.offs);
    const flags = new Uint8Array(size);
    flags.set(this.flagBits.subarray(0, n));
    this.flagBits = flags;
  }
}
