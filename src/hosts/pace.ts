/** How many happenings a speed allows by now. */
export class Pace {
  private from = 0;
  private done = 0;

  constructor(
    /** Happenings a second; Infinity as fast as it goes. */
    readonly rate: number,
    now: number,
  ) {
    this.from = now;
  }

  /** What is due at `now` (ms), at most `most`; what can't be caught up is let go. */
  due(now: number, most: number): number {
    if (this.rate === Number.POSITIVE_INFINITY) return most;
    const due = Math.floor(((now - this.from) / 1000) * this.rate) - this.done;
    const n = Math.min(Math.max(due, 0), most);
    if (due > n) this.from = now - ((this.done + n) / this.rate) * 1000;
    this.done += n;
    return n;
  }
}
