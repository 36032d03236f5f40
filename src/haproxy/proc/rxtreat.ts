/** Opening received packets and acting on their frames (semantics N3.1/6, N6.3; RFC 9002 for ACK). All on the owner. */
import { listDelete, listFirst, listNext } from '../../memory/list.ts';
import { LEVEL, PKT_DROP, QC, STATE, spaceOf } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, RxPacket, Task, TxPacket } from '../model/layouts.ts';
import { type OpenedFrame, type OpenedPacket, originalOf } from '../model/script.ts';
import { acceptPushQc } from './accept.ts';
import { retireConnectionId } from './cids.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { elOf, mayRemoveHp, pktnsOf, removeHp, setFlags } from './handle.ts';
import { connAppIoCb } from './io.ts';
import { packetDropped } from './kernel.ts';
import { RXF } from './pktparse.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { detach, dropLevelPacket, freeRx, halfOpenDone, notifyClose } from './release.ts';
import { detectLoss, idleDoRearm, idleRearm, removeSent, setTimer } from './timers.ts';

/** pktns.flags */
export const NS = { ACK_REQUIRED: 1 } as const;

/** Locals of qc_treat_rx_pkts. */
const T = { qc: 0, level: 1, pkt: 2, frame: 3 } as const;

function opened(x: Exec, pkt: number, level: number, keyGen: number): OpenedPacket | null {
  const { m } = x;
  return x.W.consts.opener.open(
    m.ld(pkt + RxPacket.dgram),
    m.ld(pkt + RxPacket.ordinal),
    level,
    m.ld(pkt + RxPacket.pn),
    keyGen,
  );
}

/** Opens the packet with the present key generation, or the next one when its key phase bit says so. */
function openNow(x: Exec, qc: number, pkt: number, level: number): OpenedPacket | null {
  const { m } = x;
  const gen = m.ld(qc + QuicConn.keyGen);
  if (level !== LEVEL.APP) return opened(x, pkt, level, 0);
  const phase = x.W.consts.opener.keyPhase(m.ld(pkt + RxPacket.dgram), m.ld(pkt + RxPacket.ordinal));
  if ((gen & 1) === phase) return opened(x, pkt, level, gen);
  const next = opened(x, pkt, level, gen + 1);
  if (next) m.st(qc + QuicConn.keyGen, gen + 1);
  else if (gen > 0) return opened(x, pkt, level, gen - 1);
  return next;
}

/** The packet again, as a later step of the same packet sees it. */
function again(x: Exec, qc: number, pkt: number, level: number): OpenedPacket {
  const gen = level === LEVEL.APP ? x.m.ld(qc + QuicConn.keyGen) : 0;
  const p = opened(x, pkt, level, gen) ?? opened(x, pkt, level, gen - 1);
  if (!p) throw new Error('a packet that was open can be opened again');
  return p;
}

const acts = (f: OpenedFrame): boolean =>
  f.name === 'ACK' ||
  f.name === 'ACK_ECN' ||
  f.name === 'CRYPTO' ||
  f.name.startsWith('CONNECTION_CLOSE') ||
  f.name === 'RETIRE_CONNECTION_ID';

/** Adds [from, to) to a level's received CRYPTO ranges, merging neighbours. At most eight stay apart. */
export function addCrypto(x: Exec, qc: number, level: number, from: number, to: number): void {
  const { m } = x;
  const at = elOf(qc, level) + Qel.crypto;
  let lo = from;
  let hi = to;
  let free = -1;
  for (let i = 0; i < 8; i++) {
    const a = m.ld(at + 2 * i);
    const b = m.ld(at + 2 * i + 1);
    if (b === 0) {
      if (free < 0) free = i;
      continue;
    }
    if (b < lo || a > hi) continue;
    lo = Math.min(lo, a);
    hi = Math.max(hi, b);
    m.st(at + 2 * i, 0);
    m.st(at + 2 * i + 1, 0);
    if (free < 0 || i < free) free = i;
    i = -1;
  }
  if (free < 0) return;
  m.st(at + 2 * free, lo);
  m.st(at + 2 * free + 1, hi);
}

/** Bytes of a level's CRYPTO stream that have arrived without a gap. */
export function cryptoContiguous(x: Exec, qc: number, level: number): number {
  const { m } = x;
  const at = elOf(qc, level) + Qel.crypto;
  for (let i = 0; i < 8; i++) if (m.ld(at + 2 * i + 1) && m.ld(at + 2 * i) === 0) return m.ld(at + 2 * i + 1);
  return 0;
}

