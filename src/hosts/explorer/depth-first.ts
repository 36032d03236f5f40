import type { Explorable } from '../../machine/explorable.ts';
import { Budget } from './budget.ts';
import { settle } from './settle.ts';
import { countFacts, probe, type Solo, type SoloFind } from './solo.ts';
import { Visited } from './visited.ts';

/** One state of the run that is being gone down. */
interface Frame {
  saved: Int32Array;
  /** How it was reached; -1 for the beginning. */
  code: number;
  /** Choices that led to unknown states, last one first. */
  todo: number[];
}

/** Down one run until it meets what is known, then back to the last open choice. What it finds need not be shortest. */
export class DepthFirst implements Solo {
  transitions = 0;
  deepest = 0;
  find: SoloFind | null = null;
  cut = false;
  readonly facts: number[];
  private readonly budget: Budget;
  private readonly visited: Visited;
  private readonly stack: Frame[] = [];
  private readonly codes: Int32Array;
  private readonly saved = new Int32Array(5);

  /** @param bound longest run, in choices */
  constructor(
    private readonly x: Explorable,
    memory: number,
    private readonly reduction: boolean,
    private readonly bound: number,
  ) {
    this.budget = new Budget(memory);
    this.visited = new Visited(this.budget);
    this.codes = new Int32Array(x.maxEnabled);
    this.facts = x.factNames.map(() => 0);
    x.mem.restart();
    const broken = reduction ? settle(x) : null;
    if (broken) this.find = { codes: [], broken, inState: false };
    else this.enter(-1);
  }

  get states(): number {
    return this.visited.count;
  }

  get depth(): number {
    return this.stack.length - 1;
  }

  get memoryBytes(): number {
    return this.budget.used + this.x.mem.log.length * 4 + this.stack.length * 100;
  }

  get full(): boolean {
    return this.budget.full || this.memoryBytes > this.budget.limit;
  }

  expand(limit: number): boolean {
    const { x, stack } = this;
    const end = this.transitions + limit;
    while (this.transitions < end) {
      const top = stack.at(-1);
      if (this.find || this.full || top === undefined) return false;
      const code = top.todo.pop();
      if (code === undefined) {
        stack.pop();
        continue;
      }
      x.mem.restore(top.saved);
      x.moved?.();
      x.take(code);
      if (this.reduction) settle(x);
      this.enter(code);
    }
    return true;
  }

  /** The world stands in a state that may be new. */
  private enter(code: number): void {
    const { x } = this;
    const a = x.mem.lane(0, false);
    const b = x.mem.lane(1, false);
    if (this.visited.find(a, b) >= 0) return;
    if (this.visited.add(a, b, -1, code) < 0) return;
    countFacts(this.facts, x.facts());
    const frame: Frame = { saved: new Int32Array(5), code, todo: [] };
    x.mem.save(frame.saved);
    this.stack.push(frame);
    this.deepest = Math.max(this.deepest, this.depth);
    const found = probe(x, this.reduction, this.codes, this.saved, (next) => {
      this.transitions++;
      if (this.visited.find(x.mem.lane(0, false), x.mem.lane(1, false)) < 0) frame.todo.unshift(next);
    });
    if (found) {
      const codes = this.stack.slice(1).map((one) => one.code);
      if (found.code >= 0) codes.push(found.code);
      this.find = { codes, broken: found.broken, inState: found.code < 0 };
    }
    if (this.depth >= this.bound && frame.todo.length > 0) {
      this.cut = true;
      frame.todo.length = 0;
    }
  }
}
