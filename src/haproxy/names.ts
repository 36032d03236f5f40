/** What procedures and steps were ever called, in any program: for what was written down with another one. */
import { PROCEDURES } from './catalogue.ts';
import { FIXES } from './fixes/index.ts';
import { MUTATIONS } from './mutations/index.ts';
import type { Program } from './step/compile.ts';
import type { Op } from './step/patch.ts';
import type { AnyProcedure } from './step/proc.ts';

/** Every label that a procedure ever has, in any program. */
export function labelsOf(p: AnyProcedure): ReadonlySet<string> {
  const labels = new Set(p.steps.map((s) => s.label));
  const take = (ops: readonly Op[]): void => {
    for (const op of ops) {
      const of = 'at' in op ? op.at.proc : 'proc' in op ? op.proc : null;
      if (of?.key !== p.key) continue;
      if ('steps' in op) for (const s of op.steps) labels.add(s.label);
      if ('step' in op) labels.add(op.step.label);
    }
  };
  for (const f of FIXES) take(f.ops);
  for (const m of MUTATIONS) for (const form of m.forms) take(form.ops);
  return labels;
}

/** Every name that a procedure ever had, oldest first; its key is one of them. */
export function namesOf(p: AnyProcedure): string[] {
  const later = FIXES.flatMap((f) =>
    f.ops.flatMap((op) => (op.op === 'name' && op.proc.key === p.key ? [op.name] : [])),
  );
  return [...new Set([p.firstName, ...later])];
}

/** The procedure that has, or ever had, this name; angle brackets may be left out. */
export const procedureNamed = (name: string): AnyProcedure | undefined =>
  PROCEDURES.find((p) => namesOf(p).some((n) => n === name || n === `<${name}>`));

/** A step by its procedure's key and its label. */
export interface StepName {
  readonly key: string;
  readonly label: string;
}

/** Labels that stood, or stand, where this one does: each replaces another, or is replaced by it. */
function besides(p: AnyProcedure, label: string): string[] {
  const replaced = (ops: readonly Op[]): string[] =>
    ops.flatMap((op) => {
      if (op.op !== 'replace' || op.at.proc.key !== p.key) return [];
      if (op.at.label === label) return [op.step.label];
      return op.step.label === label ? [op.at.label] : [];
    });
  return FIXES.flatMap((f) => replaced(f.ops));
}

/**
 * The step of a program that has a place by an old or new name: of that label, else of one that it replaces or that replaces it,
 * else of the same label in another procedure of the rebind. Null where the program has none.
 */
export function stepIn(P: Program, name: string, label: string): StepName | null {
  const proc = procedureNamed(name);
  if (!proc) return null;
  const has = (key: string, l: string): boolean => P.steps.some((s) => s.proc.key === key && s.label === l);
  const seen = new Set([label]);
  for (const l of seen) {
    if (has(proc.key, l)) return { key: proc.key, label: l };
    for (const other of besides(proc, l)) seen.add(other);
  }
  const rebinds = (p: AnyProcedure): boolean => p.roles.has('rebind') || p.roles.has('commit');
  const moved = rebinds(proc) ? PROCEDURES.find((p) => rebinds(p) && has(p.key, label)) : undefined;
  return moved ? { key: moved.key, label } : null;
}
