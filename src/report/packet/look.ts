/** What one datagram looks like inside: plain data, made from a world's store and keys alone. */
import type { FrameName } from '../../quic/index.ts';
import type { ConnName } from '../view.ts';

/** As it came; with header protection removed; opened. */
export type Stage = 'received' | 'header' | 'opened';

/** A field's part in the picture. */
export type Tone = 'byte' | 'head' | 'cid' | 'token' | 'number' | 'payload' | 'tag' | 'rest';

export interface FieldLook {
  /** Unique within its packet. */
  key: string;
  name: string;
  /** In the datagram. */
  off: number;
  len: number;
  tone: Tone;
  /** Its value and what is to be said of it, at each stage that can be reached. */
  at: Record<Stage, { value: string; note: string }>;
  /** Up to this stage its bytes hide what they say. */
  hidden: 'never' | 'received' | 'header';
  bits?: BitLook[];
}

export interface BitLook {
  name: string;
  width: number;
  /** Values as received and with header protection removed, as binary digits. */
  received: string;
  opened: string;
  masked: boolean;
}

export interface FrameRow {
  name: string;
  value: string;
  note: string;
}

export interface FrameLook {
  type: number;
  name: FrameName;
  /** In the datagram, in its opened bytes. */
  off: number;
  len: number;
  summary: string;
  rows: FrameRow[];
}

/** Why a packet is not open: or that it is. */
export type OpenState =
  | 'opened'
  /** No keys for it. */
  | 'no-keys'
  /** Keys are there, and the tag does not match. */
  | 'tag-failed'
  /** No packet: unpredictable bytes, and a token that ends a connection. */
  | 'reset'
  /** Nothing in it is protected: Version Negotiation, Retry. */
  | 'not-protected'
  /** Of a version that nobody here reads. */
  | 'unknown-version'
  /** Too short for what protects it. */
  | 'cut';

export interface PacketLook {
  off: number;
  len: number;
  /** "1-RTT", "Initial", "Version Negotiation". */
  type: string;
  state: OpenState;
  /** One or two sentences on the state, for whoever expects more. */
  heading: string;
  why: string;
  /** Packet number, -1 when it has none or it is hidden. */
  pn: number;
  fields: FieldLook[];
  frames: FrameLook[];
  /** ClientHello that ends in this packet, as rows. */
  hello: FrameRow[];
  /** What the frames could not be read beyond; ''. */
  problem: string;
}

export interface DatagramLook {
  /** Place in the store, from 0. */
  dgram: number;
  no: string;
  conn: ConnName | null;
  connIndex: number;
  /** Of the client. */
  from: string;
  to: string;
  /** Number of the frame in the capture, from 1. */
  frame: number;
  packets: PacketLook[];
  /** Bytes behind the last packet. */
  trailing: number;
  /** The datagram's bytes at each stage; where a packet cannot be brought there, as before. */
  bytes: Record<Stage, Uint8Array>;
  /** The furthest stage that any of its packets can be brought to. */
  reach: Stage;
}
