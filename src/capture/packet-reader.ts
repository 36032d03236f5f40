import {
  type Engines,
  Frame,
  type FrameName,
  PacketHeader,
  parseFrame,
  parsePacket,
  Reason,
  type ReasonName,
  reasonName,
  supportedVersion,
} from '../quic/index.ts';
import { cidAt } from './cid.ts';
import type { Connection } from './connection.ts';
import { readHandshake } from './handshake.ts';
import { Keep } from './keep.ts';
import { Opener, type OpenState } from './opener.ts';
import type { FrameLabel, Packet } from './packet.ts';
import type { Registry } from './registry.ts';
import { DatagramFlag, type DatagramTable } from './table.ts';
import type { Owner, Trial } from './tracker.ts';

/** Shared, because most packets have none. */
const NO_FRAMES: readonly FrameLabel[] = [];
const NO_VERSIONS: readonly number[] = [];

/** Lists of frame names that are shared; a hostile capture could have one for each packet. */
const MOST_LISTS = 1000;

const GIVES_AN_ID: ReadonlySet<FrameName> = new Set([
  'NEW_CONNECTION_ID',
  'PATH_NEW_CONNECTION_ID',
  'MP_NEW_CONNECTION_ID',
]);

/** Where a datagram, or a piece of a super-frame, lies. */
export interface Extent {
  /** What holds it. */
  readonly buf: Uint8Array;
  /** Begin of the captured payload; offsets in packets count from here. */
  readonly base: number;
  readonly from: number;
  /** End of what was captured, and of what was on the wire. */
  readonly end: number;
  readonly wireEnd: number;
  /** Row in the table of datagrams. */
  readonly row: number;
}

/** Reads the packets of a datagram and takes in what their frames tell about the connection. */
export class PacketReader {
  readonly header = new PacketHeader();
  private readonly opener: Opener;
  private readonly frame = new Frame();
  private readonly keep = new Keep();
  private readonly lists = new Map<string, readonly FrameLabel[]>();

  constructor(
    private readonly table: DatagramTable,
    private readonly registry: Registry,
    private readonly keepPlaintext: boolean,
    engines: Engines | undefined,
  ) {
    this.opener = new Opener(engines);
  }

  /**
   * Parses the header at `at` into `header`; returns the packet's length on the wire, or a negative reason. A Length field that reaches
   * beyond the datagram leaves a packet that is the rest of it.
   */
  parse(buf: Uint8Array, at: number, end: number, wireEnd: number, cidLen: number): number {
    const { header } = this;
    const result = parsePacket(buf, at, end, cidLen, header);
    if (result > 0) return header.payloadEnd === end ? wireEnd - at : result;
    if (result !== Reason.lengthExceedsDatagram) return result;
    header.payloadEnd = Math.min(wireEnd, header.pnOff + header.lengthField);
    return header.payloadEnd - at;
  }

  /** All packets of a datagram, up to the first thing that is none or that was not captured whole. */
  packets(extent: Extent, owner: Owner): Packet[] {
    const { header } = this;
    const { buf, from, end, wireEnd } = extent;
    const list: Packet[] = [];
    let cidLen = this.destinationLength(extent, owner);
    let firstOff = 0;
    let firstLen = -1;
    for (let at = from; at < end; ) {
      const len = this.parse(buf, at, end, wireEnd, cidLen);
      if (len < 0) break;
      // Coalesced packets all go to the same ID (RFC 9000 section 12.2); what does not is no packet but padding.
      if (firstLen < 0) {
        firstOff = header.dcidOff;
        firstLen = header.dcidLen;
        if (header.form === 'long') cidLen = firstLen;
      } else {
        const first = buf.subarray(firstOff, firstOff + firstLen);
        if (header.dcidLen !== firstLen || !cidAt(first, buf, header.dcidOff, end)) break;
      }
      const packet = this.packet(extent, owner, at, len);
      list.push(packet);
      if (packet.state === 'cut') break;
      at += len;
    }
    // A list that was pushed to keeps room for more; a copy has none.
    return list.slice();
  }

  /** Length of the ID that a short header at the head of a datagram goes to: the longest of its receiver's that stands there. */
  private destinationLength({ buf, from, end }: Extent, { conn, fromServer }: Owner): number {
    if (!conn) return 0;
    const receiver = conn.receiver(fromServer);
    return receiver.match(buf, from + 1, end) || receiver.cidLength;
  }

  /** Whether the first packet of a row opens with the keys of a connection: see `Trial`. */
  readonly trial: Trial = (row, conn, fromServer, shortDcid) => {
    const { table, header, opener } = this;
    const buf = table.buffer(row);
    const from = table.offset(row);
    const end = from + table.capturedLength(row);
    const wireEnd = from + table.payloadLength(row);
    const size = this.parse(buf, from, end, wireEnd, shortDcid);
    const several = header.form === 'short' && (table.flags(row) & DatagramFlag.superFrame) !== 0;
    if (size < 0 || from + size > end || header.pnOff === 0 || several) return undefined;
    const state = opener.open(conn, fromServer, header, buf, from + size, true);
    return state === 'opened' ? true : state === 'failed' ? false : undefined;
  };

  /** True if the short header packet at `at` opens when it ends at `end`. */
  opensAt(buf: Uint8Array, owner: Owner, at: number, end: number): boolean {
    const { conn, fromServer } = owner;
    if (!conn || this.parse(buf, at, end, end, conn.receiver(fromServer).cidLength) < 0) return false;
    return this.opener.open(conn, fromServer, this.header, buf, end, true) === 'opened';
  }

