/** Whose turn it is by the clock: of all threads the one furthest behind, and up to when it stays that. */
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import type { World } from '../haproxy/model/world.ts';
import type { Mem } from '../memory/mem.ts';
import { NS_PER_MS } from './time.ts';

/** When something happens that never does. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Clock of the thread whose context is at `th`, virtual ns. */
export function clockAt(m: Mem, th: number): number {
  return m.ld(th + ThreadCtx.clockMs) * NS_PER_MS + m.ld(th + ThreadCtx.clockNs);
}

/** When the thread at `th` can take its next step: its clock, or what ends its sleep; Infinity while nothing does. */
export function readyAt(m: Mem, th: number): number {
  const clock = clockAt(m, th);
  if (!m.ld(th + ThreadCtx.waiting)) return clock;
  if (m.ald(th + ThreadCtx.pipe) || m.ald(th + ThreadCtx.epAny)) {
    return Math.max(clock, m.ld(th + ThreadCtx.wakeMs) * NS_PER_MS + m.ld(th + ThreadCtx.wakeNs));
  }
  if (m.ld(th + ThreadCtx.expired)) return clock;
  const until = m.ld(th + ThreadCtx.waitMs);
  return until ? Math.max(clock, until * NS_PER_MS) : NEVER;
}

/**
 * A reading of all threads' clocks, good until somebody else than the thread that was chosen changes one. It is taken anew
 * with `look`, or for one thread with `lookAt`.
 */
export class Order {
  /** The thread chosen, or -1; when it can go on, virtual ns. */
  tid = -1;
  at = NEVER;
  /** Up to when it stays the one chosen: exclusive unless `first`. */
  until = NEVER;
  first = false;
  /** The thread that comes after it, or -1. */
  private second = -1;
  private readonly ready: Float64Array;
  private readonly clock: Float64Array;

  constructor(
    private readonly m: Mem,
    private readonly W: World,
  ) {
    this.ready = new Float64Array(W.cfg.threads);
    this.clock = new Float64Array(W.cfg.threads);
  }

  look(): void {
    for (let t = 0; t < this.ready.length; t++) this.lookAt(t);
  }

  lookAt(t: number): void {
    const { m } = this;
    const th = this.W.th(t);
    this.clock[t] = clockAt(m, th);
    if (m.ld(th + ThreadCtx.held)) this.ready[t] = NEVER;
    else this.ready[t] = m.ld(th + ThreadCtx.waiting) ? readyAt(m, th) : this.clock[t]!;
  }

  /** Chooses; of threads ready at one moment the one that has slept longest goes first, then the lower number. */
  choose(): void {
    const { ready, clock } = this;
    let tid = -1;
    let at = NEVER;
    let slept = NEVER;
    let second = -1;
    let until = NEVER;
    let sleptNext = NEVER;
    for (let t = 0; t < ready.length; t++) {
      const r = ready[t]!;
      if (r > until || r === NEVER) continue;
      const c = clock[t]!;
      if (r < at || (r === at && c < slept)) {
        second = tid;
        until = at;
        sleptNext = slept;
        tid = t;
        at = r;
        slept = c;
      } else if (r < until || c < sleptNext) {
        second = t;
        until = r;
        sleptNext = c;
      }
    }
    this.tid = tid;
    this.at = at;
    this.until = until;
    this.second = second;
    this.first = second >= 0 && tid < second && sleptNext === until;
  }

  /** Chooses after the chosen thread, and no other, has gone on. */
  chooseNext(): void {
    const { ready, clock } = this;
    this.lookAt(this.tid);
    const tid = this.second;
    const at = this.until;
    if (tid < 0 || ready[this.tid]! <= at) {
      this.choose();
      return;
    }
    let second = -1;
    let until = NEVER;
    for (let t = 0; t < ready.length; t++) {
      const r = ready[t]!;
      if (t === tid || r > until || r === NEVER || (r === until && clock[t]! >= clock[second]!)) continue;
      second = t;
      until = r;
    }
    this.tid = tid;
    this.at = at;
    this.second = second;
    this.until = until;
    this.first = second >= 0 && tid < second && clock[second] === until;
  }

  /** Sets `until` and `first` as they are for thread `t`, chosen or not. */
  limits(t: number): void {
    const kept = this.ready[t]!;
    this.ready[t] = NEVER;
    this.choose();
    this.ready[t] = kept;
    this.until = this.at;
    this.first = this.tid >= 0 && t < this.tid && this.clock[this.tid] === this.at;
    this.tid = t;
    this.at = kept;
  }
}
