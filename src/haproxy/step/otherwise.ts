/** What one program does otherwise than another: steps whose body is another, and edges that lead elsewhere. */
import type { CompiledStep, Program } from './compile.ts';

export interface Otherwise {
  /** Address of a step of the program. */
  readonly pc: number;
  /** Which of its edges leads elsewhere, `next` for the way down; empty where the step itself is another. */
  readonly edge: string;
}

/**
 * Every step of `program` that `from` has not, or has with another body, and every edge that leads elsewhere there, but for
 * those to such a step. Of a step that is gone, what leads past it counts.
 */
export function otherwise(program: Program, from: Program): Otherwise[] {
  const there = new Map(from.steps.map((s) => [keyOf(s), s]));
  const another = (s: CompiledStep): boolean => there.get(keyOf(s))?.def !== s.def;
  const bodies = new Set(program.steps.filter(another).map(keyOf));
  return program.steps.flatMap((s) => {
    if (bodies.has(keyOf(s))) return [{ pc: s.pc, edge: '' }];
    const old = there.get(keyOf(s))!;
    const edges = [...Object.keys(s.to), ...(s.def.down ? ['next'] : [])];
    return edges
      .filter((edge) => ledTo(program, s, edge) !== ledTo(from, old, edge))
      .filter((edge) => !bodies.has(`${s.proc.key}/${ledTo(program, s, edge)}`))
      .map((edge) => ({ pc: s.pc, edge }));
  });
}

/** Numbers of the inline functions that have another body. */
export const inlinesOtherwise = (program: Program, from: Program): number[] =>
  program.inlines.flatMap((run, i) => (run === from.inlines[i] ? [] : [i]));

const keyOf = (s: CompiledStep): string => `${s.proc.key}/${s.label}`;

const ledTo = (p: Program, s: CompiledStep, edge: string): string =>
  edge === 'next' ? (p.steps[s.pc + 1]?.label ?? '') : s.to[edge]!;
