import type { Explorable } from '../../machine/explorable.ts';
import { Budget } from './budget.ts';
import { ableIn, fair } from './cycles.ts';
import { settle } from './settle.ts';
import { countFacts, FOR_EVER, probe, type Solo, type SoloFind } from './solo.ts';
import { Visited } from './visited.ts';

/** One state of the run that is being gone down. */
interface Frame {
  saved: Int32Array;
  /** How it was reached; -1 for the beginning. */
  code: number;
  /** Choices that led to unknown states, last one first. */
  todo: number[];
  id: number;
  /** Threads that can step. */
  able: number;
}

/** Down one run until it meets what is known, then back to the last open choice. What it finds need not be shortest. */
export class DepthFirst implements Solo {
  transitions = 0;
  deepest = 0;
  find: SoloFind | null = null;
  cut = false;
  back = 0;
  readonly facts: number[];
  private readonly budget: Budget;
  private readonly visited: Visited;
  private readonly stack: Frame[] = [];
  /** Where a state of the present run stands in it. */
  private readonly onPath = new Map<number, number>();
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
        this.onPath.delete(stack.pop()!.id);
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
    const id = this.visited.add(a, b, -1, code);
    if (id < 0) return;
    countFacts(this.facts, x.facts());
    const able = ableIn(x, this.codes.subarray(0, x.enabled(this.codes)));
    const frame: Frame = { saved: new Int32Array(5), code, todo: [], id, able };
    x.mem.save(frame.saved);
    this.stack.push(frame);
    this.onPath.set(id, this.depth);
    this.deepest = Math.max(this.deepest, this.depth);
    let cycle: SoloFind | null = null;
    const found = probe(x, this.reduction, this.codes, this.saved, (next) => {
      this.transitions++;
      const known = this.visited.find(x.mem.lane(0, false), x.mem.lane(1, false));
      if (known < 0) frame.todo.unshift(next);
      else cycle ??= this.cycle(known, next);
    });
    if (found) {
      const codes = this.codesHere();
      if (found.code >= 0) codes.push(found.code);
      this.find = { codes, broken: found.broken, inState: found.code < 0 };
    } else this.find ??= cycle;
    if (this.depth >= this.bound && frame.todo.length > 0) {
      this.cut = true;
      frame.todo.length = 0;
    }
  }

  private codesHere(): number[] {
    return this.stack.slice(1).map((one) => one.code);
  }

  /** Choice `code` leads back to state `id`: if that is one of this run, and no thread is left out, it goes on for ever. */
  private cycle(id: number, code: number): SoloFind | null {
    const from = this.onPath.get(id);
    if (from === undefined) return null;
    this.back++;
    const round = this.stack.slice(from);
    const codes = [...round.slice(1).map((one) => one.code), code];
    if (
      !fair(
        this.x,
        round.map((one) => one.able),
        codes,
      )
    )
      return null;
    return { codes: [...this.codesHere(), code], broken: FOR_EVER, inState: false, cycleFrom: from };
  }
}
