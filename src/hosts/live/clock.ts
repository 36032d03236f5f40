/** The host's clock and the run's: real time, less what was paused or slept through. */
import { type Board, HEAD } from './board.ts';

/** A step of a clock longer than this, ms, is a machine that slept: the run does not see it. */
const JUMP = 4000;

/** ms since 1970 of a clock that all workers of a host share, as good as whole ms: to agree on a beginning. */
export const hostEpoch = (): number => Math.floor(performance.timeOrigin + performance.now());

/** ms since `epoch` with fractions, to the host's resolution. */
export function hostClock(epoch: number): () => number {
  // Added once: a sum of the order of 10^12 has no room for fractions of a microsecond.
  const offset = performance.timeOrigin - epoch;
  return () => offset + performance.now();
}

/** One worker's reading of the run's clock. */
export class RunClock {
  /** ms of the run and ns within the ms, at the last reading. */
  ms = 0;
  ns = 0;
  private last = 0;

  constructor(
    private readonly board: Board,
    /** ms since the run's beginning by the host's clock. */
    readonly now: () => number,
  ) {
    this.last = this.now();
  }

  /** Reads the clock. Never goes back. */
  read(): void {
    const now = this.now();
    if (now - this.last > JUMP) this.jumped(now - this.last);
    this.last = now;
    const run = now - this.board.words[HEAD.skippedMs]!;
    const ms = Math.floor(run);
    if (ms < this.ms) return;
    const ns = Math.floor((run - ms) * 1e6);
    if (ms > this.ms || ns > this.ns) {
      this.ms = ms;
      this.ns = ns;
    }
  }

  /** Forgets the time since the last reading: this worker stood still on purpose. */
  standStill(): void {
    this.last = this.now();
    // The run may go on from an earlier moment.
    this.ms = 0;
    this.ns = 0;
    this.read();
  }

  /** The first worker that notices takes the gap out of the run's clock for all. */
  private jumped(gap: number): void {
    const { words } = this.board;
    const skipped = Atomics.load(words, HEAD.skippedMs);
    const behind = this.now() - skipped - this.ms;
    if (behind < JUMP) return;
    const by = Math.floor(gap) - 1;
    if (Atomics.compareExchange(words, HEAD.skippedMs, skipped, skipped + by) !== skipped) return;
    Atomics.add(words, HEAD.jumps, 1);
    Atomics.add(words, HEAD.jumpedMs, by);
  }
}
