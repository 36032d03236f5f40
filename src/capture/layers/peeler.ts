import { Fragments, type Unfinished } from './fragments.ts';
import { type Layer, newHere, type Outcome, type UdpStart } from './here.ts';
import { linkLayer } from './link.ts';
import { ROWS } from './rows.ts';
import { Side } from './side.ts';

/** So many wrappings are taken off. */
export const MOST_WRAPPINGS = 8;

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
  'udp',
  'piece',
  'not-ip',
  'not-udp',
  'cut',
  'malformed',
  'foreign',
  'too-deep',
]);

/** Why a piece of a fragmented packet led to no packet. */
export type PieceOutcome = 'waits' | 'twice' | 'overlap' | 'malformed-pieces' | 'refused' | 'full';

export type PacketOutcome = Exclude<Outcome, 'piece'> | PieceOutcome;

/**
 * Takes the layers off a packet, down to its UDP datagram: one row of a table for each, over any of the wrappings that are read, and
 * through fragments that are put together on the way.
 */
export class Peeler {
  /** Where packets lie that were put together. */
  readonly side: Side;
  /** Packets that the one just read completes: pieces it came in, but for this one. */
  joined = 0;
  private readonly fragments: Fragments;
  private readonly here = newHere();

  constructor(
    private readonly file: Uint8Array,
    giveUp: (packet: Unfinished) => void,
  ) {
    this.side = new Side(file.length);
    this.fragments = new Fragments(file, this.side, giveUp);
  }

  /** After the outcome `udp`: the datagram, in `buffer`. */
  get udp(): Readonly<UdpStart> {
    return this.here.udp;
  }
  get buffer(): Uint8Array {
    return this.here.buf;
  }
  /** After `udp`: offset of the payload in the file, or beside it. */
  get payloadOff(): number {
    const { buf, udp } = this.here;
    return buf === this.file ? udp.payloadOff : this.side.base + udp.payloadOff;
  }
  /** After `not-ip`, `not-udp` and `foreign`: what it is. */
  get what(): string {
    return this.here.what;
  }

  /**
   * The packet at [off, end) of the file, which was on the wire up to `wireEnd`. Its link type must be one that is read. `frame` and
   * `tNs`: its number, and its time.
   */
  packet(
    off: number,
    end: number,
    wireEnd: number,
    linkType: number,
    frame: number,
    tNs: number,
  ): PacketOutcome {
    const { here } = this;
    here.buf = this.file;
    here.off = off;
    here.end = end;
    here.wireEnd = wireEnd;
    this.joined = 0;
    let layer = linkLayer(linkType)!;
    for (let wrappings = 0; ; ) {
      const row = ROWS[layer];
      if (row.wraps && ++wrappings > MOST_WRAPPINGS) return 'too-deep';
      const next = row.peel(here);
      if (!isOutcome(next)) {
        layer = next;
        continue;
      }
      if (next !== 'piece') return next;
      const whole = this.fragments.add(here.piece, here.buf, frame, tNs);
      if (whole.kind === 'malformed') return 'malformed-pieces';
      if (whole.kind !== 'whole') return whole.kind;
      this.joined += whole.pieces - 1;
      here.buf = this.side.bytes;
      here.off = whole.off;
      here.end = whole.end;
      here.wireEnd = whole.wireEnd;
      layer = whole.version === 4 ? 'ipv4' : 'ipv6';
    }
  }

  /** No packet follows: what waits for pieces is given up. */
  finish(): void {
    this.fragments.end();
  }
}

function isOutcome(next: Layer | Outcome): next is Outcome {
  return OUTCOMES.has(next);
}
