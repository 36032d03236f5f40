/**
 * Rules that are known to hold. A rule says the same wherever every word it looks at is as it was, and the states of one search hold few
 * different lists, trees and counters: where it held there, it need not be asked.
 */
import type { JournaledMem, Watch } from '../../memory/journaled.ts';
import type { Machine } from '../machine.ts';
import type { Rule } from '../rules/rule.ts';
import { ReadTree } from './read-tree.ts';

/** Where a rule has been asked in vain so often more than it was known to hold, it is not remembered. */
const IN_VAIN = 256;

export class RuleMemory {
  private readonly tree: ReadTree;
  /** By rule and place: how often it was not known less how often it was. */
  private readonly news: Int32Array;
  private readonly look: Watch = (_, i) => this.tree.look(i);

  /** Connections there can be, and none. */
  private readonly places: number;

  /** @param rules how many there are */
  constructor(
    private readonly x: Machine,
    private readonly m: JournaledMem,
    rules: number,
  ) {
    const { conn } = x.W.pools;
    this.places = 1 + conn.threads * conn.perThread;
    this.tree = new ReadTree(m, rules * this.places);
    this.news = new Int32Array(rules * this.places);
  }

  /** What rule number `n` says is wrong, or null. `qc`: the connection it is asked about, 0 for none. */
  check(n: number, rule: Rule, qc: number): string | null {
    const { tree, news } = this;
    const { conn } = this.x.W.pools;
    const thing = n * this.places + (qc === 0 ? 0 : 1 + (qc - conn.base) / conn.slotWords);
    if (tree.find(thing) > 0) {
      news[thing]!--;
      return null;
    }
    if (tree.full || news[thing]! > IN_VAIN) return rule.check(this.x, qc);
    news[thing]!++;
    const { m } = this;
    tree.begin();
    m.watch = this.look;
    let text: string | null;
    try {
      text = rule.check(this.x, qc);
    } finally {
      m.watch = null;
    }
    if (text === null) tree.learned(thing, 1);
    return text;
  }
}
