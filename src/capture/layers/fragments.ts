/** Puts fragmented IP packets together (RFC 791 section 3.2, RFC 8200 section 4.5). */
import type { Piece } from './here.ts';
import type { Side } from './side.ts';

/** What waits for its other pieces, in all: pieces, and their bytes. The oldest goes first. */
const MOST_PIECES = 4096;
const MOST_BYTES = 16 * 1024 * 1024;
/** An IP packet is no longer than this, bytes; pieces begin at multiples of `UNIT`. */
const LONGEST = 65535;
const UNIT = 8;
/** Pieces that come so much later than the first are of another packet (RFC 8200 section 4.5), ns. */
const PATIENCE = 60e9;

interface Kept {
  readonly frame: number;
  /** Offset in the file, or in the room beside it. */
  readonly off: number;
  /** Bytes that were captured, and bytes on the wire. */
  readonly captured: number;
  readonly length: number;
}

interface Packet {
  readonly frame: number;
  readonly since: number;
  readonly pieces: Map<number, Kept>;
  /** One bit for each unit that is there. */
  readonly there: Uint8Array;
  bytes: number;
  /** What the whole carries, as its first piece says. */
  protocol: number;
  /** Length of the whole once its last piece is there, else -1. */
  total: number;
  /** It can never be put together: what comes of it still is thrown away. */
  refused: boolean;
}

/** A packet that is whole now: a packet of its own in the room beside the file. `pieces`: those it came in. */
export interface Whole {
  readonly kind: 'whole';
  readonly version: 4 | 6;
  /** Begin in `Side.bytes`, end of what was captured and of what was on the wire. */
  readonly off: number;
  readonly end: number;
  readonly wireEnd: number;
  readonly pieces: number;
}

/**
 * What a piece led to. `waits`: others are missing. `twice`: it was there already. `overlap` and `malformed`: the whole packet is thrown
 * away. `refused`: it has been, before. `full`: no room.
 */
export type Joined =
  | Whole
  | { readonly kind: 'waits' | 'twice' | 'overlap' | 'malformed' | 'refused' | 'full' };

/** A packet of which pieces are missing, told once it is given up. */
export interface Unfinished {
  /** Number of the packet in the capture that its first piece came in, and how many pieces came. */
  readonly frame: number;
  readonly pieces: number;
}

const answer = {
  waits: { kind: 'waits' },
  twice: { kind: 'twice' },
  overlap: { kind: 'overlap' },
  malformed: { kind: 'malformed' },
  refused: { kind: 'refused' },
  full: { kind: 'full' },
} as const;

export class Fragments {
  private readonly open = new Map<string, Packet>();
  private pieces = 0;
  private bytes = 0;

  constructor(
    private readonly file: Uint8Array,
    private readonly side: Side,
    /** Told of each packet that is given up. */
    private readonly giveUp: (packet: Unfinished) => void,
  ) {}

  /** Takes in a piece that lies in `buf`: the file, or the room beside it. `frame` and `tNs`: where and when it came. */
  add(piece: Piece, buf: Uint8Array, frame: number, tNs: number): Joined {
    const { at, more } = piece;
    const length = piece.wireEnd - piece.off;
    const packet = this.packetOf(piece, buf, frame, tNs);
    if (packet.refused) return answer.refused;
    const end = at + length;
    const header = piece.addressLen === 4 ? 20 : 0;
    const wrong =
      length <= 0 ||
      end + header > LONGEST ||
      (more && length % UNIT !== 0) ||
      (packet.total >= 0 && (end > packet.total || (!more && end !== packet.total)));
    if (wrong) return this.refuse(packet, 'malformed');
    const known = packet.pieces.get(at);
    const off = buf === this.file ? piece.off : this.side.base + piece.off;
    const one: Kept = { frame, off, length, captured: Math.max(0, piece.end - piece.off) };
    // The network may bring a piece twice; that is no overlap (RFC 8200 section 4.5).
    if (known && this.same(known, one)) return answer.twice;
    if (!mark(packet.there, at, end)) return this.refuse(packet, 'overlap');
    packet.pieces.set(at, one);
    if (at === 0) packet.protocol = piece.protocol;
    packet.bytes += length;
    this.pieces++;
    this.bytes += length;
    if (!more) {
      if ([...packet.pieces].some(([begin, other]) => begin + other.length > end))
        return this.refuse(packet, 'malformed');
      packet.total = end;
    }
    if (packet.bytes === packet.total) return this.finish(packet, piece, buf);
    this.makeRoom(packet);
    return answer.waits;
  }

