/** The kernel's side of a socket: a queue of datagrams, and the ledger that follows each of them to its end. */
import { type Mem, NULL, RETRY } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { LEDGER } from '../model/flags.ts';
import { Fdtab, ThreadCtx, Word } from '../model/layouts.ts';
import { maskBit, maskWord } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import type { World } from '../model/world.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';

/** Puts datagram `dg` in the receive queue of `fd`. 1, or RETRY. */
export function kqPush(m: Mem, W: World, fd: number, dg: number): number {
  const at = W.fd(fd);
  if (!m.cas(at + Fdtab.kqLock, 0, 1)) return RETRY;
  m.st(W.kqNext(dg), 0);
  const tail = m.ld(at + Fdtab.kqTail);
  if (tail) m.st(W.kqNext(tail - 1), dg + 1);
  else m.st(at + Fdtab.kqHead, dg + 1);
  m.st(at + Fdtab.kqTail, dg + 1);
  m.add(at + Fdtab.kqLen, 1);
  m.ast(at + Fdtab.kqLock, 0);
  return 1;
}

/** Datagrams in the receive queue of the socket that lies at `at`. */
export const queued = (m: Mem, at: Ptr<'fdtab'>): number => m.ald(at + Fdtab.kqLen);

/** recvmsg: index of the first datagram, + 1; 0 = nothing there (EAGAIN); RETRY. */
export function kqPop(x: Exec, fd: number): number {
  const at = x.queueOf(fd);
  if (x.rld(at, Fdtab.kqLen) === 0) return 0;
  if (!x.cas(at, Fdtab.kqLock, 0, 1)) return RETRY;
  const head = x.ld(at, Fdtab.kqHead);
  if (head) {
    const link = x.at(AT.kqNext, head - 1);
    const next = x.ld(link, Word.v);
    x.st(at, Fdtab.kqHead, next);
    if (!next) x.st(at, Fdtab.kqTail, 0);
    x.st(link, Word.v, 0);
    x.add(at, Fdtab.kqLen, -1);
  }
  x.ast(at, Fdtab.kqLock, 0);
  return head;
}

/** Under which number thread `t` has socket `fd`: that of the listeners has one in each group. */
const numberFor = (W: World, fd: number, t: number): number =>
  fd < W.ownFds && t >= W.perGroup ? fd + 1 : fd;

/** Whether thread `t`'s epoll has socket `fd`. */
export const polls = (m: Mem, W: World, fd: number, t: number): boolean =>
  (m.ald(maskWord(W.fd(numberFor(W, fd, t)) + Fdtab.pollRecv, t)) & maskBit(t)) !== 0;

/**
 * A datagram arrives at a socket: queued, and every epoll that has the fd is told. At virtual time (ms, ns). Thread `first`
 * is woken before the others, -1: as the kernel does.
 */
export function arrive(m: Mem, W: World, fd: number, dg: number, ms: number, ns: number, first = -1): number {
  if (kqPush(m, W, fd, dg) === RETRY) return RETRY;
  m.st(W.ledger(dg), LEDGER.KERNEL);
  for (let t = 0; t < W.cfg.threads; t++) {
    if (!polls(m, W, fd, t)) continue;
    const n = numberFor(W, fd, t);
    m.or(W.epReady(t) + (n >> 5), 1 << (n & 31));
    const th = W.th(t);
    if (m.ld(th + ThreadCtx.waiting) && !m.ald(th + ThreadCtx.epAny)) {
      const at = ns + sleepRank(m, W, fd, t, first) * COST.wakeNext;
      m.st(th + ThreadCtx.wakeMs, ms + Math.floor(at / 1_000_000));
      m.st(th + ThreadCtx.wakeNs, at % 1_000_000);
    }
    m.ast(th + ThreadCtx.epAny, 1);
  }
  return 1;
}

