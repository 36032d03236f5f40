/**
 * Steps that are known. A step does the same wherever every word it looks at is as it was: the states of one search are made of few
 * different stretches, so most steps have been taken before, and what they did is done without executing them.
 */
import type { JournaledMem } from '../../memory/journaled.ts';
import { ReadTree } from './read-tree.ts';

/**
 * Of a deed: how the hash's lanes change, how many words it writes, accesses that count for races, parts it executes, if it is
 * plain the step where its thread then stands + 1; then these.
 */
const DEED = 6;

const FIRST_DEEDS = 1 << 14;
/** Words of deeds from which on nothing more is remembered. */
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
  /** By thread and step: which deed is done, and how often it was not known less how often it was. */
  private readonly tree: ReadTree;
  private readonly news: Int32Array;
  private deeds = new Int32Array(FIRST_DEEDS);
  private deedEnd = 1;
  /** Words that the step that is being learned has written to bear the mark. */
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
    this.tree = new ReadTree(m, threads * steps);
    this.news = new Int32Array(threads * steps);
    this.marks = new Int32Array(m.w.length);
    this.executed = new Float64Array(doings.executed.length);
  }

  /** What the step `pc` of thread `t` does here, from 1; 0: not known. */
  find(t: number, pc: number): number {
    const root = t * this.steps + pc;
    const deed = this.tree.find(root);
    if (deed !== 0) this.news[root]!--;
    return deed;
  }

  /** Where a deed leads from the present state: the hash's lanes into `out`. False: it is not plain, and more must be asked of it. */
  foretell(deed: number, out: Int32Array, at: number): boolean {
    const { deeds, m } = this;
    out[at] = m.lane(0, false) ^ deeds[deed]!;
    out[at + 1] = m.lane(1, false) ^ deeds[deed + 1]!;
    return deeds[deed + 5] !== 0;
  }

  /** The step where the thread of a plain deed then stands. */
  standsAt(deed: number): number {
    return this.deeds[deed + 5]! - 1;
  }

  /** Whether a deed leaves the state as it is. */
  stays(deed: number): boolean {
    return this.deeds[deed] === 0 && this.deeds[deed + 1] === 0;
  }

  repeat(deed: number): void {
    const { deeds } = this;
    const written = deed + DEED;
    this.m.replay(deeds, written, written + 2 * deeds[deed + 2]!, deeds[deed]!, deeds[deed + 1]!);
    this.count(deed);
  }

  /** What a deed is beside the words that it writes. */
  count(deed: number): void {
    const { deeds, doings } = this;
    const touched = deed + DEED + 2 * deeds[deed + 2]!;
    const executed = touched + 2 * deeds[deed + 3]!;
    if (touched < executed) doings.touch(deeds, touched, executed);
    for (let k = executed, end = executed + 2 * deeds[deed + 4]!; k < end; k += 2)
      doings.executed[deeds[k]!]! += deeds[k + 1]!;
  }

  /** A step is to be executed: whether it is worth learning. If so, `look` is to be told of every word, `learned` when it has been taken. */
  begin(t: number, pc: number): boolean {
    const root = t * this.steps + pc;
    if (this.tree.full || this.deedEnd > MOST || this.news[root]! > NEW) return false;
    this.news[root]!++;
    this.tree.begin();
    this.before.top = this.m.mark();
    this.before.a = this.m.lane(0, false);
    this.before.b = this.m.lane(1, false);
    this.executed.set(this.doings.executed);
    return true;
  }

  /** What the step does hangs on word `i`. Told before it is written to. */
  look(i: number): void {
    this.tree.look(i);
  }

  /** The step has been taken; `touches`: its accesses that count for races, pairs; `then`: where its thread stands now, -1 where more
   * is asked of the step than of every one. */
  learned(t: number, pc: number, touches: readonly number[], then: number): void {
    const { m } = this;
    this.tree.learned(t * this.steps + pc, this.deedEnd);
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
      then + 1,
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