/** An ACK frame: removes what it acknowledges, samples the RTT, finds losses. */
function takeAck(x: Exec, qc: number, space: number, f: OpenedFrame): void {
  const { m } = x;
  const ns = pktnsOf(qc, space);
  const top = f.ranges[1] ?? -1;
  let sample = -1;
  let acked = 0;
  for (let n = listFirst(m, ns + Pktns.sent); n; ) {
    const pkt = n - TxPacket.bySpace;
    n = listNext(m, ns + Pktns.sent, n);
    const pn = m.ld(pkt + TxPacket.pn);
    let inside = false;
    for (let i = 0; i < f.ranges.length && !inside; i += 2)
      inside = pn >= f.ranges[i]! && pn <= f.ranges[i + 1]!;
    if (!inside) continue;
    if (pn === top && m.ld(pkt + TxPacket.aeliciting)) sample = x.now - m.ld(pkt + TxPacket.timeSent);
    acked += m.ld(pkt + TxPacket.aeliciting);
    removeSent(x, qc, space, pkt);
  }
  if (top > m.ld(ns + Pktns.largestAcked)) m.st(ns + Pktns.largestAcked, top);
  if (acked) m.st(qc + QuicConn.ptoCount, 0);
  if (sample >= 0) rttSample(x, qc, sample, f.from, space);
  detectLoss(x, qc, space);
}

/** RFC 9002 5.3, whole ms; `delayUs` counts only for the application space. */
function rttSample(x: Exec, qc: number, latest: number, delayUs: number, space: number): void {
  const { m } = x;
  const conn = m.ld(qc + QuicConn.capConn);
  const limit = conn >= 0 ? x.W.consts.conns[conn]!.maxAckDelay : 25;
  const min = m.ld(qc + QuicConn.rttMin);
  if (min === 0) {
    m.st(qc + QuicConn.rttMin, Math.max(latest, 1));
    m.st(qc + QuicConn.srtt, latest);
    m.st(qc + QuicConn.rttvar, latest >> 1);
    return;
  }
  m.st(qc + QuicConn.rttMin, Math.min(min, Math.max(latest, 1)));
  const delay = space === 2 ? Math.min(Math.floor(delayUs / 1000), limit) : 0;
  const adjusted = latest >= min + delay ? latest - delay : latest;
  const srtt = m.ld(qc + QuicConn.srtt);
  m.st(qc + QuicConn.rttvar, (3 * m.ld(qc + QuicConn.rttvar) + Math.abs(srtt - adjusted)) >> 2);
  m.st(qc + QuicConn.srtt, (7 * srtt + adjusted) >> 3);
}

/** CONNECTION_CLOSE from the client. */
function startDraining(x: Exec, qc: number): void {
  if (x.m.ld(qc + QuicConn.flags) & QC.DRAINING) return;
  setFlags(x, qc, QC.DRAINING | QC.IMMEDIATE_CLOSE);
  detach(x, qc, true);
  idleDoRearm(x, qc, false);
  notifyClose(x, qc);
  x.sink.note(x, EV.CLOSE, qc);
}

/** Whether another packet of the same datagram is still kept: a datagram's packets stand side by side in qc.rx.pkt_list. */
function keepsMore(x: Exec, qc: number, pkt: number): boolean {
  const { m } = x;
  const dg = m.ld(pkt + RxPacket.dgram);
  const head = qc + QuicConn.rxPkts;
  const of = (n: number): boolean => n !== head && m.ld(n - RxPacket.byQc + RxPacket.dgram) === dg;
  return of(m.ld(pkt + RxPacket.byQc)) || of(m.ld(pkt + RxPacket.byQc + 1));
}

/** Frees a packet that has been treated. When nothing of its datagram waits any more, what it causes may happen. */
function treated(x: Exec, qc: number, pkt: number): void {
  const { m } = x;
  const dg = originalOf(x.W.consts.datagrams, m.ld(pkt + RxPacket.dgram));
  const more = keepsMore(x, qc, pkt);
  freeRx(x, qc, pkt);
  const { order } = x.W.consts.datagrams;
  const n = order ? order[dg]! : dg;
  if (n > m.ld(qc + QuicConn.seen)) m.st(qc + QuicConn.seen, n);
  if (!more && n > m.ld(qc + QuicConn.processed)) m.st(qc + QuicConn.processed, n);
}

