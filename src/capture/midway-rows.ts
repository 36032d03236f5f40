import { PacketHeader, parsePacket } from '../quic/index.ts';
import type { Survey } from './survey.ts';
import { DatagramFlag, type DatagramTable } from './table.ts';

/** Of each pair of endpoints and direction so many of the smallest datagrams are tried, of at least so many bytes. */
const SMALLEST = 4;
export const LEAST = 40;
/** So many of the first are kept, to find where the packet numbers begin. */
const FIRST = 16;
const COALESCED = 8;
/** So many pairs of endpoints are looked at. */
const MOST = 10_000;

/** One direction between two endpoints. */
export interface Way {
  readonly src: number;
  readonly dst: number;
  /** Rows of datagrams that begin with a short header: the first, in file order, and the smallest, smallest first. */
  readonly first: number[];
  readonly smallest: number[];
  /** Handshake packets: row, and the offset of the packet's first byte in what holds the datagram. */
  readonly handshakes: { row: number; at: number }[];
}

/** What was sent between two endpoints before a connection began there, or without one that did. */
export interface Passage {
  readonly path: number;
  readonly ways: readonly [Way, Way];
  /** Datagrams that look like QUIC. */
  count: number;
}

/** The datagrams of connections that began before the capture, as far as anybody can tell; busiest pairs of endpoints first. */
export function passages(table: DatagramTable, survey: Survey): Passage[] {
  const { paths } = survey;
  const all = new Map<number, Passage>();
  const header = new PacketHeader();
  for (let row = 0; row < table.length; row++) {
    const path = paths.of(row);
    const begin = survey.beginsByPath.get(path)?.[0];
    if ((begin && row >= begin.row) || survey.googlePaths.has(path)) continue;
    const length = table.capturedLength(row);
    const flags = DatagramFlag.snapCut | DatagramFlag.superFrame;
    if (length < LEAST || (table.flags(row) & flags) !== 0) continue;
    const bits = table.buffer(row)[table.offset(row)]! & 0xc0;
    if ((bits & 0x80) === 0) {
      const passage = passageOf(all, path, paths.src(row), paths.dst(row));
      if (!passage) continue;
      // The fixed bit may be cleared (RFC 9287), but what never has it is hardly QUIC.
      if (bits !== 0) passage.count++;
      keep(wayOf(passage, paths.src(row)), row, table);
    } else if (bits === 0xc0 && !begin) {
      const at = handshakeIn(table, row, header);
      if (at < 0) continue;
      const passage = passageOf(all, path, paths.src(row), paths.dst(row));
      if (!passage) continue;
      const { handshakes } = wayOf(passage, paths.src(row));
      if (handshakes.length < SMALLEST) handshakes.push({ row, at });
    }
  }
  return [...all.values()].sort((a, b) => b.count - a.count);
}

function passageOf(all: Map<number, Passage>, path: number, src: number, dst: number): Passage | undefined {
  let passage = all.get(path);
  if (!passage && all.size < MOST) {
    const lists = (): Pick<Way, 'first' | 'smallest' | 'handshakes'> => ({
      first: [],
      smallest: [],
      handshakes: [],
    });
    passage = {
      path,
      count: 0,
      ways: [
        { src, dst, ...lists() },
        { src: dst, dst: src, ...lists() },
      ],
    };
    all.set(path, passage);
  }
  return passage;
}

function wayOf({ ways }: Passage, src: number): Way {
  return ways[0].src === src ? ways[0] : ways[1];
}

function keep({ first, smallest }: Way, row: number, table: DatagramTable): void {
  if (first.length < FIRST) first.push(row);
  const length = table.capturedLength(row);
  const at = smallest.findIndex((other) => table.capturedLength(other) > length);
  if (at >= 0) smallest.splice(at, 0, row);
  else smallest.push(row);
  if (smallest.length > SMALLEST) smallest.pop();
}

/** Where a Handshake packet of a version that is read begins in a datagram; -1 if there is none. */
function handshakeIn(table: DatagramTable, row: number, header: PacketHeader): number {
  const buf = table.buffer(row);
  const off = table.offset(row);
  const end = off + table.capturedLength(row);
  for (let at = off, n = 0; at < end && n < COALESCED && (buf[at]! & 0x80) !== 0; n++) {
    const size = parsePacket(buf, at, end, 0, header);
    if (size <= 0 || !header.versionKnown) return -1;
    if (header.type === 'Handshake') return at;
    at += size;
  }
  return -1;
}