/** close(): the socket is no longer connected, and what waits in it is dropped. 1, or RETRY. */
export function kqClose(x: Exec, fd: number, reason: number): number {
  const at = x.at(AT.fd, fd);
  if (!x.cas(at, Fdtab.kqLock, 0, 1)) return RETRY;
  for (let dg = x.ld(at, Fdtab.kqHead); dg !== 0; ) {
    const link = x.at(AT.kqNext, dg - 1);
    const next = x.ld(link, Word.v);
    x.st(link, Word.v, 0);
    ledgerDrop(x, dg - 1, reason);
    dg = next;
  }
  x.st(at, Fdtab.kqHead, 0);
  x.st(at, Fdtab.kqTail, 0);
  x.ast(at, Fdtab.kqLen, 0);
  const socket = x.at(AT.socketOf, x.ld(at, Fdtab.peer) - 1);
  if (x.rld(socket, Word.v) === fd) x.ast(socket, Word.v, 0);
  x.st(at, Fdtab.peer, 0);
  x.ast(at, Fdtab.kqLock, 0);
  return 1;
}

/** What `arriveTogether` answers when the socket is no longer the one for that peer. */
export const NOT_THIS_SOCKET = 0;

/**
 * `n` datagrams arrive at once at `fd`, from `dgs[from]` on: queued in one go, ledgers set, epolls told. `peer`: address
 * that the socket must be connected to, + 1; 0 for a listener. `told` gets each thread whose epoll had nothing to report
 * before.
 *
 * For hosts whose threads run at once and sleep for real. Returns 1, NOT_THIS_SOCKET, or RETRY when a thread was reading
 * the queue.
 */
export function arriveTogether(
  m: Mem,
  W: World,
  fd: number,
  peer: number,
  dgs: Int32Array,
  from: number,
  n: number,
  told: (tid: number) => void,
): number {
  const at = W.fd(fd);
  // Linked to one another before the lock is taken: it is held for a few words only.
  for (let i = from; i < from + n; i++) {
    const dg = dgs[i]!;
    m.st(W.kqNext(dg), i + 1 < from + n ? dgs[i + 1]! + 1 : 0);
    m.st(W.ledger(dg), LEDGER.KERNEL);
  }
  if (!m.cas(at + Fdtab.kqLock, 0, 1)) return RETRY;
  if (m.ld(at + Fdtab.peer) !== peer) {
    m.ast(at + Fdtab.kqLock, 0);
    return NOT_THIS_SOCKET;
  }
  const first = dgs[from]! + 1;
  const tail = m.ld(at + Fdtab.kqTail);
  if (tail) m.st(W.kqNext(tail - 1), first);
  else m.st(at + Fdtab.kqHead, first);
  m.st(at + Fdtab.kqTail, dgs[from + n - 1]! + 1);
  m.add(at + Fdtab.kqLen, n);
  m.ast(at + Fdtab.kqLock, 0);
  tellEpolls(m, W, fd, told);
  return 1;
}

/** Sets the fd's bit in the ready map of every epoll that has it. */
function tellEpolls(m: Mem, W: World, fd: number, told: (tid: number) => void): void {
  const polled = W.fd(fd) + Fdtab.pollRecv;
  const bit = 1 << (fd & 31);
  for (let t = 0; t < W.cfg.threads; t++) {
    if (!(m.ald(maskWord(polled, t)) & maskBit(t))) continue;
    const ready = W.epReady(t) + (fd >> 5);
    if (!(m.ald(ready) & bit)) m.or(ready, bit);
    if (m.xchg(W.th(t) + ThreadCtx.epAny, 1) === 0) told(t);
  }
}

/** The kernel wakes the sleepers of one socket in turn, the one that has slept longest first: how many come before `t`. */
function sleepRank(m: Mem, W: World, fd: number, t: number, first: number): number {
  if (t === first) return 0;
  const since = (u: number): number =>
    m.ld(W.th(u) + ThreadCtx.clockMs) * 1_000_000 + m.ld(W.th(u) + ThreadCtx.clockNs);
  const mine = since(t);
  let rank = 0;
  for (let u = 0; u < W.cfg.threads; u++) {
    if (u === t || !polls(m, W, fd, u) || !m.ld(W.th(u) + ThreadCtx.waiting)) continue;
    const other = since(u);
    if (u === first || other < mine || (other === mine && u < t)) rank++;
  }
  return rank;
}

