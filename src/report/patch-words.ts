/** A patch in words: what each of its operations does. */
import type { Op, Spot } from '../haproxy/step/patch.ts';
import { ANYBODY, SEED_BODY } from '../haproxy/step/patch.ts';
import { type AnyProcedure, RET, type StepDef } from '../haproxy/step/proc.ts';

/** What one operation does; `proc` is the procedure it works on, null where it is a function that steps call. */
export interface OpWords {
  readonly proc: AnyProcedure | null;
  readonly text: string;
}

const quoted = (s: StepDef): string => `${s.label} “${s.text}”`;
const all = (steps: readonly StepDef[]): string => steps.map(quoted).join(', ');
const more = (steps: readonly StepDef[], one: string, many: string): string =>
  steps.length === 1 ? one : many;
const target = (label: string): string => (label === RET ? 'back to the caller' : `to ${label}`);
const over = (whose: string): string =>
  whose === SEED_BODY || whose === ANYBODY ? '' : `, over what ${whose} wrote there`;

/** The other procedure's name, where an operation goes from one to another. */
const inOther = (at: Spot, other: Spot): string => (at.proc === other.proc ? '' : ` of ${other.proc.key}`);

export function opWords(op: Op): OpWords {
  switch (op.op) {
    case 'before':
      return {
        proc: op.at.proc,
        text: `${all(op.steps)} ${more(op.steps, 'comes', 'come')} before ${op.at.label}, for whoever comes there`,
      };
    case 'after':
      return {
        proc: op.at.proc,
        text: `${all(op.steps)} ${more(op.steps, 'comes', 'come')} after ${op.at.label}, for whoever goes on from it`,
      };
    case 'aside':
      return {
        proc: op.at.proc,
        text: `${all(op.steps)} ${more(op.steps, 'stands', 'stand')} before ${op.at.label}, reached by jumps alone`,
      };
    case 'replace':
      return {
        proc: op.at.proc,
        text: `${op.at.label} is written anew as ${quoted(op.step)}${over(op.over)}`,
      };
    case 'remove':
      return { proc: op.at.proc, text: `${op.at.label} is taken out` };
    case 'move':
      return {
        proc: op.at.proc,
        text: `${op.at.label} moves, to stand ${op.where} ${op.target.label}${inOther(op.at, op.target)}`,
      };
    case 'swap':
      return { proc: op.at.proc, text: `${op.at.label} and ${op.target.label} change places` };
    case 'edge':
      return {
        proc: op.at.proc,
        text: `where ${op.at.label} says ${op.edge}, it leads ${target(op.target)}${over(op.over)}`,
      };
    case 'procedure':
      return {
        proc: op.proc,
        text: `a new procedure of ${op.steps.length} ${more(op.steps, 'step', 'steps')}: ${all(op.steps)}`,
      };
    case 'procedureAnew':
      return {
        proc: op.proc,
        text: `written anew from its first step to its last, ${op.steps.length} ${more(op.steps, 'step', 'steps')}: ${all(op.steps)}`,
      };
    case 'inline':
      return { proc: null, text: `${op.inline.key}, which steps call, has another body${over(op.over)}` };
    case 'name':
      return { proc: op.proc, text: `is called ${op.name} from here on` };
  }
}
