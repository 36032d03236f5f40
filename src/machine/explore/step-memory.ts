/**
 * Steps that are known. A step does the same wherever every word it looks at is as it was: the states of one search are made of few
 * different stretches, so most steps have been taken before, and what they did is done without executing them.
 */
import type { JournaledMem } from '../../memory/journaled.ts';

/** Of a node: the word that is looked at, a value, where to go on if it has that, where if not. 0: nowhere yet; below 0: a deed. */
const NODE = 4;
const THEN = 2;
const ELSE = 3;

/** Of a deed: how the hash's lanes change, how many words it writes, accesses that count for races, parts it executes; then these. */
const DEED = 5;

const FIRST_NODES = 1 << 12;
const FIRST_DEEDS = 1 << 14;
/** Words of nodes, and of deeds, from which on nothing more is remembered. */
const MOST = 1 << 23;
/** Where steps of a thread have been new so often, and mostly, they are not remembered. */
const NEW = 256;

/** What is done beside the words that are written. */
export interface Doings {
  /** Accesses that count for races, as the watcher wrote them. */
  touch(accesses: Int32Array, from: number, to: number): void;
  readonly executed: Float64Array;
}

export class StepMemory {
  /** By thread and step: where to begin to look, and how often it was of no use less how often it was. */
  private readonly roots: Int32Array;
  private readonly news: Int32Array;
  private nodes = new Int32Array(FIRST_NODES);
  private nodeEnd = NODE;
  private deeds = new Int32Array(FIRST_DEEDS);
  private deedEnd = 1;
  /** The step that is being learned: words in the order in which it first looked at them, and their values then. */
  private readonly looked: number[] = [];
  private readonly marks: Int32Array;
  private mark = 0;
  /** Of that step: journal and lanes before it, and how often each part had been executed. */
  private readonly before = { top: 0, a: 0, b: 0 };
  private readonly executed: Float64Array;

  constructor(
    private readonly m: JournaledMem,
    threads: number,
    private readonly steps: number,
    private readonly doings: Doings,
  ) {
    this.roots = new Int32Array(threads * steps);
    this.news = new Int32Array(threads * steps);
    this.marks = new Int32Array(m.w.length);
    this.executed = new Float64Array(doings.executed.length);
  }

  /** Does the step `pc` of thread `t`, if it is known. */
  take(t: number, pc: number): boolean {
    const { nodes } = this;
    const { w } = this.m;
    const root = t * this.steps + pc;
    let at = this.roots[root]!;
    while (at > 0) at = w[nodes[at]!] === nodes[at + 1] ? nodes[at + THEN]! : nodes[at + ELSE]!;
    if (at === 0) return false;
    this.news[root]!--;
    this.repeat(-at);
    return true;
  }

  private repeat(at: number): void {
    const { deeds, doings } = this;
    const written = at + DEED;
    const touched = written + 2 * deeds[at + 2]!;
    const executed = touched + 2 * deeds[at + 3]!;
    this.m.replay(deeds, written, touched, deeds[at]!, deeds[at + 1]!);
    if (touched < executed) doings.touch(deeds, touched, executed);
    for (let k = executed, end = executed + 2 * deeds[at + 4]!; k < end; k += 2)
      doings.executed[deeds[k]!]! += deeds[k + 1]!;
  }

  /** A step is to be executed: whether it is worth learning. If so, `look` is to be told of every word, `learned` when it has been taken. */
  begin(t: number, pc: number): boolean {
    const root = t * this.steps + pc;
    if (this.nodeEnd > MOST || this.deedEnd > MOST || this.news[root]! > NEW) return false;
    this.news[root]!++;
    this.looked.length = 0;
    this.mark++;
    this.before.top = this.m.mark();
    this.before.a = this.m.lane(0, false);
    this.before.b = this.m.lane(1, false);
    this.executed.set(this.doings.executed);
    return true;
  }

  /** What the step does hangs on word `i`. Told before it is written to. */
  look(i: number): void {
    if (this.marks[i] === this.mark) return;
    this.marks[i] = this.mark;
    this.looked.push(i, this.m.w[i]!);
  }

  /** The step has been taken; `touches`: its accesses that count for races, pairs. */
  learned(t: number, pc: number, touches: readonly number[]): void {
    const { m, looked } = this;
    let { nodes } = this;
    let ref = -1;
    const root = t * this.steps + pc;
    let at = this.roots[root]!;
    let k = 0;
    while (at > 0) {
      if (nodes[at] !== looked[k])
        throw new Error(`step ${pc} looks elsewhere where all it has looked at is the same`);
      const same = nodes[at + 1] === looked[k + 1];
      ref = at + (same ? THEN : ELSE);
      if (same) k += 2;
      at = nodes[ref]!;
    }
    for (; k < looked.length; k += 2) {
      const node = this.nodeEnd;
      if (node + NODE > nodes.length) {
        nodes = new Int32Array(2 * nodes.length);
        nodes.set(this.nodes);
        this.nodes = nodes;
      }
      this.nodeEnd = node + NODE;
      nodes[node] = looked[k]!;
      nodes[node + 1] = looked[k + 1]!;
      if (ref < 0) this.roots[root] = node;
      else nodes[ref] = node;
      ref = node + THEN;
    }
    nodes[ref] = -this.deedEnd;
    const writes: number[] = [];
    const { w, log } = m;
    this.mark++;
    for (let j = this.before.top, end = m.mark(); j < end; j += 2) {
      const i = log[j]!;
      if (this.marks[i] === this.mark) continue;
      this.marks[i] = this.mark;
      if (w[i] !== log[j + 1]) writes.push(i, w[i]!);
    }
    const parts: number[] = [];
    this.executed.forEach((n, part) => {
      const more = this.doings.executed[part]! - n;
      if (more > 0) parts.push(part, more);
    });
    const { before } = this;
    this.keep([
      m.lane(0, false) ^ before.a,
      m.lane(1, false) ^ before.b,
      writes.length / 2,
      touches.length / 2,
      parts.length / 2,
      ...writes,
      ...touches,
      ...parts,
    ]);
  }

  private keep(deed: readonly number[]): void {
    if (this.deedEnd + deed.length > this.deeds.length) {
      const bigger = new Int32Array(2 * (this.deedEnd + deed.length));
      bigger.set(this.deeds);
      this.deeds = bigger;
    }
    this.deeds.set(deed, this.deedEnd);
    this.deedEnd += deed.length;
  }
}