/** qc_rm_hp_pkts: header protection of what waited for keys, or for the mux. */
export const rmHpPkts = procedure(
  'qc_rm_hp_pkts',
  'Removing header protection',
  ['qc', 'level'],
  [
    step('1', 'Next packet that is still protected', 'N3.1/5', COST.open, (x, go) => {
      const { m } = x;
      const qc = x.get(0);
      const level = x.get(1);
      if (!mayRemoveHp(x, qc, level)) return RET;
      const n = listFirst(m, elOf(qc, level) + Qel.pqpkts);
      if (!n) return RET;
      listDelete(m, n);
      removeHp(x, qc, n - RxPacket.byLevel, level);
      return go['1']!;
    }),
  ],
);

export const treatRxPkts = procedure(
  'qc_treat_rx_pkts',
  'Reading packets',
  ['qc', 'level', 'pkt', 'frame'],
  [
    step('1', 'Take the next packet of this level and open it', 'N3.1/6', COST.open, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const level = x.get(T.level);
      const n = listFirst(m, elOf(qc, level) + Qel.rx);
      if (!n) return go.tls!;
      const pkt = n - RxPacket.byLevel;
      x.set(T.pkt, pkt);
      x.set(T.frame, 0);
      if (m.ld(pkt + RxPacket.flags) & RXF.NOT_OPENED) {
        packetDropped(x, qc, PKT_DROP.indexOf('not opened'), m.ld(pkt + RxPacket.dgram));
        return go.infer!;
      }
      const p = openNow(x, qc, pkt, level);
      if (p) {
        m.st(pkt + RxPacket.aeliciting, p.ackEliciting ? 1 : 0);
        return NEXT;
      }
      packetDropped(x, qc, PKT_DROP.indexOf('decryption failed'), m.ld(pkt + RxPacket.dgram));
      treated(x, qc, pkt);
      return RETRY_STEP;
    }),
    step('2', 'Act on its next frame', 'N3.1/6', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const level = x.get(T.level);
      const pkt = x.get(T.pkt);
      const frames = again(x, qc, pkt, level).frames;
      let i = x.get(T.frame);
      while (i < frames.length && !acts(frames[i]!)) i++;
      x.set(T.frame, i + 1);
      const f = frames[i];
      if (!f) return go['3']!;
      if (f.name === 'CRYPTO') addCrypto(x, qc, level, f.from, f.to);
      else if (f.name === 'RETIRE_CONNECTION_ID') {
        return x.callThen(go['2']!, retireConnectionId, qc, f.from, m.ld(pkt + RxPacket.dgram));
      } else if (f.name.startsWith('CONNECTION_CLOSE')) startDraining(x, qc);
      else {
        takeAck(x, qc, spaceOf[level as 0 | 1 | 2 | 3], f);
        return x.callThen(go['2']!, setTimer, qc);
      }
      return go['2']!;
    }),
    step('infer', 'Not opened: taken as acknowledging all that was sent (inferred)', '', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const space = spaceOf[x.get(T.level) as 0 | 1 | 2 | 3];
      m.st(qc + QuicConn.inferred, 1);
      m.st(x.get(T.pkt) + RxPacket.aeliciting, 1);
      for (
        let n = listFirst(m, pktnsOf(qc, space) + Pktns.sent);
        n;
        n = listFirst(m, pktnsOf(qc, space) + Pktns.sent)
      ) {
        removeSent(x, qc, space, n - TxPacket.bySpace);
      }
      return x.call(setTimer, qc);
    }),
    step('3', 'Read to its end: does it want an acknowledgement? Free it', 'N3.1/6', COST.pool, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const level = x.get(T.level);
      const pkt = x.get(T.pkt);
      const ns = pktnsOf(qc, spaceOf[level as 0 | 1 | 2 | 3]);
      if (m.ld(pkt + RxPacket.aeliciting)) {
        m.st(ns + Pktns.flags, m.ld(ns + Pktns.flags) | NS.ACK_REQUIRED);
        m.st(ns + Pktns.nbAepkts, m.ld(ns + Pktns.nbAepkts) + 1);
        const armAck = m.ld(qc + QuicConn.state) >= STATE.COMPLETE && level === LEVEL.APP;
        if (!idleRearm(x, qc, true, armAck)) return NEXT;
      }
      m.st(ns + Pktns.ackRanges, 1);
      treated(x, qc, pkt);
      x.set(T.pkt, 0);
      return level === LEVEL.HANDSHAKE && !m.ld(elOf(qc, LEVEL.INITIAL) + Qel.discarded) ? NEXT : go['1']!;
    }),
    step(
      '4',
      'First Handshake packet: the client’s address is proven, Initial keys go',
      'N3.3',
      COST.local,
      (x) => {
        const { m } = x;
        const qc = x.get(T.qc);
        m.st(qc + QuicConn.validated, 1);
        discardLevel(x, qc, LEVEL.INITIAL, 0);
        return NEXT;
      },
    ),
    step('4b', 'Drop what was kept at that level', 'N3.3', COST.pool, (x) => {
      return dropLevelPacket(x, x.get(T.qc), LEVEL.INITIAL) ? RETRY_STEP : NEXT;
    }),
    step('4c', 'Set the loss timer anew', 'N4', COST.local, (x, go) =>
      x.callThen(go['1']!, setTimer, x.get(T.qc)),
    ),
    step('tls', 'Give the handshake bytes in order to TLS', 'N3.1/6', COST.local, (x, go) => {
      const { m } = x;
      const qc = x.get(T.qc);
      const conn = m.ld(qc + QuicConn.capConn);
      const script = conn >= 0 ? x.W.consts.conns[conn] : undefined;
      const state = m.ld(qc + QuicConn.state);
      const level = x.get(T.level);
      if (level === LEVEL.INITIAL && state === STATE.INITIAL) {
        const end = script?.clientHelloEnd ?? 0;
        return end > 0 && cryptoContiguous(x, qc, LEVEL.INITIAL) >= end ? NEXT : RET;
      }
      if (level === LEVEL.HANDSHAKE && state === STATE.HANDSHAKE) {
        const end = script?.finishedEnd ?? 0;
        return end > 0 && cryptoContiguous(x, qc, LEVEL.HANDSHAKE) >= end ? go.finished! : RET;
      }
      return RET;
    }),
    step('hello', 'ClientHello is whole: TLS answers it', '1.9', COST.tls, (x) => {
      const qc = x.get(T.qc);
      setFlags(x, qc, QC.TX_TP_RECEIVED | QC.FINALIZED);
      x.m.st(qc + QuicConn.state, STATE.HANDSHAKE);
      return RET;
    }),
    step('finished', 'Finished has been read: the handshake is complete', '1.11', COST.local, (x) => {
      return x.callThen(x.pc + 1, handshakeDone, x.get(T.qc));
    }),
    step('out', 'Back', '', COST.local, () => RET),
  ],
);

