/**
 * Patches: what a commit, a mutation or a person changes of the steps there are. A patch holds operations on procedures; the
 * steps that it brings stand in it, written over the procedure's own locals.
 */

import type { QcFlag } from '../model/flags.ts';
import type { Exec } from './exec.ts';
import type { AnyInline, Inline } from './inline.ts';
import type { AnyProcedure, StepDef } from './proc.ts';

/** Where a step stands: a procedure and a label. */
export interface Spot {
  readonly proc: AnyProcedure;
  readonly label: string;
}

export type Op =
  /** Everyone who came to `at`, by jump or from above, comes to these first. */
  | { op: 'before'; at: Spot; steps: readonly StepDef[] }
  /** Only who goes down from `at` comes to these. */
  | { op: 'after'; at: Spot; steps: readonly StepDef[] }
  /** Listed before `at` and going down to it; reached only by edges that the same patch names. */
  | { op: 'aside'; at: Spot; steps: readonly StepDef[] }
  /** Another step in its place, under another label; edges to the old one lead to it. `over`: whose version it writes over. */
  | { op: 'replace'; at: Spot; step: StepDef; over: string }
  /** Edges to it lead to what stood below it. */
  | { op: 'remove'; at: Spot }
  /** Taken out as by `remove`, and put before or after another step. */
  | { op: 'move'; at: Spot; where: 'before' | 'after'; target: Spot }
  /** Two steps of one procedure change places: who came to the one comes to the other. */
  | { op: 'swap'; at: Spot; target: Spot }
  /** One named edge leads elsewhere: to a label, or RET. `over`: whose version it writes over. */
  | { op: 'edge'; at: Spot; edge: string; target: string; over: string }
  /** A procedure that was not there before gets its steps. */
  | { op: 'procedure'; proc: AnyProcedure; steps: readonly StepDef[] }
  /** A procedure is written anew, from its first step to its last. */
  | { op: 'procedureAnew'; proc: AnyProcedure; steps: readonly StepDef[] }
  /** An inline function gets another body. */
  | { op: 'inline'; inline: AnyInline; run: AnyInline['seed']; over: string }
  /** A procedure is called otherwise from here on. */
  | { op: 'name'; proc: AnyProcedure; name: string }
  /** A flag of a connection is called otherwise from here on. */
  | { op: 'flag'; flag: QcFlag; name: string };

/** Whose version a patch writes over unless it says so. */
export const SEED_BODY = 'seed';
/** Whoever's version it is: for what a person tries. */
export const ANYBODY = '*';

const spot = (proc: AnyProcedure, label: string): Spot => ({ proc, label });

/** Any procedure, whatever its locals. */
type P = { readonly key: string };
const any = (p: P): AnyProcedure => p as AnyProcedure;

export const before = (p: P, label: string, ...steps: StepDef[]): Op => ({
  op: 'before',
  at: spot(any(p), label),
  steps,
});
export const after = (p: P, label: string, ...steps: StepDef[]): Op => ({
  op: 'after',
  at: spot(any(p), label),
  steps,
});
export const aside = (p: P, label: string, ...steps: StepDef[]): Op => ({
  op: 'aside',
  at: spot(any(p), label),
  steps,
});
export const replace = (p: P, label: string, step: StepDef, over = SEED_BODY): Op => ({
  op: 'replace',
  at: spot(any(p), label),
  step,
  over,
});
export const remove = (p: P, ...labels: string[]): Op[] =>
  labels.map((label) => ({ op: 'remove', at: spot(any(p), label) }));
export const move = (p: P, label: string, where: 'before' | 'after', target: string, into: P = p): Op => ({
  op: 'move',
  at: spot(any(p), label),
  where,
  target: spot(any(into), target),
});
export const edge = (p: P, label: string, name: string, target: string, over = SEED_BODY): Op => ({
  op: 'edge',
  at: spot(any(p), label),
  edge: name,
  target,
  over,
});
export const newProcedure = (p: P, ...steps: StepDef[]): Op => ({ op: 'procedure', proc: any(p), steps });
export const procedureAnew = (p: P, ...steps: StepDef[]): Op => ({
  op: 'procedureAnew',
  proc: any(p),
  steps,
});
export const inlineAs = <A extends readonly number[], R>(
  inline: Inline<A, R>,
  run: (x: Exec, ...args: A) => R,
  over = SEED_BODY,
): Op => ({
  op: 'inline',
  inline: inline as unknown as AnyInline,
  run: run as unknown as AnyInline['seed'],
  over,
});
export const name = (p: P, called: string): Op => ({ op: 'name', proc: any(p), name: called });
export const nameFlag = (flag: QcFlag, called: string): Op => ({ op: 'flag', flag, name: called });

/**
 * What a patch changes besides in some worlds, and there alone: where threads are two groups, where clients send early data, where each group has fd tables
 * of its own, where the listener takes so many connections and no more. Elsewhere nothing of it can be seen.
 */
export type Only = Readonly<Partial<Record<'across' | 'early' | 'apart' | 'limited', readonly Op[]>>>;

/** A change of HAProxy's, of which the model has the effect. */
export interface Fix extends Only {
  /** Hash of the commit, nine digits. */
  readonly id: string;
  /** Date of the commit, as in 2024-07-04; null where it is not known to us. */
  readonly date: string | null;
  /** First version that has it. */
  readonly version: string;
  /** Number of the historical bug that it ends; empty when it ends none. */
  readonly bug: string;
  /** What it changes, in a few words. */
  readonly title: string;
  /** The same in a sentence: what was so, and is no longer. */
  readonly sentence: string;
  /** Fixes it cannot be without. */
  readonly requires: readonly string[];
  readonly ops: readonly Op[];
}

/** One form of a mutation: what it does from a fix on, since which the code stands elsewhere; the first form is the seed's. */
export interface Form extends Only {
  readonly from?: string;
  readonly ops: readonly Op[];
}

/** A change that never shipped, or that would end what a hypothesis says. Its last form whose fix is part of a program is the one that counts there. */
export interface Mutation {
  readonly id: string;
  readonly title: string;
  readonly requires: readonly string[];
  /** The fix that took away what it changes: it is for the revisions before. */
  readonly until?: string;
  readonly forms: readonly Form[];
}
