/** What the event ring says of moves: who left where, as long as that is fresh enough to be drawn. */
export interface Move {
  from: number;
  to: number;
  /** Virtual ns of the commit and of the finalize (Infinity until it comes). */
  committed: number;
  finalized: number;
}

/** A ghost stays so long after the move is finished, virtual ns. */
const FRESH = 120_000;

export class Moves {
  private readonly last = new Map<number, Move>();
  now = 0;

  commit(conn: number, from: number, to: number, at: number): void {
    this.last.set(conn, { from, to, committed: at, finalized: Number.POSITIVE_INFINITY });
  }

  finalize(conn: number, at: number): void {
    const m = this.last.get(conn);
    if (m) m.finalized = at;
  }

  clear(): void {
    this.last.clear();
  }

  /** The last move while it is fresh: not finished, with datagrams still behind, or finished a moment ago. */
  fresh(conn: number, late: number, pending: boolean): Move | undefined {
    const m = this.last.get(conn);
    if (!m || m.from === m.to) return undefined;
    const young = this.now - Math.min(m.finalized, m.committed + FRESH) < FRESH;
    return late > 0 || (pending && m.finalized === Number.POSITIVE_INFINITY) || young ? m : undefined;
  }

  ghost(conn: number, late: number, pending: boolean): number {
    return this.fresh(conn, late, pending)?.from ?? -1;
  }

  oldTid(conn: number, late: number, pending: boolean): number {
    return this.ghost(conn, late, pending);
  }
}
