/**
 * What each step of a program was seen to do while worlds ran: what there is to forget in it. Which accesses a body makes stands in
 * functions that it calls as often as in itself, so that it is looked at and not read.
 */
import type { Mem } from '../../memory/mem.ts';
import type { CompiledStep, Program } from '../step/compile.ts';
import type { Exec } from '../step/exec.ts';
import type { InlineBody } from '../step/inline.ts';
import type { Callable, Edge } from '../step/proc.ts';
import { instead } from './instead.ts';
import { isLock, isOurs, tidLocals, WAKES } from './operands.ts';

/** Bits of what a step does. */
export const DOES = {
  /** It changes a word of the world, or a local. */
  change: 1,
  /** It takes another edge than the way down. */
  edge: 2,
  /** An atomic or relaxed access of a word that is no lock. */
  atomic: 4,
  lock: 8,
  wake: 16,
  /** Another thread's number, or its thread_ctx. */
  other: 32,
} as const;

/** Executions of a step, in one world, that are looked at. */
const LOOK = 400;

/** For each step of a program: how often it ran, and bits of DOES. */
export class Seen {
  readonly times: Float64Array;
  readonly does: Uint8Array;

  constructor(readonly steps: number) {
    this.times = new Float64Array(steps);
    this.does = new Uint8Array(steps);
  }

  /** Takes in what was seen elsewhere. */
  add(times: ArrayLike<number>, does: ArrayLike<number>): void {
    for (let i = 0; i < this.steps; i++) {
      this.times[i]! += times[i]!;
      this.does[i]! |= does[i]!;
    }
  }
}

/** The program, each of whose steps writes down in `seen` what it does. Runs as before. */
export function watched(P: Program, seen: Seen): Program {
  const wakes = new Set(P.procedures.filter((p) => WAKES.has(p.key)).map((p) => p.id));
  const inlines = wakingInlines(P, (i) => (x, a, b, c) => {
    seen.does[x.pc]! |= DOES.wake;
    return (P.inlines[i] as Plain)(x, a, b, c);
  });
  return { ...P, steps: P.steps.map((s) => looked(s, seen, wakes, inlines)) };
}

type Plain = (x: Exec, a: number, b: number, c: number) => unknown;

/** Inline functions, with others in place of those that wake. */
export function wakingInlines(P: Program, other: (i: number) => Plain): readonly InlineBody[] {
  const names = [...P.inlineBy.keys()];
  return P.inlines.map((run, i) => (WAKES.has(names[i]!) ? (other(i) as InlineBody) : run));
}

function looked(
  s: CompiledStep,
  seen: Seen,
  wakes: ReadonlySet<number>,
  inlines: readonly InlineBody[],
): CompiledStep {
  const { pc, run } = s;
  const tids = tidLocals(s.proc.locals);
  const note = (bit: number): void => {
    seen.does[pc]! |= bit;
  };
  const eyes = new WeakMap<Exec, { x: Exec; l: object }>();
  const eyesOf = (x: Exec, l: object): { x: Exec; l: object } => {
    const had = eyes.get(x);
    if (had) return had;
    const made = {
      x: instead(x, {
        m: new Eye(x, note),
        P: { ...x.P, inlines },
        // A pool is the model's.
        alloc: (...args: Parameters<Exec['alloc']>) => {
          note(DOES.change);
          return x.alloc(...args);
        },
        free: (...args: Parameters<Exec['free']>) => {
          note(DOES.change);
          x.free(...args);
        },
        isFree: x.isFree.bind(x),
        thread: (tid: number) => {
          if (tid !== x.t) note(DOES.other);
          return x.thread(tid);
        },
        call: (then: Edge, proc: Callable<readonly number[]>, ...args: number[]) => {
          if (wakes.has(proc.id)) note(DOES.wake);
          note(DOES.change);
          return x.call(then, proc, ...args);
        },
        callId: (then: Edge, ...args: [number]) => {
          note(DOES.change);
          return x.callId(then, ...args);
        },
      }),
      l: new Proxy(l, {
        get(of, name) {
          const v = Reflect.get(of, name);
          if (tids.has(name as string) && v !== x.t) note(DOES.other);
          return v;
        },
        set(of, name, v) {
          if (Reflect.get(of, name) !== v) note(DOES.change);
          return Reflect.set(of, name, v);
        },
      }),
    };
    eyes.set(x, made);
    return made;
  };
  return {
    ...s,
    run: (x, l, at) => {
      const n = seen.times[pc]!++;
      if (n >= LOOK) return run(x, l, at);
      const eye = eyesOf(x, l);
      const to = run(eye.x, eye.l, at);
      if (to !== pc + 1) note(DOES.edge);
      return to;
    },
  };
}

/** Memory that tells what is done with it. */
class Eye implements Mem {
  private readonly of: Mem;
  private readonly locks: (i: number) => boolean;
  private readonly ours: (i: number) => boolean;

  constructor(
    x: Exec,
    private readonly note: (bit: number) => void,
  ) {
    this.of = x.m;
    this.locks = isLock(x.W);
    this.ours = isOurs(x.W);
  }

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
    const old = this.of.w[i];
    this.of.st(i, v);
    if (this.of.w[i] !== old) this.note(DOES.change);
  }

  rld(i: number): number {
    return this.atomic(i, () => this.of.rld(i));
  }

  ald(i: number): number {
    return this.atomic(i, () => this.of.ald(i));
  }

  ast(i: number, v: number): void {
    this.atomic(i, () => this.of.ast(i, v));
  }

  cas(i: number, expected: number, v: number): boolean {
    return this.atomic(i, () => this.of.cas(i, expected, v));
  }

  add(i: number, v: number): number {
    return this.atomic(i, () => this.of.add(i, v));
  }

  or(i: number, v: number): number {
    return this.atomic(i, () => this.of.or(i, v));
  }

  and(i: number, v: number): number {
    return this.atomic(i, () => this.of.and(i, v));
  }

  xchg(i: number, v: number): number {
    return this.atomic(i, () => this.of.xchg(i, v));
  }

  private atomic<T>(i: number, access: () => T): T {
    if (!this.ours(i)) this.note(this.locks(i) ? DOES.lock : DOES.atomic);
    const old = this.of.w[i];
    const answer = access();
    if (this.of.w[i] !== old) this.note(DOES.change);
    return answer;
  }
}
