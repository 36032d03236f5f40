import type { Explorable } from '../../machine/explorable.ts';
import { Budget } from './budget.ts';
import { Graph } from './graph.ts';
import type { Lasso } from './messages.ts';
import { settle } from './settle.ts';
import { Visited } from './visited.ts';

/** Of an edge: from, to, code, whether it passes a datagram on. */
const EDGE = 4;

/**
 * Goes through all states depth first and keeps their edges; then looks for a cycle that passes a datagram on, in which no
 * thread that could always step is left out.
 */
export class CycleSearch {
  full = false;
  private readonly budget: Budget;
  private readonly visited: Visited;
  private readonly stack: { id: number; saved: Int32Array; todo: number[] }[] = [];
  private readonly codes: Int32Array;
  private edges: Int32Array;
  private edgeEnd = 0;
  /** Threads that can step, by state. */
  private able: Int32Array;

  constructor(
    private readonly x: Explorable,
    memory: number,
    private readonly reduction: boolean,
  ) {
    this.budget = new Budget(memory);
    this.visited = new Visited(this.budget);
    this.codes = new Int32Array(x.maxEnabled);
    this.edges = this.budget.words(1 << 12) ?? new Int32Array(1 << 12);
    this.able = this.budget.words(1 << 10) ?? new Int32Array(1 << 10);
    x.mem.restart();
    if (reduction) settle(x);
    this.stand();
  }

  /** Goes on for about `limit` transitions. False: all edges are known, or memory has run out. */
  expand(limit: number): boolean {
    const { x, stack } = this;
    for (let done = 0; done < limit; done++) {
      const top = stack.at(-1);
      if (top === undefined || this.full) return false;
      const code = top.todo.pop();
      x.mem.restore(top.saved);
      if (code === undefined) {
        stack.pop();
        continue;
      }
      x.moved?.();
      x.take(code);
      const passes = x.passedOn?.() ? 1 : 0;
      x.broken();
      if (this.reduction) settle(x);
      const to = this.stand();
      this.edge(top.id, to, code, passes);
    }
    return true;
  }

  /** The id of the state in which the world stands; a new one goes on the stack. */
  private stand(): number {
    const { x, visited } = this;
    const a = x.mem.lane(0, false);
    const b = x.mem.lane(1, false);
    const known = visited.find(a, b);
    if (known >= 0) return known;
    const id = visited.add(a, b, -1, -1);
    const saved = new Int32Array(5);
    x.mem.save(saved);
    const todo = [...this.codes.subarray(0, x.enabled(this.codes))].reverse();
    let able = 0;
    for (const code of todo) if (x.threadOf(code) >= 0) able |= 1 << x.threadOf(code);
    if (id >= this.able.length) this.able = this.budget.grow(this.able, this.able.length * 2) ?? this.able;
    this.able[id] = able;
    this.stack.push({ id, saved, todo });
    this.full ||= this.budget.full || this.budget.used + 4 * x.mem.log.length > this.budget.limit;
    return id;
  }

  private edge(from: number, to: number, code: number, passes: number): void {
    if (this.edgeEnd + EDGE > this.edges.length) {
      const bigger = this.budget.grow(this.edges, this.edges.length * 2);
      this.full ||= bigger === null;
      if (bigger === null) return;
      this.edges = bigger;
    }
    const at = this.edgeEnd;
    this.edges[at] = from;
    this.edges[at + 1] = to;
    this.edges[at + 2] = code;
    this.edges[at + 3] = passes;
    this.edgeEnd = at + EDGE;
  }

  /** A fair cycle that passes a datagram on, reached on a shortest way; null when there is none. */
  lasso(): Lasso | null {
    const graph = new Graph(this.visited.count, this.edges.subarray(0, this.edgeEnd));
    const part = graph.parts();
    for (const group of this.groups(part, graph)) {
      if (!this.fair(group, graph)) continue;
      const inside = (e: number): boolean =>
        part[graph.to(e)] === group.part && part[graph.from(e)] === group.part;
      const start = graph.from(group.pass);
      const lead = graph.way(
        0,
        (s) => s === start,
        () => true,
      );
      const turn = [group.pass];
      let at = graph.to(group.pass);
      for (const goal of group.visits) {
        const way = graph.way(at, (s) => s === graph.from(goal), inside)!;
        turn.push(...way, goal);
        at = graph.to(goal);
      }
      turn.push(...graph.way(at, (s) => s === start, inside)!);
      const codes = [...lead!, ...turn].map((e) => graph.code(e));
      return { codes, from: lead!.length };
    }
    return null;
  }

  /** Strongly connected parts with an edge inside that passes a datagram on, the one with the smallest state first. */
  private groups(part: Int32Array, graph: Graph): Group[] {
    const groups = new Map<number, Group>();
    for (let e = 0; e < graph.count; e++) {
      const p = part[graph.from(e)]!;
      if (p !== part[graph.to(e)] || !graph.marked(e) || groups.has(p)) continue;
      groups.set(p, { part: p, pass: e, always: -1, steps: new Map(), visits: [] });
    }
    for (let s = 0; s < graph.states; s++) {
      const group = groups.get(part[s]!);
      if (group) group.always &= this.able[s]!;
    }
    for (let e = 0; e < graph.count; e++) {
      const group = groups.get(part[graph.from(e)]!);
      if (!group || part[graph.to(e)] !== group.part) continue;
      const t = this.x.threadOf(graph.code(e));
      if (t >= 0 && !group.steps.has(t)) group.steps.set(t, e);
    }
    return [...groups.values()];
  }

  /** Whether every thread that can step all along also does somewhere in the cycle; `visits` then names such steps. */
  private fair(group: Group, graph: Graph): boolean {
    for (let t = 0; t < this.x.threads; t++) {
      if (!(group.always & (1 << t))) continue;
      const e = group.steps.get(t);
      if (e === undefined) return false;
      if (this.x.threadOf(graph.code(group.pass)) !== t) group.visits.push(e);
    }
    return true;
  }
}

interface Group {
  part: number;
  /** An edge that passes a datagram on. */
  pass: number;
  /** Threads that can step in all its states. */
  always: number;
  /** A step of each thread that takes one inside. */
  steps: Map<number, number>;
  visits: number[];
}
