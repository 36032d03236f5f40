/** Where the peeling of a packet stands, and what a layer can say to it. */

/** A UDP datagram found in a packet; only meaningful after the outcome `udp`. Offsets are in the buffer that `Here` names. */
export interface UdpStart {
  /** Offset of the source address, and its length: 4 or 16 bytes. The destination follows it. */
  addressOff: number;
  addressLen: number;
  sport: number;
  dport: number;
  /** Offset of the payload, the bytes of it that were captured, and the bytes it had on the wire. */
  payloadOff: number;
  capturedLen: number;
  payloadLen: number;
  /** The UDP length and the IP length contradict each other. */
  lengthMismatch: boolean;
}

/** A piece of a fragmented IP packet (RFC 791 section 3.2, RFC 8200 section 4.5); only meaningful after the outcome `piece`. */
export interface Piece {
  /** Source and destination address, as in `UdpStart`. */
  addressOff: number;
  addressLen: number;
  id: number;
  /** What the whole packet carries: an IP protocol number. */
  protocol: number;
  /** Where it belongs in the whole, bytes; whether others follow behind it. */
  at: number;
  more: boolean;
  /** Its bytes: begin, end of what was captured, end of what was on the wire. */
  off: number;
  end: number;
  wireEnd: number;
}

/** Reused from packet to packet; each layer moves it on to what it carries. */
export interface Here {
  buf: Uint8Array;
  /** Begin of the layer, end of what was captured of it, and where it ended on the wire. */
  off: number;
  end: number;
  wireEnd: number;
  udp: UdpStart;
  piece: Piece;
  /** After `not-ip` or `not-udp`: what it is, in words. */
  what: string;
}

/** Layers that are read, by what they are called here. */
export type Layer =
  | 'ethernet'
  | 'ether-type'
  | 'vlan'
  | 'cooked-1'
  | 'cooked-2'
  | 'null'
  | 'raw'
  | 'ppp'
  | 'ppp-direction'
  | 'cisco-hdlc'
  | 'enc'
  | 'pflog'
  | 'nflog'
  | 'pktap'
  | 'pppoe'
  | 'mpls'
  | 'ipv4'
  | 'ipv6'
  | 'ip-in-ip'
  | 'gre'
  | 'ether-ip'
  | 'udp-header'
  | 'vxlan'
  | 'geneve';

/**
 * How the peeling of a packet ends. `piece`: of a fragmented packet. `cut`: the capture did not keep so much of it. `foreign`: it is
 * wrapped in something that is not read; `what` names it. `too-deep`: in more wrappings than are taken off.
 */
export type Outcome = 'udp' | 'piece' | 'not-ip' | 'not-udp' | 'cut' | 'malformed' | 'foreign' | 'too-deep';

/** Reads one layer: `here` stands at its begin, and afterwards at what it carries. */
export type Peel = (here: Here) => Layer | Outcome;

export function newHere(): Here {
  return {
    buf: new Uint8Array(0),
    off: 0,
    end: 0,
    wireEnd: 0,
    udp: {
      addressOff: 0,
      addressLen: 4,
      sport: 0,
      dport: 0,
      payloadOff: 0,
      capturedLen: 0,
      payloadLen: 0,
      lengthMismatch: false,
    },
    piece: {
      addressOff: 0,
      addressLen: 4,
      id: 0,
      protocol: 0,
      at: 0,
      more: false,
      off: 0,
      end: 0,
      wireEnd: 0,
    },
    what: '',
  };
}

export function u16(bytes: Uint8Array, off: number): number {
  return (bytes[off]! << 8) | bytes[off + 1]!;
}

export function hex4(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

/** Ends with `not-ip` or `not-udp` and says what it is. */
export function other(here: Here, outcome: 'not-ip' | 'not-udp', what: string): Outcome {
  here.what = what;
  return outcome;
}

/** Ends at a wrapping that is not read. */
export function foreign(here: Here, what: string): 'foreign' {
  here.what = what;
  return 'foreign';
}

/** True if an IP packet can begin here: enough of a header, and lengths that do not contradict what holds it. */
export function looksIp({ buf, end, wireEnd }: Here, off: number): boolean {
  const room = wireEnd - off;
  if (off + 20 > end) return false;
  const version = buf[off]! >> 4;
  if (version === 4) {
    const header = (buf[off]! & 15) * 4;
    const total = u16(buf, off + 2);
    return header >= 20 && (total === 0 || (total >= header && total <= room));
  }
  return version === 6 && off + 40 <= end && u16(buf, off + 4) + 40 <= room;
}
