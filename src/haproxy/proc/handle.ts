/** A packet on its connection: closing check, migration check, storing it (semantics 1.5/5-6, 1.9, N6.4, N9). */
import { listAppend, listInsertFirst } from '../../memory/list.ts';
import { LEVEL, MUX, N, PKT, PKT_DROP, QC, STATE, spaceOf } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, RxPacket } from '../model/layouts.ts';
import { COST } from './cost.ts';
import type { Exec } from './exec.ts';
import { packetDropped } from './kernel.ts';
import { RXF } from './pktparse.ts';
import { NEXT, procedure, RET, step } from './proc.ts';
import { hold } from './release.ts';
import { taskletWakeupAfter } from './task.ts';
import { setTimer } from './timers.ts';
import { TP } from './trace.ts';

export const elOf = (qc: number, level: number): number => qc + QuicConn.els + level * Qel.$size;
export const pktnsOf = (qc: number, space: number): number => qc + QuicConn.pktns + space * Pktns.$size;

export function setFlags(x: Exec, qc: number, bits: number): void {
  x.m.st(qc + QuicConn.flags, x.m.ld(qc + QuicConn.flags) | bits);
}

export function clearFlags(x: Exec, qc: number, bits: number): void {
  x.m.st(qc + QuicConn.flags, x.m.ld(qc + QuicConn.flags) & ~bits);
}

/** qc_rx_check_closing: counts datagrams of a closing connection and asks for another CONNECTION_CLOSE now and then. */
export function checkClosing(x: Exec, qc: number): boolean {
  const { m } = x;
  if (!(m.ld(qc + QuicConn.flags) & QC.CLOSING)) return false;
  const since = m.ld(qc + QuicConn.nbPktSinceCc) + 1;
  const limit = m.ld(qc + QuicConn.nbPktForCc);
  if (since >= limit) {
    setFlags(x, qc, QC.IMMEDIATE_CLOSE);
    m.st(qc + QuicConn.nbPktForCc, limit + 1);
    m.st(qc + QuicConn.nbPktSinceCc, 0);
  } else m.st(qc + QuicConn.nbPktSinceCc, since);
  x.sink.trace(x, TP.closingState, qc);
  return true;
}

/** qc_handle_conn_migration: listeners always disable active migration, so another address is always refused. */
export function migration(x: Exec, qc: number, saddr: number): boolean {
  if (x.m.ld(qc + QuicConn.peerAddr) === saddr) return false;
  x.sink.trace(x, TP.migrationEnter, qc);
  x.sink.trace(x, TP.migrationRefused, qc);
  x.sink.trace(x, TP.migrationLeave, qc);
  return true;
}

export const levelOf = (type: number): number => {
  if (type === PKT.INITIAL) return LEVEL.INITIAL;
  if (type === PKT.ZERO_RTT) return LEVEL.EARLY;
  return type === PKT.HANDSHAKE ? LEVEL.HANDSHAKE : LEVEL.APP;
};

/** qc_qel_may_rm_hp: may header protection be removed at this level now? */
export function mayRemoveHp(x: Exec, qc: number, level: number): boolean {
  const { m } = x;
  if (m.ld(elOf(qc, level) + Qel.discarded)) return false;
  const state = m.ld(qc + QuicConn.state);
  if (level === LEVEL.HANDSHAKE && state < STATE.HANDSHAKE) return false;
  if (level === LEVEL.APP && state < STATE.COMPLETE) return false;
  return !((level === LEVEL.APP || level === LEVEL.EARLY) && m.ld(qc + QuicConn.muxState) === MUX.NULL);
}

/**
 * Removes a packet's header protection: learns its number and puts it in its level's list in number order. Without the
 * keys the packet is taken as the next in order and marked "not opened".
 */
