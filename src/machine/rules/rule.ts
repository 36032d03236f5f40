/** What a rule is. */
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import { ROLE, type Role } from '../../haproxy/step/roles.ts';
import type { Machine } from '../machine.ts';

/**
 * `step`: after every step; `list`: no thread is inside LIST_APPEND; `object`: no procedure has the connection in hand;
 * `callback`: every thread between callbacks; `quiescence`: nothing can run but timers.
 */
export type StablePoint = 'step' | 'list' | 'object' | 'callback' | 'quiescence';

export interface Rule {
  id: string;
  stable: StablePoint;
  /** For a rule that looks at where threads stand: the roles of the only steps at which it can make a difference. */
  roles: readonly Role[];
  /** It says nothing unless a thread stands at such a step. */
  there?: true;
  /** What is wrong, or null. For `object` rules `qc` is the connection to look at. */
  check(x: Machine, qc: number): string | null;
  /** The same for every connection at one moment, where looking at all of them together costs less. */
  over?(x: Machine): (qc: number) => string | null;
}

/** Declares one rule; `id` is its number in the list of invariants. What it says in words stands in `sentences.ts`, what a search has to know of it beside in `reads.ts`. */
export const rule = (
  id: string,
  stable: StablePoint,
  check: Rule['check'],
  roles: readonly Role[] = [],
): Rule => ({
  id,
  stable,
  roles,
  check,
});

/** Declares a rule about threads that stand at steps of some roles: where none does it says nothing, and a search does not ask it. */
export const ruleThere = (id: string, roles: readonly Role[], check: Rule['check']): Rule => ({
  ...rule(id, 'step', check, roles),
  there: true,
});

/** Whether a thread that stands at `s` can make a difference to a rule that looks at where threads stand. */
export const looksAt = (r: Rule, s: CompiledStep): boolean =>
  r.roles.length === 0 || r.roles.some((role) => (s.roles & ROLE[role]) !== 0);

/** Roles that no step has before the fix that brings what they are about: until then there is nothing of it to see. */
const BROUGHT: ReadonlySet<Role> = new Set<Role>(['mpringFull', 'needsSession', 'fdOwner', 'answersBy']);

/** Roles that a rule looks for and no step of the program has: there it has nothing to look at. */
export const blindTo = (r: Rule, P: Program): Role[] =>
  r.roles.filter((role) => !BROUGHT.has(role) && !P.steps.some((s) => (s.roles & ROLE[role]) !== 0));
