/** What lately happened, in words: one record of the event ring as one happening. */

import { REFUSAL } from '../haproxy/lib/hand.ts';
import { BUGS, bugText } from '../haproxy/model/bugs.ts';
import { DROP, PKT_DROP, QC } from '../haproxy/model/flags.ts';
import { EV } from '../haproxy/step/events.ts';
import { nameOf } from './look.ts';
import type { ConnName, Happening } from './view.ts';

export interface EventRecord {
  kind: number;
  tid: number;
  ms: number;
  ns: number;
  qc: number;
  a: number;
  b: number;
  flags: number;
  conn: number;
  type: number;
  pn: number;
  version: number;
}

/** What a record alone does not say. */
export interface Around {
  /** Number of a datagram on screen. */
  no(dgram: number): string;
  /** Capture connection of a datagram, -1 none. */
  connOf(dgram: number): number;
  /** Datagrams of connection `conn` in thread `tid`'s inbox at that moment, -1 when that is not known. */
  waiting(tid: number, conn: number): number;
}

type Kind = Happening['kind'];

/** Happenings about a datagram: `a` of the record is its place in the store. */
const OF_DGRAM: Readonly<Record<number, Kind>> = {
  [EV.RECEIVE]: 'receive',
  [EV.DISPATCH]: 'dispatch',
  [EV.POP]: 'pop',
  [EV.REDISPATCH]: 'redispatch',
  [EV.HANDLED]: 'handled',
  [EV.DROP]: 'drop',
  [EV.PKT_DROP]: 'drop',
  [EV.NETWORK]: 'network',
};

const OF_CONN: Readonly<Record<number, Kind>> = {
  [EV.CREATE]: 'create',
  [EV.ACCEPT_PUSH]: 'accept-push',
  [EV.ACCEPT]: 'accept',
  [EV.REBIND_START]: 'rebind-start',
  [EV.COMMIT]: 'commit',
  [EV.FINALIZE]: 'finalize',
  [EV.REFUSED]: 'refused',
  [EV.REBIND_ERROR]: 'error',
  [EV.TIMER]: 'timer',
  [EV.SEND]: 'send',
  [EV.CLOSE]: 'close',
  [EV.RELEASE]: 'release',
  [EV.BUG]: 'bug',
  [EV.SHOW_END]: 'shown',
};

/** The happening that record `r` tells of, or null. `index` is its connection's number on screen, -1 for none. */
export function happeningOf(seq: number, r: EventRecord, index: number, around: Around): Happening | null {
  const dgramKind = OF_DGRAM[r.kind];
  const kind = dgramKind ?? OF_CONN[r.kind];
  if (!kind) return null;
  const of = dgramKind ? around.connOf(r.a) : index;
  const conn = of >= 0 ? nameOf(of) : null;
  return {
    seq,
    clock: { ms: r.ms, ns: r.ns },
    tid: r.tid,
    kind,
    conn,
    dgram: dgramKind ? r.a + 1 : -1,
    other: otherOf(r),
    text: dgramKind ? dgramText(r, of, conn, around) : connText(r, of, conn, around),
  };
}

function otherOf(r: EventRecord): number {
  switch (r.kind) {
    case EV.DISPATCH:
    case EV.REDISPATCH:
      return r.b;
    case EV.REBIND_START:
    case EV.COMMIT:
    case EV.REFUSED:
    case EV.REBIND_ERROR:
      return r.a;
    default:
      return -1;
  }
}

/** By what the network did (NET). */
const NETWORK = ['drops', 'keeps back', 'duplicates', 'reorders'];

function dgramText(r: EventRecord, of: number, conn: ConnName | null, around: Around): string {
  const d = around.no(r.a);
  const T = `T${r.tid}`;
  switch (r.kind) {
    case EV.RECEIVE:
      return `${T} received datagram ${d}${conn ? ` for ${conn.letter}` : ''}.`;
    case EV.DISPATCH:
      return `${T} put datagram ${d} in T${r.b}’s inbox.`;
    case EV.POP:
      return `${T} took datagram ${d} from its inbox.`;
    case EV.REDISPATCH: {
      const left = around.waiting(r.tid, of);
      return `Redispatch. ${T} sent datagram ${d} on to T${r.b}.${left > 0 ? ` ${left} left.` : ''}`;
    }
    case EV.HANDLED:
      return `${T} handled datagram ${d}.`;
    case EV.NETWORK:
      return `The network ${NETWORK[r.b]} datagram ${d}${conn ? ` of ${conn.letter}` : ''}.`;
    case EV.PKT_DROP:
      return `${T} dropped a packet of datagram ${d}: ${PKT_DROP[r.b]}.`;
    default:
      return `${T} dropped datagram ${d}: ${DROP[r.b]}.`;
  }
}

function connText(r: EventRecord, of: number, conn: ConnName | null, around: Around): string {
  const A = conn?.letter ?? 'a connection';
  const T = `T${r.tid}`;
  switch (r.kind) {
    case EV.CREATE:
      return `${T} created connection ${A}.`;
    case EV.ACCEPT_PUSH:
      return `${A} waits to be accepted on ${T}.`;
    case EV.ACCEPT:
      return `${A} is accepted on ${T}.`;
    case EV.REBIND_START:
      return `Rebinding ${A} from T${r.b} to T${r.a}.`;
    case EV.COMMIT:
      return `Commit. ${A} now belongs to T${r.a}.${stillText(around.waiting(r.b, of), r.a === r.b, r.b)}`;
    case EV.FINALIZE:
      return `${T} has adopted ${A}: its timers and tasklet run there.`;
    case EV.REFUSED:
      return `Rebind refused. ${A} ${(REFUSAL[r.b] ?? '').replace(/^it /, '')}.`;
    case EV.REBIND_ERROR:
      return `Rebind refused: no memory on ${T} for T${r.a}. ${A} stays on ${T}, unchanged.`;
    case EV.TIMER:
      return `${T}: a timer of ${A} ran out.`;
    case EV.SEND:
      return `${T} sent ${sentText(r)} for ${A}.`;
    case EV.CLOSE:
      return `${A} is ${r.flags & QC.CLOSING ? 'closing' : 'draining'}.`;
    case EV.SHOW_END:
      return `show quic on ${T} printed ${r.a === 1 ? '1 connection' : `${r.a} connections`}.`;
    case EV.RELEASE:
      return `${T} released ${A}${r.a ? ', and a closed object keeps its CIDs' : ''}.`;
    default:
      return bugText(BUGS[r.a]!, r.tid);
  }
}

function stillText(waiting: number, same: boolean, from: number): string {
  if (same || waiting <= 0) return '';
  return waiting === 1
    ? ` 1 of its datagrams is still with T${from}.`
    : ` ${waiting} of its datagrams are still with T${from}.`;
}

function sentText(r: EventRecord): string {
  if (r.b === -1) return 'an ACK';
  if (r.b === -2) return 'CONNECTION_CLOSE';
  return r.b === -3 ? 'a probe' : `${r.a} bytes`;
}
