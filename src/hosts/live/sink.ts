/** What a free-running thread tells the board as its steps happen. It only counts: nothing is allocated. */
import { QuicConn } from '../../haproxy/model/layouts.ts';
import { SENT } from '../../haproxy/proc/tx.ts';
import { EV, type EventSink } from '../../haproxy/step/events.ts';
import type { Exec } from '../../haproxy/step/exec.ts';
import { TP } from '../../haproxy/step/trace.ts';
import { type Board, CONN, CONN_STATE, COUNT, LAPS, ROW } from './board.ts';
import type { RunClock } from './clock.ts';

/** Kinds that are kept in the ring of recent events: what a person can follow. */
const KEPT = new Set<number>([
  EV.RECEIVE,
  EV.REDISPATCH,
  EV.CREATE,
  EV.ACCEPT,
  EV.REBIND_START,
  EV.COMMIT,
  EV.FINALIZE,
  EV.REFUSED,
  EV.REBIND_ERROR,
  EV.DROP,
  EV.HANDLED,
  EV.CLOSE,
  EV.RELEASE,
  EV.BUG,
  EV.NO_MEMORY,
]);

/** What happens often, and is only counted: compiled steps may tell it a stretch later. All else is told at once, by a clock that is read then. */
const COUNTED = [
  EV.RECEIVE,
  EV.DISPATCH,
  EV.POP,
  EV.REDISPATCH,
  EV.HANDLED,
  EV.DROP,
  EV.SEND,
  EV.TIMER,
  EV.NO_MEMORY,
  EV.REFUSED,
  EV.REBIND_ERROR,
];
const AT_ONCE = [EV.REBIND_START, EV.COMMIT, EV.CREATE, EV.ACCEPT, EV.CLOSE, EV.RELEASE, EV.BUG, EV.FINALIZE];
const bits = (kinds: readonly number[]): number => kinds.reduce((all, k) => all | (1 << k), 0);

/** Kinds of EV as bits, and the one trace point that is looked at. */
export const HEARD = { counted: bits(COUNTED), atOnce: bits(AT_ONCE), point: TP.finalizeEnter } as const;

export class BoardSink implements EventSink {
  private readonly counts: Float64Array;
  private readonly words: Int32Array;
  private readonly count: number;
  private readonly row: number;
  private readonly kept: Uint8Array;
  private rebindStart = 0;

  constructor(
    private readonly board: Board,
    private readonly tid: number,
    private readonly clock: RunClock,
  ) {
    this.counts = board.counts;
    this.words = board.words;
    this.count = board.count(tid);
    this.row = board.row(tid);
    this.kept = Uint8Array.from({ length: 64 }, (_, k) => (KEPT.has(k) ? 1 : 0));
  }

  note(x: Exec, kind: number, qc: number, a = 0, b = 0): void {
    this.take(kind, qc, qc ? x.m.ld(qc + QuicConn.capConn) : -1, a, b);
  }

  /** The same of what was told before: `conn` was the number of its connection then, -1 none. */
  take(kind: number, qc: number, conn: number, a: number, b: number): void {
    const { counts, count } = this;
    switch (kind) {
      case EV.RECEIVE:
        counts[count + COUNT.received]!++;
        break;
      case EV.DISPATCH:
        counts[this.board.pushed(this.tid, b)]!++;
        if (b !== this.tid) counts[count + COUNT.crossed]!++;
        break;
      case EV.POP:
        counts[count + COUNT.popped]!++;
        break;
      case EV.REDISPATCH:
        counts[count + COUNT.redispatched]!++;
        counts[this.board.pushed(this.tid, b)]!++;
        break;
      case EV.HANDLED:
        counts[count + COUNT.handled]!++;
        if (conn >= 0) this.words[this.board.conn(conn) + CONN.datagrams]!++;
        break;
      case EV.DROP:
        counts[count + COUNT.dropped]!++;
        break;
      case EV.SEND:
        counts[count + COUNT.sent]!++;
        if (conn >= 0 && (b >= 0 || b === SENT.probe)) this.words[this.board.conn(conn) + CONN.heard]!++;
        break;
      case EV.TIMER:
        counts[count + COUNT.timers]!++;
        break;
      case EV.NO_MEMORY:
        counts[count + COUNT.noMemory]!++;
        break;
      case EV.REFUSED:
      case EV.REBIND_ERROR:
        counts[count + COUNT.refused]!++;
        break;
      case EV.REBIND_START:
        this.rebindStart = this.clock.now();
        break;
      case EV.COMMIT:
        this.committed(conn, a);
        break;
      case EV.CREATE:
      case EV.ACCEPT:
      case EV.CLOSE:
      case EV.RELEASE:
        this.connection(kind, qc, conn);
        break;
    }
    if (this.kept[kind]) this.remember(kind, conn, a, b);
  }

