import type { Explorable } from '../../machine/explorable.ts';
import { Budget } from './budget.ts';
import { Graph } from './graph.ts';
import type { Lasso } from './messages.ts';
import { settle } from './settle.ts';
import { Shard } from './shard.ts';
import { Visited } from './visited.ts';

/** In `low`: the state's part of the graph has been left for good. */
const LEFT = -1;

interface Frame {
  id: number;
  saved: Int32Array;
  /** How it was reached. */
  code: number;
  todo: number[];
  /** Rows before the edge that led here. */
  rows: number;
}

/** A state that may still turn out to be on a cycle. */
interface Open {
  id: number;
  /** Its hash. */
  a: number;
  b: number;
  /** Threads that can step in it. */
  able: number;
}

/**
 * Goes through all states once more, depth first, for one that can be come back to while no thread that could always step is
 * left out: whatever such a run is doing, it does it for ever. Strongly connected parts by Tarjan’s algorithm, each looked at
 * when it is complete; what lies behind is forgotten.
 */
export class CycleSearch {
  full = false;
  /** A fair cycle, found first; null while there is none. */
  found: Lasso | null = null;
  private readonly budget: Budget;
  private readonly visited: Visited;
  private readonly path: Frame[] = [];
  private readonly open: Open[] = [];
  private readonly codes: Int32Array;
  /** From, to, code of edges between open states. */
  private readonly rows: number[] = [];
  private low: Int32Array;

  /** @param make gives the world, always the same; each is used by one search alone */
  constructor(
    private readonly make: () => Explorable,
    private readonly memory: number,
    private readonly reduction: boolean,
    private readonly x = make(),
  ) {
    this.budget = new Budget(memory);
    this.visited = new Visited(this.budget);
    this.codes = new Int32Array(x.maxEnabled);
    this.low = this.budget.words(1 << 10) ?? new Int32Array(1 << 10);
    x.mem.restart();
    if (reduction) settle(x);
    this.stand(-1);
  }

