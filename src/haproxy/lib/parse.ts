/** quic_rx_pkt_parse's checks in HAProxy's order (semantics 1.6), over the one packet parser there is. */
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { DROP_REASON, N, PKT, PKT_DROP_REASON } from '../model/flags.ts';
import { RxPacket } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { spoken, typeOf } from '../step/packets.ts';
import { TP } from '../step/trace.ts';
import { packetDropped } from './kernel.ts';

type Packet = Ptr<'quic_rx_packet'>;

/** pkt.flags */
export const RXF = { FIRST: 1, HAS_TOKEN: 2, NOT_OPENED: 4 } as const;

/** What `parseInto` answers for zeros behind the last packet. */
const SILENT = -1;

/**
 * Parses the packet at byte `pos` of datagram `dg` into `pkt`, whose `len` always says how far to skip. Returns 0, a
 * drop reason (DROP_REASON) or -1 for a silent skip. `ordinal` counts the datagram's packets from 0.
 */
export function parseInto(x: Exec, pkt: Packet, dg: number, pos: number, ordinal: number): number {
  const base = x.dgBegin(dg);
  const end = base + x.dgLength(dg);
  const at = base + pos;
  const first = pos === 0;
  x.st(pkt, RxPacket.dgram, dg);
  x.st(pkt, RxPacket.off, pos);
  x.st(pkt, RxPacket.ordinal, ordinal);
  x.st(pkt, RxPacket.pn, -1);
  x.st(pkt, RxPacket.flags, first ? RXF.FIRST : 0);
  x.st(pkt, RxPacket.len, end - at);
  x.st(pkt, RxPacket.type, PKT.UNKNOWN);
  if (end === at) return drop(x, dg, TP.pktParseEmpty, DROP_REASON.tooShort);
  if (!(x.byte(at) & 0x40)) {
    if (!first && allZero(x, at, end)) return SILENT;
    if (!x.anyFixedBit) return drop(x, dg, TP.pktParseFixedBit, DROP_REASON.badHeader);
  }
  const used = x.parse(dg, pos);
  return x.byte(at) & 0x80
    ? parseLong(x, pkt, dg, first, base, used)
    : parseShort(x, pkt, dg, first, base, end - at, used);
}

/** A packet with a short header, which has been read; `len` bytes are left of the datagram. */
function parseShort(
  x: Exec,
  pkt: Packet,
  dg: number,
  first: boolean,
  base: number,
  len: number,
  used: number,
): number {
  x.trace(TP.pktParseShort, NULL);
  if (used < 0 || len < 1 + x.cidLengthOf(dg)) return drop(x, dg, TP.pktParseShortBad, DROP_REASON.badHeader);
  if (!first && !sameDcid(x, dg, base)) return drop(x, dg, TP.pktParseShortDcid, DROP_REASON.badHeader);
  return keep(x, pkt, PKT.SHORT, x.header.pnOff - base, len);
}

/** A packet with a long header, which has been read, at least in part. */
function parseLong(x: Exec, pkt: Packet, dg: number, first: boolean, base: number, used: number): number {
  x.trace(TP.pktParseLong, NULL);
  if (used < 0 && x.header.scidOff === 0) return drop(x, dg, TP.pktParseLongBad, DROP_REASON.badHeader);
  const type = typeOf(x.header);
  const ours = type !== PKT.INITIAL && type !== PKT.ZERO_RTT && spoken(x.header);
  if (ours && x.header.dcidLen !== x.cidLengthOf(dg))
    return drop(x, dg, TP.pktParseLongBad, DROP_REASON.badHeader);
  x.st(pkt, RxPacket.type, type);
  if (!first && !sameDcid(x, dg, base)) return drop(x, dg, TP.pktParseDcid, DROP_REASON.badHeader);
  if (type === PKT.RETRY || x.header.version === 0)
    return drop(x, dg, TP.pktParseRetry, DROP_REASON.badHeader);
  if (!spoken(x.header)) {
    x.trace(TP.pktParseVnSent, NULL);
    return DROP_REASON.versionNegotiationAnswered;
  }
  if (type === PKT.INITIAL) {
    if (used < 0 && x.header.tokenOff === 0) return drop(x, dg, TP.pktParseToken, DROP_REASON.badHeader);
    if (x.header.tokenLen > 0) x.st(pkt, RxPacket.flags, x.ld(pkt, RxPacket.flags) | RXF.HAS_TOKEN);
    else if (x.forceRetry) {
      x.trace(TP.pktParseRetrySent, NULL);
      return DROP_REASON.retryAnswered;
    }
  }
  if (used < 0) return drop(x, dg, TP.pktParseLength, DROP_REASON.badHeader);
  x.st(pkt, RxPacket.len, used);
  if (type === PKT.INITIAL && x.dgLength(dg) < N.INITIAL_MIN) {
    x.trace(TP.pktParseTooShort, NULL);
    packetDropped(x, NULL, PKT_DROP_REASON.tooShortDatagramForAnInitial, dg);
    return DROP_REASON.tooShort;
  }
  if (type === PKT.ZERO_RTT) {
    x.trace(TP.pktParseZeroRtt, NULL);
    packetDropped(x, NULL, PKT_DROP_REASON.zeroRttNotSupported, dg);
    return DROP_REASON.zeroRttNotSupported;
  }
  return keep(x, pkt, type, x.header.pnOff - base, used);
}

function keep(x: Exec, pkt: Packet, type: number, pnOff: number, len: number): number {
  x.st(pkt, RxPacket.type, type);
  x.st(pkt, RxPacket.pnOff, pnOff);
  x.st(pkt, RxPacket.len, len);
  return 0;
}

function drop(x: Exec, dg: number, tp: number, reason: number): number {
  x.trace(tp, NULL);
  packetDropped(x, NULL, PKT_DROP_REASON.badHeader, dg);
  return reason;
}

function allZero(x: Exec, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (x.byte(i) !== 0) return false;
  return true;
}

/** Whether the packet of datagram `dg` that was read has the DCID of its first packet; `base`: where the datagram begins. */
function sameDcid(x: Exec, dg: number, base: number): boolean {
  const long = (x.byte(base) & 0x80) !== 0;
  const at = long ? base + 6 : base + 1;
  const len = long ? x.byte(base + 5) : x.cidLengthOf(dg);
  if (len !== x.header.dcidLen) return false;
  for (let i = 0; i < len; i++) if (x.byte(at + i) !== x.byte(x.header.dcidOff + i)) return false;
  return true;
}
