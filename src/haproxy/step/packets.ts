/**
 * What steps ask of a world's constants: bytes and rows of datagrams, scripts, and packets read and opened. Each answer is
 * whole numbers, and follows from the constants and the arguments alone; nothing of it is in the block.
 */
import { type PacketHeader, parsePacket } from '../../quic/header.ts';
import { equal } from '../model/cids.ts';
import { PKT } from '../model/flags.ts';
import {
  type ConnScript,
  cidLengthOf,
  type OpenedFrame,
  type OpenedPacket,
  originalOf,
  type ScriptedSend,
} from '../model/script.ts';
import { speaksVersion } from '../model/versions.ts';
import type { World } from '../model/world.ts';

/** Numbers of a connection's script. */
export const SCRIPT = {
  clientHelloEnd: 0,
  finishedEnd: 1,
  maxIdleTimeout: 2,
  maxAckDelay: 3,
  activeConnectionIdLimit: 4,
  sends: 5,
} as const;

/** Numbers of a scripted send. */
export const SEND = { cause: 0, bytes: 1, needsMux: 2, closes: 3, packets: 4 } as const;

/** Numbers of one packet of a scripted send. */
export const SENT_PACKET = { space: 0, pn: 1, ackEliciting: 2, ack: 3, length: 4 } as const;

/** Frames that the model acts on; `none` for all others. */
export const FRAME = { none: 0, ack: 1, crypto: 2, retireConnectionId: 3, connectionClose: 4 } as const;

/** Numbers of a frame. ACK: `from` is the ack delay in us, `ranges` how many numbers its ranges have. */
export const FRAME_FIELD = { kind: 0, from: 1, to: 2, ranges: 3 } as const;

/** What `openPacket` answers: 0 the tag does not fit or there are no keys, else these bits. */
export const OPENED = { open: 1, ackEliciting: 2 } as const;

const TYPE: Record<string, number> = {
  Initial: PKT.INITIAL,
  '0-RTT': PKT.ZERO_RTT,
  Handshake: PKT.HANDSHAKE,
  '1-RTT': PKT.SHORT,
  Retry: PKT.RETRY,
  VersionNegotiation: PKT.VN,
  Unknown: PKT.UNKNOWN,
};

/** Whether HAProxy speaks the version of a header, or it has none: the parser reads more. */
export const spoken = (h: PacketHeader): boolean => h.version === 0 || speaksVersion(h.version);

/** PKT of a header, as HAProxy takes it. */
export const typeOf = (h: PacketHeader): number => (spoken(h) ? (TYPE[h.type] ?? PKT.UNKNOWN) : PKT.UNKNOWN);

export function scriptNumber(W: World, field: number, conn: number): number {
  const s = W.consts.clients.conn(conn);
  return s ? numberOf(s, field) : 0;
}

/** A number of a client's script (SCRIPT). */
export function numberOf(s: ConnScript, field: number): number {
  switch (field) {
    case SCRIPT.clientHelloEnd:
      return s.clientHelloEnd;
    case SCRIPT.finishedEnd:
      return s.finishedEnd;
    case SCRIPT.maxIdleTimeout:
      return s.maxIdleTimeout;
    case SCRIPT.maxAckDelay:
      return s.maxAckDelay;
    case SCRIPT.activeConnectionIdLimit:
      return s.activeConnectionIdLimit;
    default:
      return s.sends.length;
  }
}

const sendOf = (W: World, conn: number, n: number): ScriptedSend => W.consts.clients.conn(conn)!.sends[n]!;

export function sendNumber(W: World, field: number, conn: number, n: number): number {
  const s = sendOf(W, conn, n);
  switch (field) {
    case SEND.cause:
      return s.cause;
    case SEND.bytes:
      return s.bytes;
    case SEND.needsMux:
      return s.needsMux ? 1 : 0;
    case SEND.closes:
      return s.closes ? 1 : 0;
    default:
      return s.packets.length;
  }
}

export function sentPacketNumber(W: World, field: number, conn: number, n: number, k: number): number {
  const p = sendOf(W, conn, n).packets[k]!;
  switch (field) {
    case SENT_PACKET.space:
      return p.space;
    case SENT_PACKET.pn:
      return p.pn;
    case SENT_PACKET.ackEliciting:
      return p.ackEliciting ? 1 : 0;
    case SENT_PACKET.ack:
      return p.ack ? 1 : 0;
    default:
      return p.length;
  }
}

/** Parses the packet at byte `pos` of datagram `dg` into `h`; its bytes, or a negative reason. */
export function parseAt(W: World, dg: number, pos: number, h: PacketHeader): number {
  const c = W.consts;
  const s = c.datagrams;
  const base = s.offset[dg]!;
  return parsePacket(s.bytes, base + pos, base + s.length[dg]!, cidLengthOf(c, dg), h);
}

const kindOf = (f: OpenedFrame): number => {
  if (f.name === 'ACK' || f.name === 'ACK_ECN') return FRAME.ack;
  if (f.name === 'CRYPTO') return FRAME.crypto;
  if (f.name === 'RETIRE_CONNECTION_ID') return FRAME.retireConnectionId;
  return f.name.startsWith('CONNECTION_CLOSE') ? FRAME.connectionClose : FRAME.none;
};

export function frameNumber(p: OpenedPacket, i: number, field: number): number {
  const f = p.frames[i]!;
  switch (field) {
    case FRAME_FIELD.kind:
      return kindOf(f);
    case FRAME_FIELD.from:
      return f.from;
    case FRAME_FIELD.to:
      return f.to;
    default:
      return f.ranges.length;
  }
}

/** Datagram of the capture that entry `dg` of the store is, or is a duplicate of; its number in its connection's script. */
export const original = (W: World, dg: number): number => originalOf(W.consts.datagrams, dg);

export function orderOf(W: World, dg: number): number {
  const { order } = W.consts.datagrams;
  const d = original(W, dg);
  return order ? order[d]! : d;
}

/** Whether the script of datagram `dg`'s capture connection begins with its first packet's DCID, from address `saddr`. */
export function beginsScript(W: World, dg: number, saddr: number): boolean {
  const { bytes, offset, conn } = W.consts.datagrams;
  const script = W.consts.clients.conn(conn[dg]!);
  const at = offset[dg]! + 6;
  return script?.saddr === saddr && equal(script.odcid, bytes.subarray(at, at + bytes[at - 1]!));
}
