/** What the compiled program says about a step. */
import { type CompiledStep, hasRole } from '../haproxy/step/compile.ts';
import type { Look } from './look.ts';
import type { StepWords } from './view.ts';

/** The step at `pc` in words, or null where the program has none. */
export function stepWords(look: Look, pc: number): StepWords | null {
  const s = look.P.steps[pc];
  if (!s) return null;
  const fn = s.proc.name;
  return {
    fn,
    label: s.label,
    text: s.text,
    verb: s.verb ?? s.proc.verb,
    commit: hasRole(s, 'commit'),
    part: partOf(s),
  };
}

function partOf(s: CompiledStep): StepWords['part'] {
  const { roles } = s.proc;
  if (roles.has('rebind') || roles.has('commit') || roles.has('reset')) return 'rebind';
  if (roles.has('finalize')) return 'finish';
  return hasRole(s, 'redispatch') ? 'redispatch' : '';
}
