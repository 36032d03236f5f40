/** A procedure of one program, written out: its steps in order, with their places in C, roles and edges. */
import { FIXES } from '../haproxy/fixes/index.ts';
import { type Place, placeOf } from '../haproxy/places/index.ts';
import type { CompiledStep, Program } from '../haproxy/step/compile.ts';
import type { Fix } from '../haproxy/step/patch.ts';
import type { AnyProcedure } from '../haproxy/step/proc.ts';
import { RET } from '../haproxy/step/proc.ts';
import type { Role } from '../haproxy/step/roles.ts';

/** How an edge back to the caller is written. */
export const BACK = 'RET';

export interface ListedEdge {
  readonly name: string;
  /** Label of the step it leads to, or BACK. */
  readonly to: string;
}

export interface ListedStep {
  readonly label: string;
  readonly place: Place;
  readonly text: string;
  /** Numbers of its entries in docs/semantics.md; empty for what is ours. */
  readonly ref: string;
  /** Each role, with its operands and the locals that hold them. */
  readonly roles: readonly { readonly name: Role; readonly locals: readonly string[] }[];
  /** Its jumps. */
  readonly edges: readonly ListedEdge[];
  /** It may go on to the step below. */
  readonly falls: boolean;
  /** Who wrote its body: `seed`, a fix, a mutation. */
  readonly wrote: string;
}

export interface Listing {
  /** First name of the procedure, the same in every program. */
  readonly key: string;
  /** What it is called in this program. */
  readonly name: string;
  readonly steps: readonly ListedStep[];
}

/** A procedure as it is in `P`; `base` are the fixes of the revision that `P` was made from. */
export function listingOf(P: Program, proc: AnyProcedure, base: ReadonlySet<string>): Listing {
  const { key, name } = P.procedures[proc.id]!;
  return { key, name, steps: stepsOf(P, proc).map((s) => listed(s, base)) };
}

/** The fix that brings a procedure; undefined where it is the seed's. */
export const broughtBy = (proc: AnyProcedure): Fix | undefined =>
  FIXES.find((f) => f.ops.some((op) => op.op === 'procedure' && op.proc === proc));

/** Its compiled steps; none where it is no part of the program. */
export const stepsOf = (P: Program, proc: AnyProcedure): readonly CompiledStep[] =>
  P.steps.filter((s) => s.procId === proc.id);

const listed = (s: CompiledStep, base: ReadonlySet<string>): ListedStep => ({
  label: s.label,
  place: placeOf(s, base),
  text: s.text,
  ref: s.ref,
  roles: Object.entries(s.def.roles).map(([name, locals]) => ({
    name: name as Role,
    locals: [...new Set(Object.values(locals))],
  })),
  edges: Object.entries(s.to).map(([edge, to]) => ({ name: edge, to: to === RET ? BACK : to })),
  falls: s.def.down,
  wrote: s.wrote,
});

/** Labels that a step's edges lead to, each once. */
export const targetsOf = (s: ListedStep): string[] => [...new Set(s.edges.map((e) => e.to))];

/** An edge in words: "none: to S-err.1", "done: back to the caller". */
export const edgeWords = ({ name, to }: ListedEdge): string =>
  to === BACK ? `${name}: back to the caller` : `${name}: to ${to}`;
