/** Whose turn it is by the clock: of all threads the one furthest behind, and up to when it stays that. */
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import type { Mem } from '../memory/mem.ts';
import type { Ptr } from '../memory/struct.ts';
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
 * A reading of all threads' clocks, good until somebody else than the thread that was chosen changes one: who can go on stands
 * in line, the one to go first in front. `look` reads anew.
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
  /** Threads that can go on, `inLine` of them: by when, then who has slept longest, then the lower number. */
  private readonly line: Int32Array;
  private inLine = 0;

  /** `th`: thread_ctx of each thread. */
  constructor(
    private readonly m: Mem,
    private readonly th: readonly Ptr<'thread_ctx'>[],
  ) {
    const n = th.length;
    this.ready = new Float64Array(n);
    this.clock = new Float64Array(n);
    this.line = new Int32Array(n);
  }

  /** Reads every thread's clock and chooses. */
  look(): void {
    const { m, ready, clock, line } = this;
    let n = 0;
    for (let t = 0; t < line.length; t++) {
      const th = this.th[t]!;
      const own = clockAt(m, th);
      const r = m.ld(th + ThreadCtx.held) ? NEVER : m.ld(th + ThreadCtx.waiting) ? readyAt(m, th) : own;
      clock[t] = own;
      ready[t] = r;
      if (r === NEVER) continue;
      let i = n++;
      for (; i > 0; i--) {
        const u = line[i - 1]!;
        if (ready[u]! < r || (ready[u] === r && clock[u]! <= own)) break;
        line[i] = u;
      }
      line[i] = t;
    }
    this.inLine = n;
    this.choose();
  }

  /** Chooses after the chosen thread, and no other, has gone on: awake, its clock now at `now`. */
  wentOn(now: number): void {
    const { tid, ready, clock, line, inLine } = this;
    ready[tid] = now;
    clock[tid] = now;
    let i = 0;
    for (; i + 1 < inLine; i++) {
      const u = line[i + 1]!;
      const r = ready[u]!;
      if (r > now || (r === now && clock[u] === now && tid < u)) break;
      line[i] = u;
    }
    line[i] = tid;
    this.choose();
  }

  /** Sets `until` and `first` as they are for thread `t`, chosen or not. */
  limits(t: number): void {
    this.tid = t;
    this.at = this.ready[t]!;
    this.before(this.line[this.line[0] === t ? 1 : 0]!, this.inLine > (this.line[0] === t ? 1 : 0));
  }

  private choose(): void {
    const { line, inLine } = this;
    this.tid = inLine > 0 ? line[0]! : -1;
    this.at = inLine > 0 ? this.ready[this.tid]! : NEVER;
    this.before(line[1]!, inLine > 1);
  }

  /** The chosen thread stays it until thread `next` is, if there is one. */
  private before(next: number, there: boolean): void {
    this.until = there ? this.ready[next]! : NEVER;
    this.first = there && this.tid < next && this.clock[next] === this.until;
  }
}
