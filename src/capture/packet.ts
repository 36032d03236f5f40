import type { FrameName, PacketType, ReasonName } from '../quic/index.ts';
import type { Connection } from './connection.ts';
import type { OpenState } from './opener.ts';

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
  readonly frames: readonly FrameName[];
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
  readonly packets: readonly Packet[];
  /** Bytes behind the last packet: padding outside of packets, or what could not be reached. */
  readonly trailing: number;
  /**
   * Where a super-frame turned out to hold several datagrams of equal size (the last may be shorter): their packets,
   * datagram by datagram. Proven by their tags, so it needs keys.
   */
  readonly segments: readonly (readonly Packet[])[] | undefined;
}