  /** True if at `at` a long header packet begins that goes to the connection ID at [dcidOff, dcidOff+dcidLen). */
  longHeaderAt(buf: Uint8Array, at: number, end: number, dcidOff: number, dcidLen: number): boolean {
    const { header } = this;
    if (this.parse(buf, at, end, end, 0) < 0 || header.form !== 'long' || !header.versionKnown) return false;
    return (
      header.dcidLen === dcidLen && cidAt(buf.subarray(dcidOff, dcidOff + dcidLen), buf, header.dcidOff, end)
    );
  }

  private packet(extent: Extent, owner: Owner, at: number, len: number): Packet {
    const { header, opener } = this;
    const { buf } = extent;
    const { conn, fromServer } = owner;
    const captured = Math.min(at + len, extent.end);
    const whole = captured === at + len;
    let state: OpenState = header.pnOff === 0 ? 'none' : whole ? 'no-keys' : 'cut';
    opener.headerRead = false;
    if (conn && header.pnOff > 0) state = opener.open(conn, fromServer, header, buf, captured, whole);
    const { out, headerRead } = opener;
    let frames: readonly FrameLabel[] = NO_FRAMES;
    let plaintext: Uint8Array | undefined;
    let frameError: ReasonName | undefined;
    if (conn && state === 'opened') {
      const names: FrameLabel[] = [];
      frameError = this.readFrames(conn, fromServer, extent.row, names);
      frames = this.shared(names);
      if (this.keepPlaintext) plaintext = this.keep.copy(out.bytes, out.payloadOff, out.payloadEnd);
    }
    const { base } = extent;
    return {
      off: (at - base) | 0,
      len: len | 0,
      form: header.form,
      type: header.type,
      version: header.version,
      dcidOff: relative(header.dcidOff, base),
      dcidLen: header.dcidLen,
      scidOff: relative(header.scidOff, base),
      scidLen: header.scidLen,
      tokenOff: relative(header.tokenOff, base),
      tokenLen: header.tokenLen,
      lengthField: header.lengthField,
      pnOff: relative(header.pnOff, base),
      spin: header.form === 'short' ? (((header.firstByte >> 5) & 1) as 0 | 1) : 0,
      state,
      pn: headerRead ? opener.pn : -1,
      pnLen: headerRead ? out.pnLen : 0,
      keyPhase: headerRead ? out.keyPhase : 0,
      plaintext,
      frames,
      frameError,
      supportedVersions: header.versionsCount === 0 ? NO_VERSIONS : this.versions(buf),
    };
  }

  /** One list for all packets with the same frames: a transfer has thousands of packets and a dozen kinds. */
  private shared(names: readonly FrameLabel[]): readonly FrameLabel[] {
    const key = names.join();
    const known = this.lists.get(key);
    if (known) return known;
    if (this.lists.size >= MOST_LISTS) return names.slice();
    const list = names.slice();
    this.lists.set(key, list);
    return list;
  }

  private versions(buf: Uint8Array): number[] {
    const { header } = this;
    return Array.from({ length: header.versionsCount }, (_, i) => supportedVersion(buf, header, i));
  }

  /** Names the frames of the packet that was just opened. */
  private readFrames(
    conn: Connection,
    fromServer: boolean,
    row: number,
    names: FrameLabel[],
  ): ReasonName | undefined {
    const { frame, header } = this;
    const { bytes, payloadOff, payloadEnd } = this.opener.out;
    for (let at = payloadOff; at < payloadEnd; ) {
      const size = parseFrame(bytes, at, payloadEnd, frame);
      if (size === Reason.frameTypeUnknown) names.push(`UNKNOWN 0x${frame.type.toString(16)}`);
      if (size < 0) return reasonName(size);
      names.push(label(frame));
      at += size;
      if (frame.name === 'CRYPTO' && (header.type === 'Initial' || header.type === 'Handshake')) {
        const stream = conn.sender(fromServer).crypto(header.type);
        const before = stream?.contiguous ?? 0;
        if (stream && stream.add(frame.offset, bytes, frame.dataOff, frame.dataLen) > before) {
          readHandshake(conn, fromServer, header.type, stream, row);
        }
      } else if (GIVES_AN_ID.has(frame.name)) {
        this.registry.give(conn, fromServer, {
          bytes: bytes.slice(frame.dataOff, frame.dataOff + frame.dataLen),
          // Of other paths than the first the numbers are others.
          sequence: frame.name === 'NEW_CONNECTION_ID' ? frame.sequence : -1,
          resetToken: bytes.slice(frame.resetTokenOff, frame.resetTokenOff + 16),
        });
      }
    }
    return undefined;
  }
}

/** An offset of the file as one of its datagram. `| 0`: as the difference of large numbers the engine would keep each in a box. */
const relative = (off: number, base: number): number => (off === 0 ? 0 : (off - base) | 0);

function label(frame: Frame): FrameLabel {
  switch (frame.name) {
    case 'MAX_STREAMS':
      return frame.unidirectional ? 'MAX_STREAMS_UNI' : 'MAX_STREAMS_BIDI';
    case 'STREAMS_BLOCKED':
      return frame.unidirectional ? 'STREAMS_BLOCKED_UNI' : 'STREAMS_BLOCKED_BIDI';
    default:
      return frame.name;
  }
}
