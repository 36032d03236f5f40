/** A received packet opened: which keys, and what its frames say (RFC 9001 6, RFC 9002). */
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { LEVEL } from '../model/flags.ts';
import { Pktns, Qel, QuicConn, RxPacket, TxPacket, Word } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { FRAME, FRAME_FIELD, SCRIPT } from '../step/packets.ts';
import { elOf, pktnsOf } from './conn.ts';
import { detectLoss, firstSent, nextSent, removeSent } from './sent.ts';

type Qc = Ptr<'quic_conn'>;
type Pkt = Ptr<'quic_rx_packet'>;

const open = (x: Exec, pkt: Pkt, level: number, keyGen: number): number =>
  x.openPacket(x.ld(pkt, RxPacket.dgram), x.ld(pkt, RxPacket.ordinal), level, x.ld(pkt, RxPacket.pn), keyGen);

/** Opens the packet with the present key generation, or the next one when its key phase bit says so: bits of OPENED. */
export function openNow(x: Exec, qc: Qc, pkt: Pkt, level: number): number {
  const gen = x.ld(qc, QuicConn.keyGen);
  if (level !== LEVEL.APP) return open(x, pkt, level, 0);
  const phase = x.keyPhase(x.ld(pkt, RxPacket.dgram), x.ld(pkt, RxPacket.ordinal));
  if ((gen & 1) === phase) return open(x, pkt, level, gen);
  const next = open(x, pkt, level, gen + 1);
  if (next) x.st(qc, QuicConn.keyGen, gen + 1);
  else if (gen > 0) return open(x, pkt, level, gen - 1);
  return next;
}

/** Opens the packet again, as a later step of the same packet sees it. */
export function openAgain(x: Exec, qc: Qc, pkt: Pkt, level: number): void {
  const gen = level === LEVEL.APP ? x.ld(qc, QuicConn.keyGen) : 0;
  if (!open(x, pkt, level, gen) && !open(x, pkt, level, gen - 1))
    x.fault('a packet that was open can be opened again');
}

/** From frame `i` of the opened packet on, the first that the model acts on; `x.frames` when there is none. */
export function nextActing(x: Exec, i: number): number {
  const n = x.frames;
  let at = i;
  while (at < n && x.frame(at, FRAME_FIELD.kind) === FRAME.none) at++;
  return at;
}

/** Ranges [from, to) of CRYPTO that a level keeps apart at most. */
const RANGES = 8;

const range = (x: Exec, el: Ptr<'quic_enc_level'>, i: number, end: 0 | 1): Ptr<'word'> =>
  x.word(el, Qel.crypto, 2 * i + end);

/** Adds [from, to) to a level's received CRYPTO ranges, merging neighbours. */
export function addCrypto(x: Exec, qc: Qc, level: number, from: number, to: number): void {
  const el = elOf(x, qc, level);
  let lo = from;
  let hi = to;
  let free = -1;
  for (let i = 0; i < RANGES; i++) {
    const a = x.ld(range(x, el, i, 0), Word.v);
    const b = x.ld(range(x, el, i, 1), Word.v);
    if (b === 0) {
      if (free < 0) free = i;
      continue;
    }
    if (b < lo || a > hi) continue;
    lo = Math.min(lo, a);
    hi = Math.max(hi, b);
    x.st(range(x, el, i, 0), Word.v, 0);
    x.st(range(x, el, i, 1), Word.v, 0);
    if (free < 0 || i < free) free = i;
    i = -1;
  }
  if (free < 0) return;
  x.st(range(x, el, free, 0), Word.v, lo);
  x.st(range(x, el, free, 1), Word.v, hi);
}

/** Bytes of a level's CRYPTO stream that have arrived without a gap. */
export function cryptoContiguous(x: Exec, qc: Qc, level: number): number {
  const el = elOf(x, qc, level);
  for (let i = 0; i < RANGES; i++) {
    const end = x.ld(range(x, el, i, 1), Word.v);
    if (end && x.ld(range(x, el, i, 0), Word.v) === 0) return end;
  }
  return 0;
}

/** Whether the ranges of ACK frame `i` hold packet number `pn`. */
function acknowledges(x: Exec, i: number, ranges: number, pn: number): boolean {
  for (let r = 0; r < ranges; r += 2) if (pn >= x.ackRange(i, r) && pn <= x.ackRange(i, r + 1)) return true;
  return false;
}

/** Frame `i` of the opened packet is an ACK: removes what it acknowledges, samples the RTT, finds losses. */
export function takeAck(x: Exec, qc: Qc, space: number, i: number): void {
  const ns = pktnsOf(x, qc, space);
  const ranges = x.frame(i, FRAME_FIELD.ranges);
  const top = ranges > 1 ? x.ackRange(i, 1) : -1;
  let sample = -1;
  let acked = 0;
  for (let p = firstSent(x, qc, space); p !== NULL; ) {
    const pkt = p;
    p = nextSent(x, qc, space, pkt);
    const pn = x.ld(pkt, TxPacket.pn);
    if (!acknowledges(x, i, ranges, pn)) continue;
    const eliciting = x.ld(pkt, TxPacket.aeliciting);
    if (pn === top && eliciting) sample = x.now - x.ld(pkt, TxPacket.timeSent);
    acked += eliciting;
    removeSent(x, qc, space, pkt);
  }
  if (top > x.ld(ns, Pktns.largestAcked)) x.st(ns, Pktns.largestAcked, top);
  if (acked) x.st(qc, QuicConn.ptoCount, 0);
  if (sample >= 0) rttSample(x, qc, sample, x.frame(i, FRAME_FIELD.from), space);
  detectLoss(x, qc, space);
}

/** RFC 9002 5.3, whole ms; `delayUs` counts only for the application space. */
function rttSample(x: Exec, qc: Qc, latest: number, delayUs: number, space: number): void {
  const conn = x.ld(qc, QuicConn.capConn);
  const limit = conn >= 0 ? x.script(SCRIPT.maxAckDelay, conn) : 25;
  const min = x.ld(qc, QuicConn.rttMin);
  if (min === 0) {
    x.st(qc, QuicConn.rttMin, Math.max(latest, 1));
    x.st(qc, QuicConn.srtt, latest);
    x.st(qc, QuicConn.rttvar, latest >> 1);
    return;
  }
  x.st(qc, QuicConn.rttMin, Math.min(min, Math.max(latest, 1)));
  const delay = space === 2 ? Math.min(Math.floor(delayUs / 1000), limit) : 0;
  const adjusted = latest >= min + delay ? latest - delay : latest;
  const srtt = x.ld(qc, QuicConn.srtt);
  x.st(
    qc,
    QuicConn.rttvar,
    (3 * x.ld(qc, QuicConn.rttvar) + Math.max(srtt - adjusted, adjusted - srtt)) >> 2,
  );
  x.st(qc, QuicConn.srtt, (7 * srtt + adjusted) >> 3);
}
