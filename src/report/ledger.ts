/** What became of a connection's moves, told from the events of a line: from the store to the last late datagram. */
import { EV } from '../haproxy/step/events.ts';
import type { EventFilter } from '../machine/recording/query.ts';

/** What of an event the ledger needs; see machine/recording/events.ts. */
export interface LedgerEvent {
  at: number;
  kind: number;
  tid: number;
  other: number;
  dgram: number;
  ms: number;
  ns: number;
}

/** A datagram that lay with the old thread when the store was made. */
export interface LateDatagram {
  /** From 0. */
  dgram: number;
  /** Virtual ns: sorted, first passed on, handled or dropped; -1 while that has not come. */
  sorted: number;
  passed: number;
  ended: number;
  /** Positions from which it can be seen. */
  passedAt: number;
  endedAt: number;
  hops: number;
  /** Thread that handled it; -1 none. */
  by: number;
  dropped: boolean;
}

export interface Move {
  /** Position from which its commit, or its refusal, can be seen. */
  at: number;
  /** Virtual ns of the store. */
  store: number;
  from: number;
  to: number;
  /** Position at which the rebind began, and its virtual ns; -1 when that was before the line. */
  begunAt: number;
  begun: number;
  finalizedAt: number;
  finalized: number;
  refused: boolean;
  late: LateDatagram[];
}

const KINDS = [
  EV.REBIND_START,
  EV.COMMIT,
  EV.FINALIZE,
  EV.REFUSED,
  EV.REBIND_ERROR,
  EV.DISPATCH,
  EV.REDISPATCH,
  EV.POP,
  EV.HANDLED,
  EV.DROP,
];

export const ledgerFilter = (conn: number): EventFilter => ({ all: [{ conns: [conn] }, { kinds: KINDS }] });

/** `events` of one connection in order; the moves in order. */
export function movesOf(events: readonly LedgerEvent[]): Move[] {
  const moves: Move[] = [];
  /** Datagrams in an inbox: whose it is, and since when the datagram has been sorted. */
  const waiting = new Map<number, { tid: number; since: number }>();
  /** Late ones that have not come to their end, with their entries in the moves that they are late of. */
  const open = new Map<number, LateDatagram[]>();
  let begun: LedgerEvent | null = null;
  for (const e of events) {
    const time = e.ms * 1e6 + e.ns;
    switch (e.kind) {
      case EV.REBIND_START:
        begun = e;
        break;
      case EV.COMMIT: {
        const late = [...waiting].flatMap(([dgram, w]) =>
          w.tid === e.tid && e.other !== e.tid ? [{ dgram, ...w }] : [],
        );
        const move = moveOf(e, begun, false);
        move.late = late.map((l) => ({ ...NEW, dgram: l.dgram, sorted: l.since }));
        for (const l of move.late) open.set(l.dgram, [...(open.get(l.dgram) ?? []), l]);
        moves.push(move);
        begun = null;
        break;
      }
      case EV.REFUSED:
      case EV.REBIND_ERROR:
        moves.push(moveOf(e, begun, true));
        begun = null;
        break;
      case EV.FINALIZE: {
        const move = moves.findLast((m) => !m.refused && m.to === e.tid && m.finalizedAt < 0);
        if (move) Object.assign(move, { finalizedAt: e.at + 1, finalized: time });
        break;
      }
      case EV.DISPATCH:
        waiting.set(e.dgram, { tid: e.other, since: time });
        break;
      case EV.POP:
        waiting.delete(e.dgram);
        break;
      case EV.REDISPATCH:
        waiting.set(e.dgram, { tid: e.other, since: waiting.get(e.dgram)?.since ?? time });
        for (const l of open.get(e.dgram) ?? []) {
          l.hops++;
          if (l.passedAt < 0) Object.assign(l, { passed: time, passedAt: e.at + 1 });
        }
        break;
      case EV.HANDLED:
      case EV.DROP:
        waiting.delete(e.dgram);
        for (const l of open.get(e.dgram) ?? [])
          Object.assign(l, {
            ended: time,
            endedAt: e.at + 1,
            by: e.kind === EV.HANDLED ? e.tid : -1,
            dropped: e.kind === EV.DROP,
          });
        open.delete(e.dgram);
    }
  }
  return moves;
}

const NEW: LateDatagram = {
  dgram: -1,
  sorted: -1,
  passed: -1,
  ended: -1,
  passedAt: -1,
  endedAt: -1,
  hops: 0,
  by: -1,
  dropped: false,
};

function moveOf(e: LedgerEvent, begun: LedgerEvent | null, refused: boolean): Move {
  return {
    at: e.at + 1,
    store: e.ms * 1e6 + e.ns,
    from: e.tid,
    to: e.other,
    begunAt: begun?.at ?? -1,
    begun: begun ? begun.ms * 1e6 + begun.ns : -1,
    finalizedAt: -1,
    finalized: -1,
    refused,
    late: [],
  };
}

/** The result in one or two sentences. `duration`: virtual ns in words. */
export function moveWords(m: Move, letter: string, duration: (ns: number) => string): string {
  if (m.refused) return `T${m.from} did not give ${letter} to T${m.to}. Nothing was changed.`;
  const ended = m.late.filter((l) => l.endedAt >= 0);
  const open = m.late.length - ended.length;
  if (m.late.length === 0) return `None was late: T${m.from}’s inbox held none of ${letter}.`;
  const n = m.late.length === 1 ? '1 datagram was' : `${m.late.length} datagrams were`;
  if (open > 0) return `${n} late; T${m.from} is still at it, ${open} left.`;
  const last = Math.max(...ended.map((l) => l.ended));
  const lost = ended.filter((l) => l.dropped).length;
  const order = ended.every((l, i) => i === 0 || l.ended >= ended[i - 1]!.ended);
  return `${n} late, ${lost === 0 ? 'none was lost' : `${lost} lost`}, ${order ? 'none came out of order' : 'they came out of order'}. From the store to the last of them: ${duration(last - m.store)}.`;
}