export const ledgerState = (v: number): number => v & 0xff;
export const ledgerReason = (v: number): number => (v >> 8) & 0xff;

/** Redispatches that the ledger word tells apart; what there are more is beside it, since no step and no search asks for it. */
const HOPS_TOLD = 3;

/** How often datagram `dg` has been passed on. */
export const hopsOf = (ld: (i: number) => number, W: World, dg: number): number =>
  (ld(W.ledger(dg)) >>> 16) + ld(W.moreHops(dg));

/** The datagram has been read from its socket. */
export function ledgerRead(x: Exec, dg: number): void {
  const at = x.at(AT.ledger, dg);
  x.st(at, Word.v, (x.ld(at, Word.v) & ~0xff) | LEDGER.READ);
  const conn = x.dgConn(dg);
  if (conn >= 0) x.st(x.at(AT.ownersThen, dg), Word.v, x.rld(x.at(AT.owners, conn), Word.v) + 1);
}

/** This thread, or the one that a connection is handed over to, becomes the owner of capture connection `conn`. */
export function countOwner(x: Exec, conn: number): void {
  if (conn >= 0) x.add(x.at(AT.owners, conn), Word.v, 1);
}

/** The datagram is passed on to another thread's inbox. Answers its ledger word as it was. */
export function ledgerHop(x: Exec, dg: number): number {
  const at = x.at(AT.ledger, dg);
  const was = x.ld(at, Word.v);
  if (was >>> 16 < HOPS_TOLD) x.st(at, Word.v, was + (1 << 16));
  else x.inc(x.at(AT.moreHops, dg), Word.v, 1);
  return was;
}

/** It was not, after all. `was`: what `ledgerHop` has answered. */
export function ledgerHopBack(x: Exec, dg: number, was: number): void {
  if (was >>> 16 < HOPS_TOLD) x.st(x.at(AT.ledger, dg), Word.v, was);
  else x.inc(x.at(AT.moreHops, dg), Word.v, -1);
}

/** The datagram ends without having been parsed to its end by an owner. `reason`: DROP_REASON. */
export function ledgerDrop(x: Exec, dg: number, reason: number): void {
  const at = x.at(AT.ledger, dg);
  const v = x.ld(at, Word.v);
  if (ledgerState(v) >= LEDGER.HANDLED) return;
  x.st(at, Word.v, (v & 0xffff0000) | (reason << 8) | LEDGER.DROPPED);
  x.add(x.at(AT.drops, reason), Word.v, 1);
  x.note(EV.DROP, NULL, dg, reason);
}

/** Parsed to the end by its owner. A second time would be a broken rule: the state says so (I12). */
export function ledgerHandled(x: Exec, dg: number, qc: Ptr<'quic_conn'>): void {
  const at = x.at(AT.ledger, dg);
  const v = x.ld(at, Word.v);
  if (ledgerState(v) === LEDGER.HANDLED) {
    x.st(at, Word.v, v | (0xff << 8));
    return;
  }
  if (ledgerState(v) === LEDGER.DROPPED) return;
  x.st(at, Word.v, (v & 0xffff0000) | LEDGER.HANDLED);
  x.inc(x.th, ThreadCtx.handled, 1);
  x.note(EV.HANDLED, qc, dg);
}

/** One packet of a datagram that goes on is dropped. `reason`: PKT_DROP_REASON. */
export function packetDropped(x: Exec, qc: Ptr<'quic_conn'>, reason: number, dg: number): void {
  x.add(x.at(AT.packetDrops, reason), Word.v, 1);
  x.note(EV.PKT_DROP, qc, dg, reason);
}
