/** Of an edge: from, to, code. */
const EDGE = 3;

/** States and the transitions between them, as rows of three words. */
export class Graph {
  readonly count: number;
  /** Edges by their first state: `edgeAt[first[s]]` to `edgeAt[first[s + 1] - 1]`. */
  private readonly first: Int32Array;
  private readonly edgeAt: Int32Array;

  constructor(
    readonly states: number,
    private readonly rows: readonly number[],
  ) {
    this.count = rows.length / EDGE;
    this.first = new Int32Array(states + 2);
    this.edgeAt = new Int32Array(this.count);
    for (let e = 0; e < this.count; e++) this.first[this.from(e) + 2]!++;
    for (let s = 0; s < states; s++) this.first[s + 2]! += this.first[s + 1]!;
    for (let e = 0; e < this.count; e++) this.edgeAt[this.first[this.from(e) + 1]!++] = e;
  }

  from(e: number): number {
    return this.rows[EDGE * e]!;
  }

  to(e: number): number {
    return this.rows[EDGE * e + 1]!;
  }

  code(e: number): number {
    return this.rows[EDGE * e + 2]!;
  }

  /** Edges of a shortest way from `start` to a state that `goal` accepts; null: none. */
  way(start: number, goal: (s: number) => boolean): number[] | null {
    const by = new Map<number, number>([[start, -1]]);
    const queue = [start];
    for (const s of queue) {
      if (goal(s)) return this.back(s, by);
      for (let k = this.first[s]!; k < this.first[s + 1]!; k++) {
        const e = this.edgeAt[k]!;
        if (by.has(this.to(e))) continue;
        by.set(this.to(e), e);
        queue.push(this.to(e));
      }
    }
    return null;
  }

  private back(end: number, by: Map<number, number>): number[] {
    const way: number[] = [];
    for (let e = by.get(end)!; e >= 0; e = by.get(this.from(e))!) way.push(e);
    return way.reverse();
  }
}
