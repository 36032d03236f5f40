/** What the event ring says of moves: who left where, as long as that is fresh enough to be drawn. */
export interface Move {
  from: number;
  to: number;
  /** Virtual ns of the commit and of the finalize (Infinity until it comes). */
  committed: number;
  finalized: number;
}

/** The last rebind of a connection, whatever came of it; to its own thread too. */
export interface Attempt {
  from: number;
  outcome: 'open' | 'committed' | 'taken back' | 'failed';
}

/** A ghost stays so long after the move is finished, virtual ns. */
const FRESH = 120_000;

export class Moves {
  private readonly last = new Map<number, Move>();
  private readonly attempts = new Map<number, Attempt>();
  now = 0;

  begin(conn: number, from: number): void {
    this.attempts.set(conn, { from, outcome: 'open' });
  }

  /** No memory for it. */
  fail(conn: number): void {
    const a = this.attempts.get(conn);
    if (a?.outcome === 'open') a.outcome = 'failed';
  }

  /** Its session starts: where its rebind has come to no commit, it was taken back. */
  accept(conn: number): void {
    const a = this.attempts.get(conn);
    if (a?.outcome === 'open') a.outcome = 'taken back';
  }

  attempt(conn: number): Attempt | undefined {
    return this.attempts.get(conn);
  }

  commit(conn: number, from: number, to: number, at: number): void {
    this.attempts.set(conn, { from, outcome: 'committed' });
    this.last.set(conn, { from, to, committed: at, finalized: Number.POSITIVE_INFINITY });
  }

  finalize(conn: number, at: number): void {
    const m = this.last.get(conn);
    if (m) m.finalized = at;
  }

  clear(): void {
    this.last.clear();
    this.attempts.clear();
  }

  /** The last move while it is fresh: not finished, with datagrams still behind, or finished a moment ago. */
  fresh(conn: number, late: number, pending: boolean): Move | undefined {
    const m = this.last.get(conn);
    if (!m || m.from === m.to) return undefined;
    const young = this.now - Math.min(m.finalized, m.committed + FRESH) < FRESH;
    return late > 0 || (pending && m.finalized === Number.POSITIVE_INFINITY) || young ? m : undefined;
  }

  /** The last move, fresh or not; to its own thread too. */
  lastOf(conn: number): Move | undefined {
    return this.last.get(conn);
  }

  ghost(conn: number, late: number, pending: boolean): number {
    return this.fresh(conn, late, pending)?.from ?? -1;
  }

  oldTid(conn: number, late: number, pending: boolean): number {
    return this.ghost(conn, late, pending);
  }
}
