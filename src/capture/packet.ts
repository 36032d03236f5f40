import type { FrameName, PacketType, ReasonName } from '../quic/index.ts';
import type { Connection } from './connection.ts';
import type { OpenState } from './opener.ts';
import type { Stray } from './tracker.ts';

/** A frame as listings name it: as `quic` does, and the two stream counts apart by the kind of stream they are about. */
export type FrameLabel =
  | Exclude<FrameName, 'MAX_STREAMS' | 'STREAMS_BLOCKED'>
  | 'MAX_STREAMS_BIDI'
  | 'MAX_STREAMS_UNI'
  | 'STREAMS_BLOCKED_BIDI'
  | 'STREAMS_BLOCKED_UNI'
  /** Where reading had to stop: a type whose layout is not known. */
  | `UNKNOWN 0x${string}`;

/** One QUIC packet of a captured datagram. Offsets count from the beginning of the datagram's payload. */
export interface Packet {
  readonly off: number;
  /** Bytes on the wire; more than were captured if the datagram was cut. */
  readonly len: number;
  readonly form: 'long' | 'short';
  readonly type: PacketType;
  /** 0 for short headers. */
  readonly version: number;
  readonly dcidOff: number;
  readonly dcidLen: number;
  readonly scidOff: number;
  readonly scidLen: number;
  /** Token of an Initial or Retry. */
  readonly tokenOff: number;
  readonly tokenLen: number;
  /** The Length field, -1 where there is none. */
  readonly lengthField: number;
  /** Where the packet number begins; 0 where there is none. */
  readonly pnOff: number;
  readonly spin: 0 | 1;
  readonly state: OpenState;
  /** Full packet number and its bytes on the wire; -1 and 0 as long as header protection stands. */
  readonly pn: number;
  readonly pnLen: number;
  /** Key phase of a 1-RTT packet; meaningful when `pnLen` is not 0. */
  readonly keyPhase: 0 | 1;
  /** The frames in clear; only of opened packets, and only if they were asked for. */
  readonly plaintext: Uint8Array | undefined;
  /** Names of the frames in order; a run of PADDING is one. */
  readonly frames: readonly FrameLabel[];
  /** Why the list of frames ends early. */
  readonly frameError: ReasonName | undefined;
  /** Version Negotiation: the versions the server offers. */
  readonly supportedVersions: readonly number[];
}

/** One captured datagram and the packets in it. */
export interface DissectedDatagram {
  /** Row in the table of datagrams. */
  readonly row: number;
  readonly connection: Connection | undefined;
  readonly fromServer: boolean;
  readonly statelessReset: boolean;
  /** The ID it goes to was never seen given out: its connection is told by the addresses, or by a tag in the handshake. */
  readonly unannounced: boolean;
  /** Why it has no connection; undefined where it has one. */
  readonly stray: Stray | undefined;
  readonly packets: readonly Packet[];
  /** Bytes behind the last packet: padding outside of packets, or what could not be reached. */
  readonly trailing: number;
  /** A super-frame taken apart into the datagrams that were sent; undefined for all others. */
  readonly segments: readonly Segment[] | undefined;
  /** It is as large as several datagrams recorded as one, and nothing proves that it is, or that it is not. */
  readonly perhapsSeveral: boolean;
}

/** One datagram as it was sent, in a frame that holds several; its size is proven, not guessed (see `segments.ts`). */
export interface Segment {
  /** Offset in the captured payload, and bytes on the wire. */
  readonly off: number;
  readonly len: number;
  readonly packets: readonly Packet[];
}

/** The datagrams as they were sent: the segments of a super-frame, or the datagram itself. */
export function sentDatagrams(datagram: DissectedDatagram): readonly Segment[] {
  if (datagram.segments) return datagram.segments;
  const len = datagram.packets.reduce((sum, packet) => sum + packet.len, datagram.trailing);
  return [{ off: 0, len, packets: datagram.packets }];
}
