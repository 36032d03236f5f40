import type { Connection } from './connection.ts';
import type { Packet } from './packet.ts';
import type { Extent, PacketReader } from './packet-reader.ts';
import type { Owner } from './tracker.ts';

/** Sizes of the datagrams that stacks send in bulk: from the least QUIC allows to what Ethernet carries, bytes. */
const SMALLEST = 1200;
const LARGEST = 1500;
/** After so many super-frames of one end in which no size fits, no more are searched. */
const PATIENCE = 4;

/**
 * Finds the datagrams inside a super-frame. A sender with segmentation offload hands over many datagrams at once, all of one size but
 * the last, and the capture shows them as one. No field tells the size, but it can be proven: cut at the right place, the first
 * short header packet opens, since its tag lies there.
 */
export class SegmentFinder {
  private readonly known = new Map<Connection, { size: number; misses: number }[]>();

  constructor(private readonly reader: PacketReader) {}

  /** The packets of each datagram in the super-frame, or undefined if its size cannot be proven. */
  find(extent: Extent, owner: Owner, packets: readonly Packet[]): Packet[][] | undefined {
    const { conn } = owner;
    if (!conn) return undefined;
    const size = this.segmentSize(extent, owner, conn, packets);
    if (size === undefined) return undefined;
    const list: Packet[][] = [];
    for (let from = extent.from; from < extent.end; from += size) {
      const wireEnd = Math.min(from + size, extent.wireEnd);
      list.push(this.reader.packets({ ...extent, from, wireEnd, end: Math.min(wireEnd, extent.end) }, owner));
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
    if (last?.form !== 'short' || (last.state !== 'failed' && last.state !== 'cut')) {
      return evenBoundaries(extent, packets);
    }
    const memory = this.memory(conn, owner.fromServer);
    if (memory.misses >= PATIENCE) return undefined;
    const at = extent.base + last.off;
    const fits = (size: number): boolean => {
      const end = extent.from + Math.ceil((at + 1 - extent.from) / size) * size;
      return end <= extent.end && this.reader.opensAt(owner, at, end);
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

/** Packets with a Length of their own show where datagrams can end: the size is the one at whose multiples packets begin. */
function evenBoundaries(extent: Extent, packets: readonly Packet[]): number | undefined {
  const total = extent.wireEnd - extent.from;
  const first = extent.from - extent.base;
  const begins = new Set(packets.map((packet) => packet.off - first));
  const covered = packets.reduce((sum, packet) => sum + packet.len, 0);
  if (covered !== total) return undefined;
  for (let size = SMALLEST; size <= LARGEST; size++) {
    let fits = true;
    for (let at = size; at < total && fits; at += size) fits = begins.has(at);
    if (fits) return size;
  }
  return undefined;
}
