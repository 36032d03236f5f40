/**
 * What came of looking at words, to be found again wherever each of them is as it was: what is done by the same rule looks at one word
 * first, and at which next hangs on the values of those before, so that all that was learned of it is a tree.
 */
import type { JournaledMem } from '../../memory/journaled.ts';

/** Of a node: the word that is looked at, a value, where to go on if it has that, where if not. 0: nowhere yet; below 0: what came of it. */
const NODE = 4;
const THEN = 2;
const ELSE = 3;

const FIRST_NODES = 1 << 12;
/** Words of nodes from which on nothing more is remembered. */
const MOST = 1 << 23;

export class ReadTree {
  private readonly roots: Int32Array;
  private nodes = new Int32Array(FIRST_NODES);
  private end = NODE;
  /** What is being learned: words in the order in which they were first looked at, and their values then. */
  private readonly looked: number[] = [];
  private readonly marks: Int32Array;
  private mark = 0;

  /** @param things how many there are to be remembered apart */
  constructor(
    private readonly m: JournaledMem,
    things: number,
  ) {
    this.roots = new Int32Array(things);
    this.marks = new Int32Array(m.w.length);
  }

  get full(): boolean {
    return this.end > MOST;
  }

  /** What came of thing `root` where all it looked at was as it is now, from 1; 0: not known. */
  find(root: number): number {
    const { nodes } = this;
    const { w } = this.m;
    let at = this.roots[root]!;
    while (at > 0) at = w[nodes[at]!] === nodes[at + 1] ? nodes[at + THEN]! : nodes[at + ELSE]!;
    return -at;
  }

  /** Something is to be learned: `look` is to be told of every word it hangs on, `learned` what came of it. */
  begin(): void {
    this.looked.length = 0;
    this.mark++;
  }

  /** Told before the word is written to. */
  look(i: number): void {
    if (this.marks[i] === this.mark) return;
    this.marks[i] = this.mark;
    this.looked.push(i, this.m.w[i]!);
  }

  /** `what`, from 1, came of thing `root`, of which `find` knew nothing. */
  learned(root: number, what: number): void {
    const { looked } = this;
    let { nodes } = this;
    let ref = -1;
    let at = this.roots[root]!;
    let k = 0;
    while (at > 0) {
      if (nodes[at] !== looked[k])
        throw new Error(`thing ${root} looks elsewhere where all it has looked at is the same`);
      const same = nodes[at + 1] === looked[k + 1];
      ref = at + (same ? THEN : ELSE);
      if (same) k += 2;
      at = nodes[ref]!;
    }
    for (; k < looked.length; k += 2) {
      const node = this.end;
      if (node + NODE > nodes.length) {
        nodes = new Int32Array(2 * nodes.length);
        nodes.set(this.nodes);
        this.nodes = nodes;
      }
      this.end = node + NODE;
      nodes[node] = looked[k]!;
      nodes[node + 1] = looked[k + 1]!;
      if (ref < 0) this.roots[root] = node;
      else nodes[ref] = node;
      ref = node + THEN;
    }
    if (ref < 0) this.roots[root] = -what;
    else nodes[ref] = -what;
  }
}
