/**
 * The step language: what a procedure file may say. A procedure reads like HAProxy's function: locals declared once, steps
 * in C's order, one unnamed way down from each to the next, and named edges for jumps.
 *
 *   const p = procedure({ key: 'example', verb: 'Trying', locals: { qc: to('quic_conn'), n: int }, args: ['qc'] });
 *   export const example = p.body([
 *     p.step('1', 'Has it a timer?', { ref: 'S5', cost: COST.local, touches: 'conn', to: { none: '3' } },
 *       (x, l, at) => (x.ld(l.qc, QuicConn.timerTask) ? at.next : at.none)),
 *     …
 *   ]);
 *
 * A step is one atomic transition: it touches at most one object that other threads can see, and never waits. Its body has
 * integers, locals, places and the operations of `Exec`, and functions of the same kind; no objects, closures or arrays.
 */
import type { Ptr } from '../../memory/struct.ts';
import type { Exec } from './exec.ts';
import { MOST_LOCALS } from './frame.ts';
import type { ProcRole, Role, RolesOver } from './roles.ts';

declare const EDGE: unique symbol;

/** Where to go on: the address of a step, or one of the codes below. */
export type Edge = number & { readonly [EDGE]: true };

/** The try failed and has changed nothing: the same step is taken again. */
export const RETRY_STEP = -2 as Edge;
export const RETURN = -3 as Edge;
/** A procedure has been called; where it returns to stands in the frame. */
export const CALLED = -4 as Edge;
/** The thread waits in epoll_wait: the same step is taken again, but only once something has arrived. */
export const BLOCK = -5 as Edge;

/** As a target: back to the caller. No label is spelled so. */
export const RET = '>RET';

/**
 * Who can see what a step touches. `own`: the thread alone. `conn`: its connection too, which is the owner's. `shared`: any
 * thread.
 */
export type Touches = 'own' | 'conn' | 'shared';

/** Marks an integer local. */
export const int = 0 as number;

/** Marks a local that holds a number below NUMBERS, or points to something. */
export const either = 1 as number;

/** Marks a local that points to a struct of the given name. The mark is that name, told from `int` when a procedure is declared. */
export const to = <S extends string>(of: S): Ptr<S> => of as unknown as Ptr<S>;

type Locals = Readonly<Record<string, number>>;
type View<L> = { -readonly [K in keyof L]: L[K] };
type Named = Readonly<Record<string, string>>;
/** Edges that a body may take: by name, again, and down unless the step has no way down. */
type Edges<E, D> = { readonly [K in keyof E]: Edge } & { readonly retry: Edge } & (D extends false
    ? unknown
    : { readonly next: Edge });

/** What a step says about itself beside its body. */
export interface StepMeta<L, E extends Named, D extends boolean> {
  /**
   * Numbers of its entries in docs/semantics.md, what it is first: "S9", "1.7/2a 1.7/2b". Each is a heading there. Empty for
   * what is ours.
   */
  readonly ref: string;
  /** Nominal cost in virtual nanoseconds. */
  readonly cost: number;
  readonly touches: Touches;
  /** Named edges: label of the step each leads to, or RET. */
  readonly to?: E;
  /** False: it never goes on to the step below. */
  readonly down?: D;
  readonly roles?: RolesOver<L>;
  /** Verb shown while the thread stands here, when it differs from the procedure's. */
  readonly verb?: string;
  /** A procedure it calls whose steps a listing shows within this one. */
  readonly inset?: () => AnyProcedure;
  /** Locals it uses beyond those that its own text names, where it hands them on to a shared function. */
  readonly uses?: readonly (keyof L & string)[];
}

export type Body = (x: Exec, l: never, at: never) => Edge;

/** A step as it is written down. */
export interface StepDef {
  readonly label: string;
  /** Sentence for the reader, thread first is implied: "Leave the old thread's list". */
  readonly text: string;
  readonly ref: string;
  readonly cost: number;
  readonly touches: Touches;
  readonly to: Named;
  readonly down: boolean;
  readonly roles: Readonly<Partial<Record<Role, Readonly<Record<string, string>>>>>;
  readonly verb: string | undefined;
  readonly inset: (() => AnyProcedure) | undefined;
  readonly uses: readonly string[];
  readonly run: Body;
}

