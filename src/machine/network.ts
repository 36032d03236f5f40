/**
 * The network between clients and sockets: which datagram arrives next, and what a person may do to one in flight. The
 * datagrams arrive in the store's order unless a link says otherwise; what a person keeps back is in no order at all.
 */

import { arrive, ledgerState, polls } from '../haproxy/lib/kernel.ts';
import { dropReason, LEDGER } from '../haproxy/model/flags.ts';
import { Fdtab, Global } from '../haproxy/model/layouts.ts';
import { originalOf } from '../haproxy/model/script.ts';
import { UNREAD, UNREAD_TEXT } from '../haproxy/model/unread.ts';
import { LISTENER_FD, type World } from '../haproxy/model/world.ts';
import { EV, NET } from '../haproxy/step/events.ts';
import { type Mem, RETRY } from '../memory/mem.ts';
import type { Machine } from './machine.ts';
import { NS_PER_MS } from './time.ts';

/** Place of the duplicate of datagram `d` in the store, or -1 when the store has no room for duplicates. */
export function copyOf(W: World, d: number): number {
  const { count } = W.consts.datagrams;
  const c = count + 1 + d;
  return d < count && c < W.rows ? c : -1;
}

/** Place in the store of the datagram numbered so on screen: "33", or "33′" for its duplicate; -1 when there is none. */
export function dgramNamed(W: World, no: string): number {
  const d = Number.parseInt(no, 10) - 1;
  if (no.endsWith('′')) return copyOf(W, d);
  return d >= 0 && d < W.consts.datagrams.count ? d : -1;
}

/** What arrives after `d`; the store's `count` when nothing does. */
export function nextInFlight(m: Mem, W: World, d: number): number {
  const { count } = W.consts.datagrams;
  const link = m.ld(W.netLink(d));
  if (link > 0) return link - 1;
  return link < 0 || d >= count ? count : d + 1;
}

/** The datagrams in flight in the order of their arrival, at most `most`. */
export function inFlight(m: Mem, W: World, most: number): number[] {
  const out: number[] = [];
  const { count } = W.consts.datagrams;
  for (let d = m.ld(W.global + Global.netNext); d !== count && out.length < most; d = nextInFlight(m, W, d))
    if (flies(m, W, d)) out.push(d);
  return out;
}

/** Whether `d` is on its way and no one keeps it back. */
export function flies(m: Mem, W: World, d: number): boolean {
  const state = ledgerState(m.ld(W.ledger(d)));
  return d < W.consts.datagrams.count ? state === LEDGER.FUTURE : state === LEDGER.COPY;
}

/** Why nothing can be done to datagram `d`, or an empty string: it is in flight, or kept back. */
export function notInFlight(x: Machine, d: number): string {
  const { m, W } = x;
  const { count } = W.consts.datagrams;
  if (!Number.isInteger(d) || d < 0 || d === count || d >= W.rows) return 'there is no such datagram';
  const name = nameOfDgram(W, d);
  if (ledgerState(m.ld(W.ledger(d))) === LEDGER.ASIDE || flies(m, W, d)) return '';
  const unread = UNREAD[W.consts.datagrams.unread?.[d] ?? 0];
  if (unread) return `${name} is not replayed: it is one ${UNREAD_TEXT[unread]}`;
  return d > count && m.ld(W.ledger(d)) === 0 ? `${name} does not exist` : `${name} is not in flight`;
}

/** As it is called on screen: "datagram 41", "the duplicate of datagram 41". */
export function nameOfDgram(W: World, d: number): string {
  const o = originalOf(W.consts.datagrams, d);
  return o === d ? `datagram ${d + 1}` : `the duplicate of datagram ${o + 1}`;
}

/** The socket that the kernel gives a datagram to: the one connected to its sender, else the listener's. */
export function socketFor(m: Mem, W: World, d: number): number {
  return m.ald(W.socketOf(W.consts.datagrams.saddr[d]!)) || LISTENER_FD;
}

/** Datagram `d` arrives at virtual time `at` (ns) on socket `fd`; `first` is woken before the other sleepers, -1 none. */
export function arriveAt(x: Machine, d: number, at: number, fd: number, first = -1): void {
  const { m, W } = x;
  leave(m, W, d);
  x.happened++;
  x.reach(at);
  if (arrive(m, W, fd, d, Math.floor(at / NS_PER_MS), at % NS_PER_MS, first) === RETRY)
    throw new Error('an arrival meets no other access between steps');
}

