/** quic_rx_pkt_parse's checks in HAProxy's order (semantics 1.6), over the one packet parser there is. */
import { type PacketHeader, parsePacket } from '../../quic/header.ts';
import { dropReason, N, PKT, PKT_DROP } from '../model/flags.ts';
import { RxPacket } from '../model/layouts.ts';
import { speaksVersion } from '../model/versions.ts';
import type { Exec } from './exec.ts';
import { packetDropped } from './kernel.ts';
import { TP } from './trace.ts';

const TYPE: Record<string, number> = {
  Initial: PKT.INITIAL,
  '0-RTT': PKT.ZERO_RTT,
  Handshake: PKT.HANDSHAKE,
  '1-RTT': PKT.SHORT,
  Retry: PKT.RETRY,
  VersionNegotiation: PKT.VN,
  Unknown: PKT.UNKNOWN,
};

/** pkt.flags */
export const RXF = { FIRST: 1, HAS_TOKEN: 2, NOT_OPENED: 4 } as const;

const BAD_HEADER = dropReason('bad header');
const TOO_SHORT = dropReason('too short');
const ZERO_RTT = dropReason('0-RTT not supported');
const SILENT = -1;

/**
 * Parses the packet at byte `pos` of datagram `dg` into `pkt`, whose `len` always says how far to skip. Returns 0, a
 * drop reason (index of DROP) or -1 for a silent skip. `ordinal` counts the datagram's packets from 0.
 */
export function parseInto(x: Exec, pkt: number, dg: number, pos: number, ordinal: number): number {
  const { m } = x;
  const c = x.W.consts;
  const s = c.datagrams;
  const base = s.offset[dg]!;
  const end = base + s.length[dg]!;
  const at = base + pos;
  const first = pos === 0;
  const h = x.header;
  m.st(pkt + RxPacket.dgram, dg);
  m.st(pkt + RxPacket.off, pos);
  m.st(pkt + RxPacket.ordinal, ordinal);
  m.st(pkt + RxPacket.pn, -1);
  m.st(pkt + RxPacket.flags, first ? RXF.FIRST : 0);
  m.st(pkt + RxPacket.len, end - at);
  m.st(pkt + RxPacket.type, PKT.UNKNOWN);
  if (end === at) return drop(x, dg, TP.pktParseEmpty, TOO_SHORT);
  if (!(s.bytes[at]! & 0x40)) {
    if (!first && allZero(s.bytes, at, end)) return SILENT;
    if (!c.anyFixedBit) return drop(x, dg, TP.pktParseFixedBit, BAD_HEADER);
  }
  const used = parsePacket(s.bytes, at, end, c.cidLength, h);
  if (h.form === 'short') {
    x.sink.trace(x, TP.pktParseShort, 0);
    if (used < 0 || end - at < 1 + c.cidLength + 4) return drop(x, dg, TP.pktParseShortBad, BAD_HEADER);
    if (!first && !sameDcid(s.bytes, base, h, c.cidLength))
      return drop(x, dg, TP.pktParseShortDcid, BAD_HEADER);
    return keep(x, pkt, PKT.SHORT, h.pnOff - base, end - at);
  }
  x.sink.trace(x, TP.pktParseLong, 0);
  if (used < 0 && h.scidOff === 0) return drop(x, dg, TP.pktParseLongBad, BAD_HEADER);
  // The parser reads versions that HAProxy does not speak.
  const spoken = h.version === 0 || speaksVersion(h.version);
  const type = spoken ? (TYPE[h.type] ?? PKT.UNKNOWN) : PKT.UNKNOWN;
  m.st(pkt + RxPacket.type, type);
  if (!first && !sameDcid(s.bytes, base, h, c.cidLength)) return drop(x, dg, TP.pktParseDcid, BAD_HEADER);
  if (type === PKT.RETRY || h.version === 0) return drop(x, dg, TP.pktParseRetry, BAD_HEADER);
  if (!spoken) {
    x.sink.trace(x, TP.pktParseVnSent, 0);
    return dropReason('version negotiation answered');
  }
  if (used < 0) return drop(x, dg, TP.pktParseLength, BAD_HEADER);
  if (type === PKT.INITIAL) {
    if (h.tokenLen > 0) m.st(pkt + RxPacket.flags, m.ld(pkt + RxPacket.flags) | RXF.HAS_TOKEN);
    else if (c.forceRetry) {
      x.sink.trace(x, TP.pktParseRetrySent, 0);
      return dropReason('retry answered');
    }
  } else if (type !== PKT.ZERO_RTT && h.dcidLen !== c.cidLength)
    return drop(x, dg, TP.pktParseToken, BAD_HEADER);
  m.st(pkt + RxPacket.len, used);
  if (type === PKT.INITIAL && s.length[dg]! < N.INITIAL_MIN) {
    x.sink.trace(x, TP.pktParseTooShort, 0);
    packetDropped(x, 0, PKT_DROP.indexOf('too short datagram for an Initial'), dg);
    return TOO_SHORT;
  }
  if (type === PKT.ZERO_RTT) {
    x.sink.trace(x, TP.pktParseZeroRtt, 0);
    packetDropped(x, 0, PKT_DROP.indexOf('0-RTT not supported'), dg);
    return ZERO_RTT;
  }
  return keep(x, pkt, type, h.pnOff - base, used);
}

function keep(x: Exec, pkt: number, type: number, pnOff: number, len: number): number {
  x.m.st(pkt + RxPacket.type, type);
  x.m.st(pkt + RxPacket.pnOff, pnOff);
  x.m.st(pkt + RxPacket.len, len);
  return 0;
}

function drop(x: Exec, dg: number, tp: number, reason: number): number {
  x.sink.trace(x, tp, 0);
  packetDropped(x, 0, PKT_DROP.indexOf('bad header'), dg);
  return reason;
}

function allZero(b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (b[i] !== 0) return false;
  return true;
}

/** Whether this packet has the DCID of the datagram's first packet. */
function sameDcid(b: Uint8Array, base: number, h: PacketHeader, own: number): boolean {
  const long = (b[base]! & 0x80) !== 0;
  const at = long ? base + 6 : base + 1;
  const len = long ? b[base + 5]! : own;
  if (len !== h.dcidLen) return false;
  for (let i = 0; i < len; i++) if (b[at + i] !== b[h.dcidOff + i]) return false;
  return true;
}
