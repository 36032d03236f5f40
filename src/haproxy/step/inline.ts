/** C functions that steps call within themselves and that a patch may write anew: resolved when a program is compiled. */
import type { Exec } from './exec.ts';

export type InlineBody = (x: Exec, a: never, b: never, c: never) => unknown;

/** A function that may be called like any other; which body runs is the program's. */
export interface Inline<A extends readonly number[] = never, R = unknown> {
  (x: Exec, ...args: A): R;
  /** HAProxy's name. */
  readonly key: string;
  readonly seed: (x: Exec, ...args: A) => R;
  /** Place in the catalogue. */
  id: number;
}

export type AnyInline = Inline<never, unknown>;

/** Declares one, with the body it has at the seed. At most three arguments beside the executor. */
export function inline<A extends readonly number[], R>(
  key: string,
  seed: (x: Exec, ...args: A) => R,
): Inline<A, R> {
  const call = (x: Exec, a: number, b: number, c: number): R =>
    (x.P.inlines[self.id] as unknown as (x: Exec, a: number, b: number, c: number) => R)(x, a, b, c);
  const self = Object.assign(call as unknown as (x: Exec, ...args: A) => R, { key, seed, id: -1 });
  return self;
}