/** qc_provide_cdata's end: half-open count, callback, flags, accept. */
export const handshakeDone = procedure(
  'qc_provide_cdata',
  'Completing the handshake',
  ['qc'],
  [
    step('1', 'One half-open connection less', '1.11', COST.atomic, (x) => {
      halfOpenDone(x, x.get(0));
      return NEXT;
    }),
    step('2', 'From now on quic_conn_app_io_cb is its callback', 'N3.3', COST.local, (x) => {
      x.m.st(x.m.ld(x.get(0) + QuicConn.tasklet) + Task.process, connAppIoCb.id);
      return NEXT;
    }),
    step('3', 'State CONFIRMED; post-handshake frames are due', '1.11', COST.local, (x) => {
      const qc = x.get(0);
      setFlags(x, qc, QC.NEED_POST_HANDSHAKE_FRMS);
      x.m.st(qc + QuicConn.state, STATE.CONFIRMED);
      x.m.st(qc + QuicConn.validated, 1);
      return NEXT;
    }),
    step('4', 'Push it to be accepted', '1.11', COST.local, (x) => x.call(acceptPushQc, x.get(0))),
    step('5', 'Back', '1.11', COST.local, () => RET),
  ],
);

/** Keys and space of a level go: nothing of it is in flight any more. */
export function discardLevel(x: Exec, qc: number, level: number, space: number): void {
  const { m } = x;
  m.st(elOf(qc, level) + Qel.discarded, 1);
  const ns = pktnsOf(qc, space);
  for (let n = listFirst(m, ns + Pktns.sent); n; n = listFirst(m, ns + Pktns.sent))
    removeSent(x, qc, space, n - TxPacket.bySpace);
  m.st(ns + Pktns.lossTime, 0);
  m.st(ns + Pktns.probe, 0);
  m.st(ns + Pktns.flags, 0);
}

export const rxtreatProcedures = [rmHpPkts, treatRxPkts, handshakeDone] as const;
