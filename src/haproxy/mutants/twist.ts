/** Bodies of steps that do one thing otherwise. */
import type { Mem } from '../../memory/mem.ts';
import type { CompiledStep } from '../step/compile.ts';
import type { Exec } from '../step/exec.ts';
import type { Body, Callable, Edge, StepDef } from '../step/proc.ts';
import { instead } from './instead.ts';
import type { Kind } from './mutant.ts';
import { isLock, isOurs, tidLocals, WAKES } from './operands.ts';
import { wakingInlines } from './seen.ts';

/** Kinds of mutant in which a step stays, with a body that does something otherwise. */
export type Twist = Extract<Kind, 'plain' | 'lock' | 'wake' | 'thread'>;

/** What an executor answers otherwise in a step. */
const OTHER: Readonly<Record<Twist, (x: Exec) => object>> = {
  // A pool is the model's: what HAProxy does there is not its steps'.
  plain: (x) => ({
    m: new PlainAccess(x.m, isOurs(x.W)),
    alloc: x.alloc.bind(x),
    free: x.free.bind(x),
    isFree: x.isFree.bind(x),
  }),
  lock: (x) => ({ m: new Unlocked(x.m, isLock(x.W)) }),
  wake: (x) => ({
    P: { ...x.P, inlines: wakingInlines(x.P, () => () => false) },
    call: (then: Edge, proc: Callable<readonly number[]>, ...args: number[]) =>
      WAKES.has(x.P.procedures[proc.id]!.key) ? then : x.call(then, proc, ...args),
  }),
  thread: (x) => ({ thread: () => x.th }),
};

/** Label of a step that is twisted: another one, since a label never has two meanings. */
const marked = (label: string): string => `${label}*`;

/** A step as it is in its program, but for what the twist says. `done`: labels of those that are twisted by now, itself too. */
export function twisted(s: CompiledStep, twist: Twist, done: readonly string[]): StepDef {
  const run = s.def.run as unknown as CompiledStep['run'];
  const tids = tidLocals(s.proc.locals);
  const made = new WeakMap<Exec, { x: Exec; l: object }>();
  const otherwise = (x: Exec, l: object): { x: Exec; l: object } => {
    const had = made.get(x);
    if (had) return had;
    const own = {
      get: (of: object, name: string | symbol) => (tids.has(name as string) ? x.t : Reflect.get(of, name)),
      set: (of: object, name: string | symbol, v: unknown) => Reflect.set(of, name, v),
    };
    const pair = { x: instead(x, OTHER[twist](x)), l: twist === 'thread' ? new Proxy(l, own) : l };
    made.set(x, pair);
    return pair;
  };
  const body: CompiledStep['run'] = (x, l, at) => {
    const other = otherwise(x, l);
    return run(other.x, other.l, at);
  };
  const to = Object.fromEntries(
    Object.entries(s.to).map(([name, label]) => [name, done.includes(label) ? marked(label) : label]),
  );
  return { ...s.def, label: marked(s.label), to, run: body as unknown as Body };
}

/** Memory whose atomic accesses are plain, a load, then a store, but for what is the emulation's own. */
class PlainAccess implements Mem {
  constructor(
    private readonly of: Mem,
    private readonly ours: (i: number) => boolean,
  ) {}

  get w(): Int32Array {
    return this.of.w;
  }

  get shared(): boolean {
    return this.of.shared;
  }

  ld(i: number): number {
    return this.of.ld(i);
  }

  st(i: number, v: number): void {
    this.of.st(i, v);
  }

  rld(i: number): number {
    return this.ours(i) ? this.of.rld(i) : this.of.ld(i);
  }

  ald(i: number): number {
    return this.ours(i) ? this.of.ald(i) : this.of.ld(i);
  }

  ast(i: number, v: number): void {
    if (this.ours(i)) this.of.ast(i, v);
    else this.of.st(i, v);
  }

  cas(i: number, expected: number, v: number): boolean {
    if (this.ours(i)) return this.of.cas(i, expected, v);
    if (this.of.ld(i) !== expected) return false;
    this.of.st(i, v);
    return true;
  }

  add(i: number, v: number): number {
    return this.ours(i) ? this.of.add(i, v) : this.change(i, (old) => old + v);
  }

  or(i: number, v: number): number {
    return this.ours(i) ? this.of.or(i, v) : this.change(i, (old) => old | v);
  }

  and(i: number, v: number): number {
    return this.ours(i) ? this.of.and(i, v) : this.change(i, (old) => old & v);
  }

  xchg(i: number, v: number): number {
    return this.ours(i) ? this.of.xchg(i, v) : this.change(i, () => v);
  }

  private change(i: number, to: (old: number) => number): number {
    const old = this.of.ld(i);
    this.of.st(i, to(old));
    return old;
  }
}

/** Memory in which every lock is had at once, and nothing shows it. */
class Unlocked implements Mem {
  constructor(
    private readonly of: Mem,
    private readonly lock: (i: number) => boolean,
  ) {}

  get w(): Int32Array {
    return this.of.w;
  }

  get shared(): boolean {
    return this.of.shared;
  }

  ld(i: number): number {
    return this.of.ld(i);
  }

  st(i: number, v: number): void {
    this.of.st(i, v);
  }

  rld(i: number): number {
    return this.of.rld(i);
  }

  ald(i: number): number {
    return this.of.ald(i);
  }

  ast(i: number, v: number): void {
    this.of.ast(i, v);
  }

  cas(i: number, expected: number, v: number): boolean {
    return this.lock(i) || this.of.cas(i, expected, v);
  }

  /** Who leaves the readers was one. */
  add(i: number, v: number): number {
    return this.lock(i) ? 1 : this.of.add(i, v);
  }

  or(i: number, v: number): number {
    return this.of.or(i, v);
  }

  and(i: number, v: number): number {
    return this.of.and(i, v);
  }

  xchg(i: number, v: number): number {
    return this.of.xchg(i, v);
  }
}