  /** No more comes: what is open is given up. */
  end(): void {
    for (const packet of this.open.values()) this.drop(packet);
    this.open.clear();
  }

  private packetOf(piece: Piece, buf: Uint8Array, frame: number, tNs: number): Packet {
    const key = keyOf(piece, buf);
    let packet = this.open.get(key);
    if (packet && Math.abs(tNs - packet.since) > PATIENCE) {
      this.forget(key, packet);
      packet = undefined;
    }
    if (!packet) {
      const { protocol } = piece;
      const there = new Uint8Array(Math.ceil(LONGEST / UNIT / 8));
      packet = { frame, since: tNs, pieces: new Map(), there, bytes: 0, protocol, total: -1, refused: false };
      this.open.set(key, packet);
    }
    return packet;
  }

  private refuse(packet: Packet, kind: 'overlap' | 'malformed'): Joined {
    this.release(packet);
    packet.refused = true;
    packet.pieces.clear();
    return answer[kind];
  }

  private finish(packet: Packet, piece: Piece, buf: Uint8Array): Joined {
    const key = keyOf(piece, buf);
    const six = piece.addressLen === 16;
    const header = six ? 40 : 20;
    const count = packet.pieces.size;
    const addresses = buf.slice(piece.addressOff, piece.addressOff + 2 * piece.addressLen);
    const off = this.side.take(header + packet.total);
    this.open.delete(key);
    this.release(packet);
    if (off < 0) return answer.full;
    const out = this.side.bytes;
    const view = new DataView(out.buffer, off, header);
    if (six) {
      out[off] = 0x60;
      view.setUint16(4, packet.total);
      out[off + 6] = packet.protocol;
      out.set(addresses, off + 8);
    } else {
      out[off] = 0x45;
      view.setUint16(2, header + packet.total);
      out[off + 9] = packet.protocol;
      out.set(addresses, off + 12);
    }
    // Where a piece was cut by the capture, what was captured of the whole ends.
    let captured = packet.total;
    for (const [at, one] of packet.pieces) {
      out.set(this.at(one.off, one.captured), off + header + at);
      if (one.captured < one.length) captured = Math.min(captured, at + one.captured);
    }
    return {
      kind: 'whole',
      version: six ? 6 : 4,
      off,
      end: off + header + captured,
      wireEnd: off + header + packet.total,
      pieces: count,
    };
  }

  private at(off: number, length: number): Uint8Array {
    const { base, bytes } = this.side;
    return off < base
      ? this.file.subarray(off, off + length)
      : bytes.subarray(off - base, off - base + length);
  }

  private same(a: Kept, b: Kept): boolean {
    if (a.length !== b.length || a.captured !== b.captured) return false;
    const [one, two] = [this.at(a.off, a.captured), this.at(b.off, b.captured)];
    return one.every((byte, i) => byte === two[i]);
  }

  private makeRoom(newest: Packet): void {
    for (const [key, packet] of this.open) {
      if (this.pieces <= MOST_PIECES && this.bytes <= MOST_BYTES && this.open.size <= MOST_PIECES) return;
      if (packet !== newest) this.forget(key, packet);
    }
  }

  private forget(key: string, packet: Packet): void {
    this.open.delete(key);
    this.drop(packet);
  }

  private drop(packet: Packet): void {
    if (!packet.refused) this.giveUp({ frame: packet.frame, pieces: packet.pieces.size });
    this.release(packet);
  }

  private release(packet: Packet): void {
    if (packet.refused) return;
    this.pieces -= packet.pieces.size;
    this.bytes -= packet.bytes;
  }
}

/** Marks the units of [from, to); false if one of them was there already. */
function mark(there: Uint8Array, from: number, to: number): boolean {
  for (let unit = from / UNIT; unit * UNIT < to; unit++) {
    const bit = 1 << (unit & 7);
    if (there[unit >> 3]! & bit) return false;
    there[unit >> 3]! |= bit;
  }
  return true;
}

function keyOf(piece: Piece, buf: Uint8Array): string {
  const { addressOff, addressLen, id, protocol } = piece;
  // In version 6 the protocol is no part of it: the pieces behind the first may name another.
  let key = `${id} ${addressLen === 4 ? protocol : ''} `;
  for (let i = 0; i < 2 * addressLen; i++) key += String.fromCharCode(buf[addressOff + i]!);
  return key;
}