  /** Goes on for about `limit` transitions. False: it has ended, found one, or memory has run out (`full`). */
  expand(limit: number): boolean {
    const { x, path } = this;
    for (let done = 0; done < limit; done++) {
      const top = path.at(-1);
      if (top === undefined || this.full || this.found) return false;
      const code = top.todo.pop();
      if (code !== undefined) {
        x.mem.restore(top.saved);
        x.moved?.();
        x.take(code);
        if (this.reduction) settle(x);
        this.stand(code);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      const least = this.low[top.id]!;
      if (least === top.id) this.complete(top);
      else if (above) this.low[above.id] = Math.min(this.low[above.id]!, least);
    }
    return true;
  }

  /** The world stands in a state, come to by `code` from the one on top. */
  private stand(code: number): void {
    const { x, visited, path, rows } = this;
    const a = x.mem.lane(0, false);
    const b = x.mem.lane(1, false);
    const top = path.at(-1);
    const known = visited.find(a, b);
    if (known >= 0) {
      if (top === undefined || this.low[known] === LEFT) return;
      rows.push(top.id, known, code);
      this.low[top.id] = Math.min(this.low[top.id]!, this.low[known]!);
      return;
    }
    const id = visited.add(a, b, -1, code);
    if (id >= 0 && id >= this.low.length) {
      const bigger = this.budget.grow(this.low, this.low.length * 2);
      if (bigger) this.low = bigger;
    }
    this.full ||= this.budget.full || this.budget.used + this.other() > this.budget.limit;
    if (this.full) return;
    this.low[id] = id;
    const before = rows.length;
    if (top) rows.push(top.id, id, code);
    const saved = new Int32Array(5);
    x.mem.save(saved);
    const todo = [...this.codes.subarray(0, x.enabled(this.codes))].reverse();
    path.push({ id, saved, code, todo, rows: before });
    this.open.push({ id, a, b, able: ableIn(x, todo) });
  }

  /** Bytes beside the budget: the journal, and what is kept of open states. */
  private other(): number {
    return 4 * this.x.mem.log.length + 8 * this.rows.length + 100 * (this.path.length + this.open.length);
  }

  /** Everything that can be come to from `root` is known: the open states from it on can come to each other. */
  private complete(root: Frame): void {
    const at = this.open.findLastIndex((o) => o.id === root.id);
    const part = this.open.splice(at);
    for (const o of part) this.low[o.id] = LEFT;
    const rows = this.rows.splice(root.rows);
    const place = new Map(part.map((o, i) => [o.id, i]));
    const inside: number[] = [];
    for (let k = 0; k < rows.length; k += 3) {
      const from = place.get(rows[k]!);
      const to = place.get(rows[k + 1]!);
      if (from !== undefined && to !== undefined) inside.push(from, to, rows[k + 2]!);
    }
    if (inside.length === 0) return;
    const graph = new Graph(part.length, inside);
    const goals = this.goals(part, graph);
    if (goals) this.found = this.lasso(part, graph, goals, root);
  }

  /**
   * What a cycle has to pass so that no thread is left out: a step of it, or a state in which it cannot step. Null where some
   * thread can always step and never does.
   */
  private goals(part: readonly Open[], graph: Graph): Goal[] | null {
    const goals: Goal[] = [];
    for (let t = 0; t < this.x.threads; t++) {
      const idle = part.findIndex((o) => !(o.able & (1 << t)));
      if (idle >= 0) {
        goals.push({ edge: -1, at: (s) => !(part[s]!.able & (1 << t)) });
        continue;
      }
      let edge = 0;
      while (edge < graph.count && this.x.threadOf(graph.code(edge)) !== t) edge++;
      if (edge === graph.count) return null;
      goals.push({ edge, at: (s) => s === graph.from(edge) });
    }
    return goals;
  }

  private lasso(part: readonly Open[], graph: Graph, goals: readonly Goal[], root: Frame): Lasso {
    const lead = this.shortest(part) ?? { codes: this.pathTo(root), at: 0 };
    const turn: number[] = [];
    let at = lead.at;
    for (const goal of goals) {
      if (goal.edge >= 0 && turn.includes(goal.edge)) continue;
      const way = graph.way(at, goal.at)!;
      turn.push(...way, ...(goal.edge >= 0 ? [goal.edge] : []));
      if (turn.length > 0) at = graph.to(turn.at(-1)!);
    }
    if (turn.length === 0) {
      const first = Array.from({ length: graph.count }, (_, e) => e).find((e) => graph.from(e) === at)!;
      turn.push(first);
      at = graph.to(first);
    }
    turn.push(...graph.way(at, (s) => s === lead.at)!);
    return { codes: [...lead.codes, ...turn.map((e) => graph.code(e))], from: lead.codes.length };
  }

  private pathTo(root: Frame): number[] {
    return [...this.path, root].slice(1).map((f) => f.code);
  }

  /** The choices of a shortest way to one of these states, and which it is; null where memory does not suffice. */
  private shortest(part: readonly Open[]): { codes: number[]; at: number } | null {
    const o = { me: 0, of: 1, memory: this.memory, reduction: this.reduction };
    const shard = new Shard(this.make(), o, () => {
      throw new Error('one shard has nobody to send to');
    });
    shard.level();
    for (;;) {
      const at = part.findIndex(({ a, b }) => shard.visited.find(a, b) >= 0);
      if (at >= 0) {
        const codes: number[] = [];
        for (let id = shard.visited.find(part[at]!.a, part[at]!.b); id > 0; id = shard.visited.parent(id))
          codes.unshift(shard.visited.code(id));
        return { codes, at };
      }
      if (shard.open === 0 || shard.budget.full) return null;
      while (shard.expand(1 << 16));
      shard.level();
    }
  }
}

interface Goal {
  /** An edge that must be taken, or -1. */
  edge: number;
  /** The state that must be come to. */
  at(s: number): boolean;
}

/** Threads that can step, by bit. */
export function ableIn(x: Explorable, codes: Iterable<number>): number {
  let able = 0;
  for (const code of codes) if (x.threadOf(code) >= 0) able |= 1 << x.threadOf(code);
  return able;
}

/**
 * Whether a run that goes for ever through states in which `able` threads can step, by `codes`, leaves none of them out that
 * always could.
 */
export function fair(x: Explorable, able: readonly number[], codes: readonly number[]): boolean {
  const always = able.reduce((all, one) => all & one, -1);
  return (always & ~ableIn(x, codes)) === 0;
}
