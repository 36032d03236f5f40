/** Received packets that a connection keeps: header protection, order, and letting go (semantics 1.9, N3.1). */
import { linkNext, linkPrev, listDelete, listFirst, listInsertFirst } from '../../memory/list.ts';
import type { Ptr } from '../../memory/struct.ts';
import { LEVEL, MUX, PKT, STATE, spaceOf } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, RxPacket, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { Exec } from '../step/exec.ts';
import { elOf, pktnsOf } from './conn.ts';
import { RXF } from './parse.ts';

type Qc = Ptr<'quic_conn'>;
type Pkt = Ptr<'quic_rx_packet'>;

/** Encryption level (LEVEL) of a packet type (PKT). */
export function levelOf(type: number): number {
  if (type === PKT.INITIAL) return LEVEL.INITIAL;
  if (type === PKT.ZERO_RTT) return LEVEL.EARLY;
  return type === PKT.HANDSHAKE ? LEVEL.HANDSHAKE : LEVEL.APP;
}

/** Packet number space (SPACE) of an encryption level. */
export const spaceAt = (level: number): number => spaceOf[level as 0 | 1 | 2 | 3];

/** qc_qel_may_rm_hp: may header protection be removed at this level now? */
export function mayRemoveHp(x: Exec, qc: Qc, level: number): boolean {
  if (x.ld(elOf(x, qc, level), Qel.discarded)) return false;
  const state = x.ld(qc, QuicConn.state);
  if (level === LEVEL.HANDSHAKE && state < STATE.HANDSHAKE) return false;
  if (level === LEVEL.APP && state < STATE.COMPLETE) return false;
  return !((level === LEVEL.APP || level === LEVEL.EARLY) && x.ld(qc, QuicConn.muxState) === MUX.NULL);
}

/**
 * Removes a packet's header protection: learns its number and puts it in its level's list in number order. Without the
 * keys the packet is taken as the next in order and marked "not opened".
 */
export function removeHp(x: Exec, qc: Qc, pkt: Pkt, level: number): void {
  const ns = pktnsOf(x, qc, spaceAt(level));
  const largest = x.ld(ns, Pktns.largestRx);
  let pn = x.packetNumber(x.ld(pkt, RxPacket.dgram), x.ld(pkt, RxPacket.ordinal), level, largest);
  if (pn < 0) {
    pn = largest + 1;
    x.st(pkt, RxPacket.flags, x.ld(pkt, RxPacket.flags) | RXF.NOT_OPENED);
  }
  x.st(pkt, RxPacket.pn, pn);
  if (pn > largest) x.st(ns, Pktns.largestRx, pn);
  const head = x.part(elOf(x, qc, level), Qel.rx);
  let after = before(x, head);
  while (after !== head && x.ld(x.owner(after, RxPacket.byLevel), RxPacket.pn) > pn) after = before(x, after);
  listInsertFirst(x.m, after, x.part(pkt, RxPacket.byLevel));
}

const before = (x: Exec, n: Ptr<'list'>): Ptr<'list'> => linkPrev(x.m, n);

/** Takes a received packet out of its connection's lists. */
function unlist(x: Exec, qc: Qc, pkt: Pkt): void {
  listDelete(x.m, x.part(pkt, RxPacket.byQc));
  listDelete(x.m, x.part(pkt, RxPacket.byLevel));
  x.inc(qc, QuicConn.rxBufUsed, -x.ld(pkt, RxPacket.len));
  hold(x, x.ld(pkt, RxPacket.dgram), -1);
}

/** Frees a received packet with its connection, whoever else refers to it. */
export function dropRx(x: Exec, qc: Qc, pkt: Pkt): void {
  unlist(x, qc, pkt);
  x.free('rxPacket', pkt);
}

/** Takes a received packet out of its lists and drops the connection's reference. */
export function freeRx(x: Exec, qc: Qc, pkt: Pkt): void {
  unlist(x, qc, pkt);
  const ref = x.ld(pkt, RxPacket.refcnt) - 1;
  if (ref === 0) x.free('rxPacket', pkt);
  else x.st(pkt, RxPacket.refcnt, ref);
}

/** A connection keeps a packet of a datagram, or lets go of it: a store whose places come round again looks at this. */
export function hold(x: Exec, dg: number, by: 1 | -1): void {
  if (x.cfg.recycles) x.inc(x.at(AT.holds, dg), Word.v, by);
}

/** Forgets the packets of a level whose keys are discarded. One packet a call; false when none is left. */
export function dropLevelPacket(x: Exec, qc: Qc, level: number): boolean {
  const el = elOf(x, qc, level);
  const n = listFirst(x.m, x.part(el, Qel.rx)) || listFirst(x.m, x.part(el, Qel.pqpkts));
  if (!n) return false;
  freeRx(x, qc, x.owner(n as Ptr<'list'>, RxPacket.byLevel));
  return true;
}

/** Whether another packet of the same datagram is still kept: a datagram's packets stand side by side in qc.rx.pkt_list. */
function keepsMore(x: Exec, qc: Qc, pkt: Pkt): boolean {
  const dg = x.ld(pkt, RxPacket.dgram);
  const head = x.part(qc, QuicConn.rxPkts);
  const node = x.part(pkt, RxPacket.byQc);
  return isOfDgram(x, head, linkNext(x.m, node), dg) || isOfDgram(x, head, before(x, node), dg);
}

const isOfDgram = (x: Exec, head: Ptr<'list'>, n: Ptr<'list'>, dg: number): boolean =>
  n !== head && x.ld(x.owner(n, RxPacket.byQc), RxPacket.dgram) === dg;

/** Frees a packet that has been treated. When nothing of its datagram waits any more, what it causes may happen. */
export function treated(x: Exec, qc: Qc, pkt: Pkt): void {
  const n = x.dgOrder(x.ld(pkt, RxPacket.dgram));
  const more = keepsMore(x, qc, pkt);
  freeRx(x, qc, pkt);
  if (n > x.ld(qc, QuicConn.seen)) x.st(qc, QuicConn.seen, n);
  if (!more && n > x.ld(qc, QuicConn.processed)) x.st(qc, QuicConn.processed, n);
}
