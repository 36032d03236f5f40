/** What a packet number space keeps of what was sent, until it is acknowledged, lost, or its keys go. */
import { listAppend, listDelete, listFirst, listNext } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { Pktns, Qel, QuicConn, TxPacket } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { elOf, pktnsOf } from './conn.ts';

type Qc = Ptr<'quic_conn'>;
type Sent = Ptr<'quic_tx_packet'>;

/** pktns.flags */
export const NS = { ACK_REQUIRED: 1 } as const;

/** Enters an ack-eliciting packet in the sent list of its space. NULL when the pool is empty, or RETRY. */
export function enterSent(x: Exec, qc: Qc, space: number, pn: number, len: number): Sent {
  const p = x.alloc('txPacket');
  if (p <= 0) return p;
  const ns = pktnsOf(x, qc, space);
  x.st(p, TxPacket.pn, pn);
  x.st(p, TxPacket.len, len);
  x.st(p, TxPacket.aeliciting, 1);
  x.st(p, TxPacket.timeSent, x.now);
  listAppend(x.m, x.part(ns, Pktns.sent), x.part(p, TxPacket.bySpace));
  x.inc(ns, Pktns.inFlight, 1);
  x.st(ns, Pktns.timeOfLastEliciting, x.now);
  return p;
}

/** Gives a sent packet's slot back. */
export function freeSent(x: Exec, pkt: Sent): void {
  listDelete(x.m, x.part(pkt, TxPacket.bySpace));
  x.free('txPacket', pkt);
}

/** Takes a packet out of the sent list and frees it. */
export function removeSent(x: Exec, qc: Qc, space: number, pkt: Sent): void {
  if (x.ld(pkt, TxPacket.aeliciting)) x.inc(pktnsOf(x, qc, space), Pktns.inFlight, -1);
  freeSent(x, pkt);
}

/** The first packet in the sent list of a space, or NULL. */
export function firstSent(x: Exec, qc: Qc, space: number): Sent {
  const n = listFirst(x.m, x.part(pktnsOf(x, qc, space), Pktns.sent));
  return n ? x.owner(n, TxPacket.bySpace) : NULL;
}

/** The one after `pkt`, or NULL. */
export function nextSent(x: Exec, qc: Qc, space: number, pkt: Sent): Sent {
  const n = listNext(x.m, x.part(pktnsOf(x, qc, space), Pktns.sent), x.part(pkt, TxPacket.bySpace));
  return n ? x.owner(n, TxPacket.bySpace) : NULL;
}

/** Takes out all that was sent in a space. */
export function removeAllSent(x: Exec, qc: Qc, space: number): void {
  for (let p = firstSent(x, qc, space); p; p = firstSent(x, qc, space)) removeSent(x, qc, space, p);
}

/** Takes out packets as lost that are three behind the largest acknowledged, or older than 9/8 of the RTT (RFC 9002 6.1). Answers how many. */
export function detectLoss(x: Exec, qc: Qc, space: number): number {
  let lost = 0;
  const ns = pktnsOf(x, qc, space);
  const largest = x.ld(ns, Pktns.largestAcked);
  const delay = Math.max(((Math.max(x.ld(qc, QuicConn.srtt), 1) * 9) >> 3) + 1, 1);
  x.st(ns, Pktns.lossTime, 0);
  for (let p = firstSent(x, qc, space); p; ) {
    const pkt = p;
    p = nextSent(x, qc, space, pkt);
    const pn = x.ld(pkt, TxPacket.pn);
    if (pn > largest) continue;
    const due = x.ld(pkt, TxPacket.timeSent) + delay;
    if (largest - pn >= 3 || due <= x.now) {
      removeSent(x, qc, space, pkt);
      lost++;
      continue;
    }
    const old = x.ld(ns, Pktns.lossTime);
    if (!old || due < old) x.st(ns, Pktns.lossTime, due);
  }
  return lost;
}

/** Keys and space of a level go: nothing of it is in flight any more. */
export function discardLevel(x: Exec, qc: Qc, level: number, space: number): void {
  x.st(elOf(x, qc, level), Qel.discarded, 1);
  removeAllSent(x, qc, space);
  const ns = pktnsOf(x, qc, space);
  x.st(ns, Pktns.lossTime, 0);
  x.st(ns, Pktns.probe, 0);
  x.st(ns, Pktns.flags, 0);
}

/** An acknowledgement of a space's packets has gone out. */
export function ackLeft(x: Exec, ns: Ptr<'quic_pktns'>): void {
  x.st(ns, Pktns.flags, x.ld(ns, Pktns.flags) & ~NS.ACK_REQUIRED);
  x.st(ns, Pktns.nbAepkts, 0);
}