/** Takes `d` out of the order of arrival, if it is in it. */
function leave(m: Mem, W: World, d: number): void {
  const head = W.global + Global.netNext;
  const { count } = W.consts.datagrams;
  let next = nextInFlight(m, W, d);
  if (m.ld(head) === d) {
    while (next !== count && !flies(m, W, next)) next = nextInFlight(m, W, next);
    m.st(head, next);
  } else if (flies(m, W, d)) {
    let p = m.ld(head);
    while (p !== count && nextInFlight(m, W, p) !== d) p = nextInFlight(m, W, p);
    if (p !== count) linkTo(m, W, p, next);
  }
  m.st(W.netLink(d), 0);
}

/** After `d` comes `next`. A link to the store's own next is no link. */
function linkTo(m: Mem, W: World, d: number, next: number): void {
  const { count } = W.consts.datagrams;
  const own = d >= count ? count : d + 1;
  m.st(W.netLink(d), next === own ? 0 : next === count ? -1 : next + 1);
}

function insertAfter(m: Mem, W: World, p: number, d: number): void {
  const next = nextInFlight(m, W, p);
  linkTo(m, W, p, d);
  linkTo(m, W, d, next);
}

/** Tells the drawing what the network did. No thread did it; the time is that of the thread furthest ahead. */
function note(x: Machine, d: number, what: number): void {
  const { x: exec, W } = x;
  let ahead = 0;
  for (let t = 1; t < W.cfg.threads; t++) if (x.clock(t) > x.clock(ahead)) ahead = t;
  exec.t = -1;
  exec.th = W.th(ahead);
  exec.nth = 0;
  exec.sink.note(exec, EV.NETWORK, 0, d, what);
}

/** A person delivers a datagram now, whatever the order: on socket `fd` (-1 the kernel's choice), `tid` woken first. */
export function deliverNow(x: Machine, d: number, fd: number, tid: number): string {
  const { m, W } = x;
  const why = notInFlight(x, d);
  if (why) return why;
  const socket = fd < 0 ? socketFor(m, W, d) : W.queueOf(fd);
  if (socket < LISTENER_FD || socket >= W.fdCount || !m.ld(W.fd(socket) + Fdtab.iocb))
    return `there is no socket ${fd}`;
  if (tid >= W.cfg.threads) return `there is no thread T${tid}`;
  if (tid >= 0 && !polls(m, W, socket, tid)) return `T${tid} does not poll that socket`;
  arriveAt(x, d, x.now(), socket, tid);
  return '';
}

/** The network keeps a datagram back until it is delivered by choice. */
export function keepBack(x: Machine, d: number): string {
  const { m, W } = x;
  const why = notInFlight(x, d);
  if (why) return why;
  if (!flies(m, W, d)) return `${nameOfDgram(W, d)} is kept back already`;
  leave(m, W, d);
  m.st(W.ledger(d), LEDGER.ASIDE);
  note(x, d, NET.HOLD);
  return '';
}

/** The network drops a datagram: no socket ever sees it. */
export function dropInFlight(x: Machine, d: number): string {
  const { m, W } = x;
  const why = notInFlight(x, d);
  if (why) return why;
  leave(m, W, d);
  m.st(W.ledger(d), (dropReason('dropped by the network') << 8) | LEDGER.LOST);
  note(x, d, NET.DROP);
  return '';
}

/** A second copy of a datagram follows right behind it; of one that is kept back, it is kept back too. */
export function duplicate(x: Machine, d: number): string {
  const { m, W } = x;
  const why = notInFlight(x, d);
  if (why) return why;
  if (d > W.consts.datagrams.count) return 'a duplicate is not duplicated again';
  const c = copyOf(W, d);
  if (c < 0) return 'this capture is too large for duplicates';
  if (m.ld(W.ledger(c)) !== 0) return `${nameOfDgram(W, d)} has been duplicated already`;
  if (flies(m, W, d)) {
    m.st(W.ledger(c), LEDGER.COPY);
    insertAfter(m, W, d, c);
  } else m.st(W.ledger(c), LEDGER.ASIDE);
  note(x, d, NET.DUPLICATE);
  return '';
}

/** Datagram `d` arrives right after datagram `after` instead of in its own place. */
export function reorder(x: Machine, d: number, after: number): string {
  const { m, W } = x;
  const why = notInFlight(x, d) || notInFlight(x, after);
  if (why) return why;
  if (d === after) return 'a datagram does not follow itself';
  if (!flies(m, W, after)) return `${nameOfDgram(W, after)} is kept back`;
  const held = !flies(m, W, d);
  leave(m, W, d);
  if (held) m.st(W.ledger(d), d < W.consts.datagrams.count ? LEDGER.FUTURE : LEDGER.COPY);
  insertAfter(m, W, after, d);
  note(x, d, NET.REORDER);
  return '';
}
