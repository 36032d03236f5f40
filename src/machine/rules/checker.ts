/** Evaluates the rules of a revision as a run goes on, each at its stable point, and reports what breaks once. */
import type { Revision } from '../../haproxy/revisions.ts';
import { type Machine, NS_PER_MS } from '../machine.ts';
import { RULES, type Rule, type StablePoint } from './index.ts';
import { appending, busy, connsOf } from './view.ts';

export interface Broken {
  rule: string;
  text: string;
  /** Virtual ms. */
  ms: number;
}

export class RuleChecker {
  readonly broken: Broken[] = [];
  private readonly on: Record<StablePoint, Rule[]> = {
    step: [],
    list: [],
    object: [],
    callback: [],
    quiescence: [],
  };
  private readonly depth: number[];

  private ends = 0;

  /**
   * `reported`: ids of rules that broke earlier in this run, which are not reported again. `every`: the rules that hold at the end
   * of a callback are looked at after every so many of them; each time costs as much as there are connections.
   */
  constructor(
    private readonly machine: Machine,
    revision: Revision,
    reported: readonly string[] = [],
    private readonly every = 1,
  ) {
    for (const r of RULES)
      if (!revision.knownBroken[r.id] && !reported.includes(r.id)) this.on[r.stable].push(r);
    // A run may be looked at from its middle on.
    this.depth = Array.from({ length: machine.W.cfg.threads }, (_, t) => machine.depth(t));
  }

  /** To be called after each happening; `tid` is the thread that took a step, -1 for an arrival. */
  after(tid: number): void {
    const x = this.machine;
    if (tid >= 0) {
      for (const r of this.on.step) this.look(r, 0);
      const d = x.depth(tid);
      const ended = d <= 1 && this.depth[tid]! > 1;
      this.depth[tid] = d;
      if (ended && ++this.ends % this.every === 0) this.callbackEnd();
    }
    if (x.quiet) for (const r of this.on.quiescence) this.look(r, 0);
  }

  private callbackEnd(): void {
    const x = this.machine;
    const hands = busy(x);
    for (const qc of connsOf(x)) {
      if (hands.has(qc)) continue;
      for (const r of this.on.object) this.look(r, qc);
    }
    if (!appending(x)) for (const r of this.on.list) this.look(r, 0);
    for (let t = 0; t < x.W.cfg.threads; t++) if (x.depth(t) > 1) return;
    for (const r of this.on.callback) this.look(r, 0);
  }

  private look(r: Rule, qc: number): void {
    const text = r.check(this.machine, qc);
    if (!text || this.broken.some((b) => b.rule === r.id)) return;
    this.broken.push({ rule: r.id, text, ms: this.machine.now() / NS_PER_MS });
  }
}
