import { cidAt } from './cid.ts';
import type { Connection } from './connection.ts';
import type { Packet, Segment } from './packet.ts';
import type { Extent, PacketReader } from './packet-reader.ts';
import type { Owner } from './tracker.ts';

/** Sizes of the datagrams that stacks send in bulk: from the least QUIC allows to what Ethernet carries, and a little more, bytes. */
const SMALLEST = 1200;
const LARGEST = 1536;
/** After so many super-frames of one end in which no size fits, no more are searched. */
const PATIENCE = 4;
/** An ID of so many bytes that stands where one is looked for tells a packet, bytes. */
const TELLING = 4;

/** What a large frame holds: its datagrams, proven; or one, proven too; or nobody can say. */
export type Held = readonly Segment[] | 'one' | 'perhaps';

/**
 * Finds the datagrams inside a super-frame. A sender with segmentation offload hands over many datagrams at once, all of one size but
 * the last, and the capture shows them as one. No field tells the size, but it can be proven: cut at the right place, the first
 * short header packet opens, since its tag lies there.
 */
export class SegmentFinder {
  private readonly known = new Map<Connection, { size: number; misses: number }[]>();

  constructor(private readonly reader: PacketReader) {}

  /** The packets of each datagram in the super-frame, where their size can be proven. */
  find(extent: Extent, owner: Owner, packets: readonly Packet[]): Held {
    const { conn } = owner;
    // What is larger than every segment is in none.
    if (packets.some((packet) => packet.len > LARGEST && measured(packet))) return 'one';
    if (!conn) return 'perhaps';
    const size = this.segmentSize(extent, owner, conn, packets);
    if (size === undefined) {
      const covered = packets.reduce((sum, packet) => sum + packet.len, 0);
      return covered === extent.wireEnd - extent.from && packets.every(measured) ? 'one' : 'perhaps';
    }
    const list: Segment[] = [];
    for (let from = extent.from; from < extent.end; from += size) {
      const wireEnd = Math.min(from + size, extent.wireEnd);
      const piece = { ...extent, from, wireEnd, end: Math.min(wireEnd, extent.end) };
      list.push({ off: from - extent.base, len: wireEnd - from, packets: this.reader.packets(piece, owner) });
    }
    return list;
  }

  private segmentSize(
    extent: Extent,
    owner: Owner,
    conn: Connection,
    packets: readonly Packet[],
  ): number | undefined {
    const last = packets.at(-1);
    if (last?.form !== 'short' || last.state === 'opened' || last.state === 'none') {
      return this.evenBoundaries(extent, packets);
    }
    const told = toldByIds(extent, last);
    if (told !== undefined) return told;
    const memory = this.memory(conn, owner.fromServer);
    if (memory.misses >= PATIENCE) return undefined;
    const at = extent.base + last.off;
    const fits = (size: number): boolean => {
      const end = extent.from + Math.ceil((at + 1 - extent.from) / size) * size;
      return end <= extent.end && this.reader.opensAt(extent.buf, owner, at, end);
    };
    if (memory.size > 0 && fits(memory.size)) return memory.size;
    for (let size = SMALLEST; size <= LARGEST; size++) {
      if (!fits(size)) continue;
      memory.size = size;
      memory.misses = 0;
      return size;
    }
    memory.misses++;
    return undefined;
  }

  /**
   * Packets with a Length of their own show where datagrams can end: the size is the one at whose multiples packets begin. Behind bytes
   * that are no packet (padding of one datagram) the next long header to the same connection ID counts.
   */
  private evenBoundaries(extent: Extent, packets: readonly Packet[]): number | undefined {
    const [first] = packets;
    if (!first) return undefined;
    const total = extent.end - extent.from;
    const begins = new Set(packets.map((packet) => packet.off));
    const covered = packets.reduce((sum, packet) => sum + packet.len, 0);
    const dcidOff = extent.base + first.dcidOff;
    for (let size = SMALLEST; size <= LARGEST && size < total; size++) {
      let fits = true;
      for (let at = size; at < total && fits; at += size) {
        fits = begins.has(at);
        if (fits || at <= covered) continue;
        fits = this.reader.longHeaderAt(extent.buf, extent.from + at, extent.end, dcidOff, first.dcidLen);
        break;
      }
      if (fits) return size;
    }
    return undefined;
  }

  private memory(conn: Connection, fromServer: boolean): { size: number; misses: number } {
    let both = this.known.get(conn);
    if (!both) {
      both = [
        { size: 0, misses: 0 },
        { size: 0, misses: 0 },
      ];
      this.known.set(conn, both);
    }
    return both[fromServer ? 1 : 0]!;
  }
}

/**
 * The size at whose multiples short headers to the same connection ID stand. Within what was captured there must be one at least, and an
 * ID of a few bytes stands nowhere by chance.
 */
function toldByIds({ buf, base, from, end }: Extent, last: Packet): number | undefined {
  const { dcidOff, dcidLen, off } = last;
  if (dcidLen < TELLING) return undefined;
  const id = buf.subarray(base + dcidOff, base + dcidOff + dcidLen);
  for (let size = SMALLEST; size <= LARGEST; size++) {
    // The one that `last` begins in is the first that is not known.
    const first = from + (Math.floor((base + off - from) / size) + 1) * size;
    if (first + 1 + dcidLen > end) return undefined;
    let fits = true;
    for (let at = first; at < end && fits; at += size)
      fits = (buf[at]! & 0x80) === 0 && (at + 1 + dcidLen > end || cidAt(id, buf, at + 1, end));
    if (fits) return size;
  }
  return undefined;
}

/** Whether the packet ends where it seems to: its Length says so, or its tag. */
function measured({ lengthField, state }: Packet): boolean {
  return state === 'opened' || (lengthField >= 0 && state !== 'cut');
}
