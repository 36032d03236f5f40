/**
 * Places of the datagram store, which come round again. A place is given out anew once its datagram has an end, no
 * connection keeps a packet of it, and every thread has been in its poller since: until then a step may still look at it.
 */

import { ledgerReason, ledgerState } from '../../haproxy/lib/kernel.ts';
import { DROP, LEDGER } from '../../haproxy/model/flags.ts';
import { AT } from '../../haproxy/model/places.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { Mem } from '../../memory/mem.ts';
import { type Board, COUNT, ROW, STATE } from './board.ts';

/** Numbers of the load generator, as doubles in shared memory; part of an image. */
export const NUMBER = {
  /** Settings, written by the supervisor. */
  connections: 0,
  rate: 1,
  churn: 2,
  rebinds: 3,
  /** 0 random, 1 busiest. */
  policy: 4,
  /** No new datagrams while 1: the threads finish what there is. */
  dry: 5,
  /** Datagrams that arrived; that are booked as handled. */
  arrivals: 8,
  handled: 9,
  /** Clients that began, were established, left. */
  opened: 10,
  established: 11,
  left: 12,
  /** Moments at which no place for a client, or for a datagram, was free. */
  noClient: 13,
  noPlace: 14,
  /** ms of the generator's time spent not asleep. */
  busyMs: 15,
  /** Datagrams that the rate asked for and nobody had room for. */
  behind: 16,
  rebindsOrdered: 17,
  /** Largest number of a 1-RTT packet sent so far, + 1, and the number of its key. */
  packetNumbers: 18,
  key: 19,
  /** 1 while connections are opened first, and clients that have theirs send only what keeps them. */
  opensFirst: 20,
  /** Booked as dropped, by reason. */
  dropped: 32,
} as const;
export const NUMBERS = 64;

/** Most places looked at in one go. */
const LOOK = 4096;
/** They end nearly in the order in which they came: after so many that have not, the rest has not either. */
const MISSES = 256;

export class Slots {
  /** The one that became free last is taken first: its bytes are still near. */
  private readonly free: Int32Array;
  private freeCount = 0;
  /** Places whose datagram is on its way, oldest first. */
  private readonly flight: Int32Array;
  private flightHead = 0;
  private flightCount = 0;
  /** Places that have ended: those waiting for the threads to pass, and those that came after. */
  private waiting: number[] = [];
  private ended: number[] = [];
  private readonly passed: Float64Array;
  /** Datagrams on their way, by client. */
  readonly flightOf: Int32Array;
  private readonly n: number;

  constructor(
    private readonly m: Mem,
    private readonly W: World,
    private readonly board: Board,
    private readonly numbers: Float64Array,
    /** 1 while a place's datagram has been counted, 0 while it is on its way. */
    private readonly booked: Int32Array,
    places: number,
  ) {
    this.n = W.consts.datagrams.count;
    this.free = new Int32Array(this.n);
    this.flight = new Int32Array(this.n);
    this.passed = new Float64Array(board.threads);
    this.flightOf = new Int32Array(places);
    for (let d = 0; d < this.n; d++) {
      if (booked[d]) this.give(d);
      else this.fly(d);
    }
  }

  /** Datagrams on their way. */
  get inFlight(): number {
    return this.flightCount;
  }

  /** A free place, or -1. The caller fills it, says `sent`, and lets it arrive. */
  take(): number {
    return this.freeCount === 0 ? -1 : this.free[--this.freeCount]!;
  }

  /** The place has been filled and is about to arrive. */
  sent(d: number): void {
    this.booked[d] = 0;
    this.m.st(this.W.moreHops(d), 0);
    this.m.ast(this.W.ledger(d), LEDGER.FUTURE);
    this.fly(d);
  }

  /** Books what has ended, and takes back what nobody can look at any more. */
  collect(): void {
    const { m, W } = this;
    let missed = 0;
    for (let k = Math.min(LOOK, this.flightCount); k > 0 && missed < MISSES; k--) {
      const d = this.flight[this.flightHead]!;
      this.flightHead = (this.flightHead + 1) % this.n;
      this.flightCount--;
      this.flightOf[W.consts.datagrams.conn[d]!]!--;
      // Read plainly: what is seen late is booked late.
      const v = m.ld(W.ledger(d));
      if (ledgerState(v) >= LEDGER.HANDLED && m.ld(W.base[AT.holds]! + d) === 0) this.book(d, v);
      else {
        this.fly(d);
        missed++;
      }
    }
    this.pass();
  }

  private book(d: number, v: number): void {
    this.booked[d] = 1;
    if (ledgerState(v) === LEDGER.HANDLED) this.numbers[NUMBER.handled]!++;
    else this.numbers[NUMBER.dropped + (ledgerReason(v) % DROP.length)]!++;
    this.ended.push(d);
  }

  private pass(): void {
    if (this.waiting.length > 0) {
      for (let t = 0; t < this.board.threads; t++) if (!this.hasPassed(t)) return;
      for (const d of this.waiting) this.give(d);
    }
    const old = this.waiting;
    old.length = 0;
    this.waiting = this.ended;
    this.ended = old;
    for (let t = 0; t < this.board.threads; t++) this.passed[t] = this.loops(t);
  }

  /** Thread t has been in its poller since the last time, or is there now. */
  private hasPassed(t: number): boolean {
    return (
      this.loops(t) !== this.passed[t] ||
      Atomics.load(this.board.words, this.board.row(t) + ROW.state) === STATE.asleep
    );
  }

  private loops(t: number): number {
    return this.board.counts[this.board.count(t) + COUNT.loops]!;
  }

  private give(d: number): void {
    this.free[this.freeCount++] = d;
  }

  private fly(d: number): void {
    this.flight[(this.flightHead + this.flightCount++) % this.n] = d;
    const client = this.W.consts.datagrams.conn[d]!;
    if (client >= 0) this.flightOf[client]!++;
  }
}
