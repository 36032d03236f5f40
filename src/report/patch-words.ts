/** A patch in words: what each of its operations does, and to which steps. */
import { FIXES } from '../haproxy/fixes/index.ts';
import { programOf, REVISIONS } from '../haproxy/revisions.ts';
import { called } from '../haproxy/step/called.ts';
import type { Program } from '../haproxy/step/compile.ts';
import type { Fix, Op, Spot } from '../haproxy/step/patch.ts';
import { ANYBODY, SEED_BODY } from '../haproxy/step/patch.ts';
import { type AnyProcedure, RET, type StepDef } from '../haproxy/step/proc.ts';
import { BACK, type ListedEdge } from './listing.ts';

/** A step that an operation is about. */
export interface PatchStep {
  /** Whether the operation brings it, or takes it out; else it stood there before and still does, perhaps elsewhere. */
  readonly is: 'brought' | 'gone' | 'there';
  readonly label: string;
  /** Its sentence; empty where nobody had such a step before the patch. */
  readonly text: string;
  /** Numbers of its entries in docs/semantics.md. */
  readonly ref: string;
  readonly edges: readonly ListedEdge[];
}

/** What one operation does. */
export interface OpWords {
  /** Procedure it works on; null where it is a function that steps call, or a flag. */
  readonly proc: AnyProcedure | null;
  /** Ends before its steps: "Before S6, for whoever comes there". */
  readonly text: string;
  readonly steps: readonly PatchStep[];
}

/** "2024-07-04", "date not known to us". */
export const dateWords = ({ date }: Fix): string => date ?? 'date not known to us';

/** The program that a fix is applied to: that of the revision before it. The seed's patch is applied to its own. */
export function programBefore(fix: Fix): Program {
  const at = FIXES.indexOf(fix);
  return programOf(REVISIONS[Math.max(0, at - 1)]!);
}

/** The program that a fix's changes for two thread groups are applied to: that of its own revision. */
export const programWith = (fix: Fix): Program => programOf(REVISIONS[FIXES.indexOf(fix)]!);

const target = (label: string): string => (label === RET ? 'back to the caller' : `to ${label}`);
const over = (whose: string): string =>
  whose === SEED_BODY || whose === ANYBODY ? '' : `, over what ${whose} wrote there`;
const count = (steps: readonly StepDef[]): string =>
  `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;

/** The other procedure's name, where an operation goes from one to another. */
const inOther = (at: Spot, other: Spot, { names }: Program): string =>
  at.proc === other.proc ? '' : ` of ${called(names, other.proc.key)}`;

const brought = (steps: readonly StepDef[]): PatchStep[] =>
  steps.map((s) => ({
    is: 'brought',
    label: s.label,
    text: s.text,
    ref: s.ref,
    edges: Object.entries(s.to).map(([name, to]) => ({ name, to: to === RET ? BACK : to })),
  }));

/** What an operation does, in a patch that is applied to `before`. */
export function opWords(op: Op, before: Program): OpWords {
  const old = ({ proc, label }: Spot, is: 'gone' | 'there' = 'there'): PatchStep => {
    const s = before.steps.find((x) => x.proc.key === proc.key && x.label === label);
    return { is, label, text: s?.text ?? '', ref: s?.ref ?? '', edges: [] };
  };
  switch (op.op) {
    case 'before':
      return {
        proc: op.at.proc,
        text: `Before ${op.at.label}, for whoever comes there`,
        steps: brought(op.steps),
      };
    case 'after':
      return {
        proc: op.at.proc,
        text: `After ${op.at.label}, for whoever goes on from it`,
        steps: brought(op.steps),
      };
    case 'aside':
      return {
        proc: op.at.proc,
        text: `Before ${op.at.label}, reached by jumps alone`,
        steps: brought(op.steps),
      };
    case 'replace':
      return {
        proc: op.at.proc,
        text: `In place of ${op.at.label}${over(op.over)}`,
        steps: [old(op.at, 'gone'), ...brought([op.step])],
      };
    case 'remove':
      return { proc: op.at.proc, text: `Without ${op.at.label}`, steps: [old(op.at, 'gone')] };
    case 'move':
      return {
        proc: op.at.proc,
        text: `${op.at.label} moves, to stand ${op.where} ${op.target.label}${inOther(op.at, op.target, before)}`,
        steps: [old(op.at), old(op.target)],
      };
    case 'swap':
      return {
        proc: op.at.proc,
        text: `${op.at.label} and ${op.target.label} change places`,
        steps: [old(op.at), old(op.target)],
      };
    case 'edge':
      return {
        proc: op.at.proc,
        text: `Where ${op.at.label} says ${op.edge}, it leads ${target(op.target)}${over(op.over)}`,
        steps: [old(op.at)],
      };
    case 'procedure':
      return { proc: op.proc, text: `New, ${count(op.steps)}`, steps: brought(op.steps) };
    case 'procedureAnew':
      return {
        proc: op.proc,
        text: `Written anew from its first step to its last, ${count(op.steps)}`,
        steps: brought(op.steps),
      };
    case 'inline':
      return {
        proc: null,
        text: `${op.inline.key}, which steps call, has another body${over(op.over)}`,
        steps: [],
      };
    case 'name':
      return { proc: op.proc, text: `Is called ${op.name} from here on`, steps: [] };
    case 'flag':
      return {
        proc: null,
        text: `The flag ${called(before.names, op.flag)} is called ${op.name} from here on`,
        steps: [],
      };
  }
}

/** Operations one after the other, those on one procedure together, in the order in which each is first met. */
export function byProcedure(ops: readonly OpWords[]): readonly (readonly OpWords[])[] {
  const groups = new Map<AnyProcedure | null, OpWords[]>();
  for (const op of ops) groups.set(op.proc, [...(groups.get(op.proc) ?? []), op]);
  return [...groups.values()];
}
