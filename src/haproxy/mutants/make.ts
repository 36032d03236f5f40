/** Every mutant of a program: made from its steps, and from what they were seen to do. */
import type { CompiledStep, Program } from '../step/compile.ts';
import { ANYBODY, move, type Op, remove, replace } from '../step/patch.ts';
import type { AnyProcedure } from '../step/proc.ts';
import { KINDS, type Kind, type Mutant } from './mutant.ts';
import { DOES, type Seen } from './seen.ts';
import { type Twist, twisted } from './twist.ts';

/** Kinds that change the body of one step, with what it must have been seen doing. */
const TWISTS: readonly (readonly [Twist, number])[] = [
  ['plain', DOES.atomic],
  ['wake', DOES.wake],
  ['thread', DOES.other],
];

/** Names in a source that say a flag is set or cleared: an or, an and, or the store of a field of flags. */
const FLAG = /\.(or|and)\(|\bflags\b/;

/**
 * The mutants of every step, in the program's order. A patch that does not fit is none: whoever compiles it says so. `procedures`:
 * the catalogue's, which patches are made of.
 */
export function mutantsOf(P: Program, procedures: readonly AnyProcedure[], seen: Seen): Mutant[] {
  return P.procedures.flatMap((proc) => {
    const steps = P.steps.filter((s) => s.procId === proc.id);
    const of = procedures[proc.id]!;
    const locked = steps.filter((s) => (seen.does[s.pc]! & DOES.lock) !== 0);
    return [
      ...steps.flatMap((s, i) => ofStep(of, s, steps[i + 1], seen.does[s.pc]!)),
      ...(locked.length > 0
        ? [mutant('lock', of, locked, twists(of, locked, 'lock'), `lock ${of.key}`)]
        : []),
    ];
  });
}

function ofStep(of: AnyProcedure, s: CompiledStep, below: CompiledStep | undefined, does: number): Mutant[] {
  const out: Mutant[] = [];
  if (s.def.down) out.push(mutant('drop', of, [s], remove(of, s.label)));
  if (below && only(s) && only(below))
    out.push(
      mutant(
        'swap',
        of,
        [s, below],
        [{ op: 'swap', at: { proc: of, label: s.label }, target: { proc: of, label: below.label } }],
      ),
    );
  else if (below?.def.down && only(s) && does & DOES.change && FLAG.test(s.def.run.toString()))
    out.push(mutant('flag', of, [s, below], [move(of, s.label, 'after', below.label)]));
  for (const [kind, bit] of TWISTS) if (does & bit) out.push(mutant(kind, of, [s], twists(of, [s], kind)));
  return out;
}

/** It goes down and nowhere else. */
const only = (s: CompiledStep): boolean => s.def.down && Object.keys(s.to).length === 0;

function twists(of: AnyProcedure, steps: readonly CompiledStep[], kind: Twist): Op[] {
  const done: string[] = [];
  return steps.map((s) => {
    done.push(s.label);
    return replace(of, s.label, twisted(s, kind, done), ANYBODY);
  });
}

function mutant(
  kind: Kind,
  of: AnyProcedure,
  steps: readonly CompiledStep[],
  ops: readonly Op[],
  id = `${kind} ${of.key}/${steps[0]!.label}${kind === 'swap' ? ` ${of.key}/${steps[1]!.label}` : ''}`,
): Mutant {
  const [first] = steps;
  const name = first!.proc.name;
  const what = kind === 'lock' ? name : `${name} ${first!.label}, “${first!.text}”,`;
  return {
    id,
    kind,
    proc: of.key,
    labels: steps.map((s) => s.label),
    text: `${what} ${KINDS[kind]}`,
    ops,
  };
}