export function removeHp(x: Exec, qc: number, pkt: number, level: number): void {
  const { m } = x;
  const ns = pktnsOf(qc, spaceOf[level as 0 | 1 | 2 | 3]);
  const largest = m.ld(ns + Pktns.largestRx);
  let pn = x.W.consts.opener.packetNumber(
    m.ld(pkt + RxPacket.dgram),
    m.ld(pkt + RxPacket.ordinal),
    level,
    largest,
  );
  if (pn < 0) {
    pn = largest + 1;
    m.st(pkt + RxPacket.flags, m.ld(pkt + RxPacket.flags) | RXF.NOT_OPENED);
  }
  m.st(pkt + RxPacket.pn, pn);
  if (pn > largest) m.st(ns + Pktns.largestRx, pn);
  const head = elOf(qc, level) + Qel.rx;
  let after = m.ld(head + 1);
  while (after !== head && m.ld(after - RxPacket.byLevel + RxPacket.pn) > pn) after = m.ld(after + 1);
  listInsertFirst(m, after, pkt + RxPacket.byLevel);
}

/** Locals. */
const E = { qc: 0, pkt: 1 } as const;

export const pktHandle = procedure(
  'qc_rx_pkt_handle',
  'Taking over a packet',
  ['qc', 'pkt'],
  [
    step('1', 'After the amplification limit the loss timer is armed again', '1.9', COST.local, (x, go) => {
      const qc = x.get(E.qc);
      x.sink.trace(x, TP.handleEnter, qc);
      x.sink.trace(x, TP.handlePkt, qc, x.get(E.pkt));
      if (!(x.m.ld(qc + QuicConn.flags) & QC.ANTI_AMPLIFICATION_REACHED)) return go['2']!;
      clearFlags(x, qc, QC.ANTI_AMPLIFICATION_REACHED);
      x.sink.trace(x, TP.handleAmplification, qc);
      return x.call(setTimer, qc);
    }),
    step(
      '2',
      'Keep the packet; remove its header protection if the keys are there',
      '1.9',
      COST.local,
      (x, go) => {
        const { m } = x;
        const qc = x.get(E.qc);
        const pkt = x.get(E.pkt);
        const level = levelOf(m.ld(pkt + RxPacket.type));
        const dg = m.ld(pkt + RxPacket.dgram);
        if (m.ld(qc + QuicConn.flags) & QC.IMMEDIATE_CLOSE) {
          x.sink.trace(x, TP.handleError, qc);
          return go['3']!;
        }
        if (m.ld(elOf(qc, level) + Qel.discarded)) {
          packetDropped(x, qc, PKT_DROP.indexOf('keys discarded'), dg);
          x.sink.trace(x, TP.handleDropped, qc, pkt);
          return go['3']!;
        }
        const used = m.ld(qc + QuicConn.rxBufUsed) + m.ld(pkt + RxPacket.len);
        if (used > N.QC_RXBUF) {
          packetDropped(x, qc, PKT_DROP.indexOf('connection buffer full'), dg);
          x.sink.trace(x, TP.handleOverrun, qc);
          return go['3']!;
        }
        m.st(qc + QuicConn.rxBufUsed, used);
        m.st(qc + QuicConn.packets, m.ld(qc + QuicConn.packets) + 1);
        m.st(pkt + RxPacket.qc, qc);
        m.st(pkt + RxPacket.refcnt, m.ld(pkt + RxPacket.refcnt) + 1);
        hold(x, dg, 1);
        listAppend(m, qc + QuicConn.rxPkts, pkt + RxPacket.byQc);
        // HAProxy prints this line before the packet has its number as a key: it has none in it.
        x.sink.trace(x, TP.handleNew, qc, pkt);
        if (mayRemoveHp(x, qc, level)) removeHp(x, qc, pkt, level);
        else listAppend(m, elOf(qc, level) + Qel.pqpkts, pkt + RxPacket.byLevel);
        x.sink.trace(x, TP.handleDone, qc, pkt);
        return NEXT;
      },
    ),
    step('3', 'Wake the connection’s I/O tasklet, here, right after this one', '1.9', COST.atomic, (x) => {
      const qc = x.get(E.qc);
      if (!taskletWakeupAfter(x, x.m.ld(qc + QuicConn.tasklet))) return NEXT;
      x.sink.trace(x, TP.handleLeave, qc);
      return RET;
    }),
  ],
);

export const handleProcedures = [pktHandle] as const;
