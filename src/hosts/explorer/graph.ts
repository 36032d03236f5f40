/** Of an edge: from, to, code, mark. */
const EDGE = 4;

/** States and the transitions between them, as rows of four words. */
export class Graph {
  readonly count: number;
  /** Edges by their first state: `edgeAt[first[s]]` to `edgeAt[first[s + 1] - 1]`. */
  private readonly first: Int32Array;
  private readonly edgeAt: Int32Array;

  constructor(
    readonly states: number,
    private readonly rows: Int32Array,
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

  marked(e: number): boolean {
    return this.rows[EDGE * e + 3] !== 0;
  }

  /** How many edges leave `s`, and the k-th of them. */
  degree(s: number): number {
    return this.first[s + 1]! - this.first[s]!;
  }

  edge(s: number, k: number): number {
    return this.edgeAt[this.first[s]! + k]!;
  }

  /** Edges of a shortest way from `start` to a state that `goal` accepts, over edges that `allowed` accepts; null: none. */
  way(start: number, goal: (s: number) => boolean, allowed: (e: number) => boolean): number[] | null {
    const by = new Map<number, number>([[start, -1]]);
    const queue = [start];
    for (const s of queue) {
      if (goal(s)) return this.back(s, by);
      for (let k = 0; k < this.degree(s); k++) {
        const e = this.edge(s, k);
        if (!allowed(e) || by.has(this.to(e))) continue;
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

  /** The strongly connected part of each state, by number. Tarjan's algorithm, without recursion. */
  parts(): Int32Array {
    const part = new Int32Array(this.states).fill(-1);
    const index = new Int32Array(this.states).fill(-1);
    const low = new Int32Array(this.states);
    const next = new Int32Array(this.states);
    const open: number[] = [];
    const path: number[] = [];
    let clock = 0;
    let parts = 0;
    const enter = (s: number): void => {
      index[s] = clock;
      low[s] = clock++;
      open.push(s);
      path.push(s);
    };
    for (let root = 0; root < this.states; root++) {
      if (index[root]! >= 0) continue;
      enter(root);
      while (path.length > 0) {
        const s = path.at(-1)!;
        if (next[s]! < this.degree(s)) {
          const to = this.to(this.edge(s, next[s]!++));
          if (index[to]! < 0) enter(to);
          else if (part[to]! < 0) low[s] = Math.min(low[s]!, index[to]!);
          continue;
        }
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) low[above] = Math.min(low[above]!, low[s]!);
        if (low[s] !== index[s]) continue;
        for (;;) {
          const one = open.pop()!;
          part[one] = parts;
          if (one === s) break;
        }
        parts++;
      }
    }
    return part;
  }
}
