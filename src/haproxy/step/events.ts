/**
 * What steps tell those who draw: a ring of records in raw words of the block. Nothing but drawing reads it; it is in no hash.
 */
import type { Exec } from './exec.ts';

export const EV = {
  TRACE: 1,
  RECEIVE: 2,
  DISPATCH: 3,
  POP: 4,
  PARSE: 5,
  REDISPATCH: 6,
  CREATE: 7,
  ACCEPT_PUSH: 8,
  ACCEPT: 9,
  REBIND_START: 10,
  STEP: 11,
  COMMIT: 12,
  FINALIZE: 13,
  REFUSED: 14,
  REBIND_ERROR: 15,
  DROP: 16,
  HANDLED: 17,
  TIMER: 18,
  SEND: 19,
  CLOSE: 20,
  RELEASE: 21,
  BUG: 22,
  NO_MEMORY: 23,
  PKT_DROP: 24,
  ORDER: 25,
  /** The network did something to datagram `a`: `b` is one of NET. */
  NETWORK: 26,
  /** `show quic` printed a connection from the list of thread `a`. */
  SHOWN: 27,
  /** `show quic` is over: `a` connections printed. */
  SHOW_END: 28,
  /** Accepted by the running thread, for thread `a`: itself, or the one to whose ring it goes. */
  TAKEN: 29,
  /** The scheduler or the poller calls procedure `a`, a callback: told to recordings only, never written into the ring. */
  CALL: 30,
} as const;

/** What the network did by choice. */
export const NET = { DROP: 0, HOLD: 1, DUPLICATE: 2, REORDER: 3 } as const;

/**
 * Words of one record: kind, tid, clock ms, clock ns, qc, a, b, qc.flags, capture connection, packet type, packet number,
 * QUIC version. For TRACE `a` is the trace point, `b` the packet, and beside its type the connection’s idle timer task (`sink.ts`).
 */
export const EVENT_WORDS = 12;

export interface EventSink {
  /** Records one happening of the running step. */
  note(x: Exec, kind: number, qc: number, a?: number, b?: number): void;
  /** Records trace point `tp` with its decode arguments. */
  trace(x: Exec, tp: number, qc: number, pkt?: number): void;
  /** The running step calls procedure `id` as a callback of its thread: of a tasklet, a task or an fd. */
  called(x: Exec, id: number): void;
}

/** For runs that nobody watches: benches, the explorer. */
export const silent: EventSink = { note() {}, trace() {}, called() {} };
