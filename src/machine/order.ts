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
  private readonly ready: Float64Array;
  private readonly clock: Float64Array;

  constructor(
    private readonly m: Mem,
    private readonly W: World,
    private readonly absent: ReadonlySet<number>,
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
    if (m.ld(th + ThreadCtx.held) || (this.absent.size > 0 && this.absent.has(t))) this.ready[t] = NEVER;
    else this.ready[t] = m.ld(th + ThreadCtx.waiting) ? readyAt(m, th) : this.clock[t]!;
  }

  /** Chooses; of threads ready at one moment the one that has slept longest goes first, then the lower number. */
  choose(): void {
    const { ready, clock } = this;
    let tid = -1;
    let at = NEVER;
    let slept = NEVER;
    for (let t = 0; t < ready.length; t++) {
      const r = ready[t]!;
      if (r > at || r === NEVER || (r === at && clock[t]! >= slept)) continue;
      tid = t;
      at = r;
      slept = clock[t]!;
    }
    this.tid = tid;
    this.at = at;
    this.limits(tid);
  }

  /** Sets `until` and `first` for thread `t`, chosen or not. */
  limits(t: number): void {
    const { ready, clock } = this;
    let until = NEVER;
    let first = false;
    for (let u = 0; u < ready.length; u++) {
      const r = ready[u]!;
      if (u === t || r > until || r === NEVER) continue;
      const wins = t < u && clock[u] === r;
      first = r < until ? wins : first && wins;
      until = r;
    }
    this.until = until;
    this.first = first;
  }
}