  trace(x: Exec, tp: number, qc: number): void {
    if (tp !== TP.finalizeEnter) return;
    this.counts[this.count + COUNT.adopted]!++;
    const conn = x.m.ld(qc + QuicConn.capConn);
    if (conn < 0) return;
    const at = this.board.committedAt(conn);
    if (this.counts[at]!) this.lap(1, this.clock.now() - this.counts[at]!);
    this.counts[at] = 0;
  }

  called(): void {}

  private lap(kind: 0 | 1, ms: number): void {
    const { counts } = this;
    const at = this.board.laps(this.tid, kind);
    const n = counts[at]!;
    counts[at + 1 + (n % LAPS)] = ms * 1e6;
    counts[at] = n + 1;
  }

  private committed(conn: number, to: number): void {
    const { counts, words, board, tid, count } = this;
    const now = this.clock.now();
    counts[board.moved(tid, to)]!++;
    counts[count + COUNT.rebound]!++;
    this.lap(0, now - this.rebindStart);
    if (conn < 0) return;
    counts[board.committedAt(conn)] = now;
    const at = board.conn(conn);
    words[at + CONN.owner] = to;
    words[at + CONN.since] = this.clock.ms;
    words[at + CONN.moves]!++;
    const n = words[this.row + ROW.moves]!;
    const move = board.move(tid, n);
    words[move] = this.clock.ms;
    words[move + 1] = conn;
    words[move + 2] = to;
    words[move + 3] = words[at + CONN.generation]!;
    words[this.row + ROW.moves] = (n + 1) | 0;
  }

  private connection(kind: number, qc: number, conn: number): void {
    const { counts, words, count, board } = this;
    if (kind === EV.CREATE) counts[count + COUNT.created]!++;
    else if (kind === EV.RELEASE) counts[count + COUNT.released]!++;
    else if (kind === EV.ACCEPT) counts[count + COUNT.accepted]!++;
    if (conn < 0) return;
    const at = board.conn(conn);
    switch (kind) {
      case EV.CREATE:
        words[at + CONN.datagrams] = 0;
        words[at + CONN.moves] = 0;
        words[at + CONN.heard] = 0;
        words[at + CONN.since] = this.clock.ms;
        words[at + CONN.qc] = qc;
        words[at + CONN.owner] = this.tid;
        Atomics.store(words, at + CONN.state, CONN_STATE.made);
        break;
      case EV.ACCEPT:
        words[at + CONN.qc] = qc;
        words[at + CONN.owner] = this.tid;
        Atomics.store(words, at + CONN.state, CONN_STATE.accepted);
        break;
      case EV.CLOSE:
        if (words[at + CONN.qc] === qc) Atomics.store(words, at + CONN.state, CONN_STATE.closing);
        break;
      case EV.RELEASE:
        // Of two threads that make a connection for one Initial the loser releases what it made.
        if (words[at + CONN.qc] !== qc) break;
        words[at + CONN.owner] = -1;
        words[at + CONN.qc] = 0;
        Atomics.store(words, at + CONN.state, CONN_STATE.none);
        break;
    }
  }

  private remember(kind: number, conn: number, a: number, b: number): void {
    const { words, board } = this;
    const n = words[this.row + ROW.events]!;
    const at = board.event(this.tid, n);
    words[at] = this.clock.ms;
    words[at + 1] = (this.clock.ns / 1000) | 0;
    words[at + 2] = kind;
    words[at + 3] = conn;
    words[at + 4] = a;
    words[at + 5] = b;
    words[this.row + ROW.events] = (n + 1) | 0;
  }
}