interface Head<L extends Locals, N extends readonly (keyof L & string)[]> {
  /** Fixed for ever: patches and links address it by this. HAProxy's first name of it, or ours in angle brackets. */
  readonly key: string;
  /** HAProxy's first name of it where its key is another, by which it was known before. */
  readonly firstName?: string;
  /** What the thread is doing, for the lane's head. */
  readonly verb: string;
  /** In the order of the frame; the arguments first. */
  readonly locals: L;
  readonly args: N;
  readonly roles?: readonly ProcRole[];
  /** Dereferences the connection in its `qc` for as long as it runs. */
  readonly worksOnConn?: boolean;
  /** A means to somebody's end: a thread in it is shown as doing what its caller does. */
  readonly means?: boolean;
  /** Name of the tasklet or task whose function it is, in a run queue on screen. */
  readonly short?: string;
}

/** A procedure, whatever its locals and arguments. */
export interface AnyProcedure {
  /** Place in the catalogue, the same in every program. */
  id: number;
  readonly key: string;
  /** What it is called unless a patch says otherwise. */
  readonly firstName: string;
  readonly verb: string;
  readonly locals: readonly string[];
  /** What each points to: a struct's name, null for a number, `either` where that depends. */
  readonly leads: readonly (string | null)[];
  readonly args: number;
  readonly roles: ReadonlySet<ProcRole>;
  readonly worksOnConn: boolean;
  readonly means: boolean;
  readonly short: string | undefined;
  readonly steps: readonly StepDef[];
}

/** What can be called with arguments `A`. */
export interface Callable<A extends readonly number[]> {
  readonly id: number;
  readonly called: (...args: A) => void;
}

/** A procedure: head, and the seed's steps. A fix that brings a procedure gives its steps as a patch. */
export class Procedure<L extends Locals, A extends readonly number[]> implements AnyProcedure {
  id = -1;
  readonly key: string;
  readonly firstName: string;
  readonly verb: string;
  readonly locals: readonly string[];
  readonly leads: readonly (string | null)[];
  readonly args: number;
  readonly roles: ReadonlySet<ProcRole>;
  readonly worksOnConn: boolean;
  readonly means: boolean;
  readonly short: string | undefined;
  /** The seed's steps; empty where a fix brings it. */
  steps: readonly StepDef[] = [];
  declare readonly called: (...args: A) => void;

  constructor(head: Head<L, readonly (keyof L & string)[]>) {
    this.key = head.key;
    this.firstName = head.firstName ?? head.key;
    this.verb = head.verb;
    this.locals = Object.keys(head.locals);
    this.leads = Object.values<unknown>(head.locals).map((mark) =>
      typeof mark === 'string' ? mark : mark === either ? 'either' : null,
    );
    this.args = head.args.length;
    if (this.locals.length > MOST_LOCALS)
      throw new Error(`${head.key}: ${this.locals.length} locals, at most ${MOST_LOCALS}`);
    this.roles = new Set(head.roles ?? []);
    this.worksOnConn = head.worksOnConn ?? false;
    this.means = head.means ?? false;
    this.short = head.short;
    head.args.forEach((a, i) => {
      if (this.locals[i] !== a) throw new Error(`${head.key}: argument ${a} is not local number ${i}`);
    });
  }

  /** One step over this procedure's locals; to be listed in `body` or brought by a patch. */
  step<const E extends Named = Record<never, never>, const D extends boolean = true>(
    label: string,
    text: string,
    meta: StepMeta<L, E, D>,
    run: (x: Exec, l: View<L>, at: Edges<E, D>) => Edge,
  ): StepDef {
    return {
      label,
      text,
      ref: meta.ref,
      cost: meta.cost,
      touches: meta.touches,
      to: meta.to ?? {},
      down: meta.down ?? true,
      roles: (meta.roles ?? {}) as StepDef['roles'],
      verb: meta.verb,
      inset: meta.inset,
      uses: meta.uses ?? [],
      run: run as unknown as Body,
    };
  }

  /** Gives it the seed's steps. */
  body(steps: readonly StepDef[]): this {
    this.steps = steps;
    return this;
  }
}

/** The locals of a procedure, for functions that several steps share. */
export type LocalsOf<P> = P extends Procedure<infer L, infer _> ? View<L> : never;

/** Declares a procedure; its arguments are its first locals. */
export function procedure<L extends Locals, const N extends readonly (keyof L & string)[]>(
  head: Head<L, N>,
): Procedure<L, { [I in keyof N]: L[N[I]] }> {
  return new Procedure(head);
}
