/**
 * Procedures and steps: the list a reader sees and the list that runs are the same list.
 *
 *   export const rdlock = procedure('example', ['lock'], [
 *     step('1', 'Take the read lock', '1.3/1', COST.atomic, (x, go) => (rdTry(x.m, x.get(0)) ? NEXT : RETRY)),
 *   ]);
 *
 * A step is one atomic transition: it touches at most one object other threads can see, and never waits. What it returns
 * says where to go: NEXT, RETRY (the try failed, the same step is taken again), RET, CALLED, or a label's address from `go`.
 */
import type { Exec } from './exec.ts';

export const NEXT = -1;
export const RETRY_STEP = -2;
export const RET = -3;
export const CALLED = -4;
/** The thread waits in epoll_wait: the same step is taken again, but only once something has arrived. */
export const BLOCK = -5;

/** Addresses of a procedure's labels in the compiled program. A label absent in a revision is the step that follows it. */
export type Go = Readonly<Record<string, number>>;
export type Run = (x: Exec, go: Go) => number;

export interface Step {
  label: string;
  /** Sentence for the reader, thread first is implied: "Leave the old thread's list". */
  text: string;
  /** Semantics reference, "S9", "1.3/1", "N10". Empty for our own bookkeeping. */
  ref: string;
  /** Nominal cost in virtual nanoseconds. */
  cost: number;
  run: Run;
  /** First fix that has this step / first fix that no longer has it. */
  since?: string;
  until?: string;
  /** Mutation that has this step / mutation that has it no longer. */
  with?: string;
  unless?: string;
  /** Marks the store of `tid` that moves the ownership. */
  commit?: boolean;
  /** Verb shown while the thread stands here, when it differs from the procedure's. */
  verb?: string;
}

export interface Procedure {
  /** HAProxy's function name, or ours in angle brackets. */
  name: string;
  locals: readonly string[];
  steps: readonly Step[];
  /** What the thread is doing, for the lane's head. */
  verb: string;
  /** Position in the list of all procedures; set by `catalogue`. */
  id: number;
  /** Which of its locals is the connection it works on; -1 when it names none. */
  qc: number;
}

export type StepOptions = Partial<Pick<Step, 'since' | 'until' | 'with' | 'unless' | 'commit' | 'verb'>>;

/** Declares one step. `cost` in virtual ns. */
export function step(
  label: string,
  text: string,
  ref: string,
  cost: number,
  run: Run,
  options: StepOptions = {},
): Step {
  return { label, text, ref, cost, run, ...options };
}

/** Declares a procedure; its arguments are its first locals. */
export function procedure(name: string, verb: string, locals: readonly string[], steps: Step[]): Procedure {
  return { name, verb, locals, steps, id: -1, qc: locals.indexOf('qc') };
}

/** A step as it runs in one revision. */
export interface CompiledStep extends Step {
  pc: number;
  proc: Procedure;
  frameSize: number;
  go: Go;
}

export interface Program {
  steps: readonly CompiledStep[];
  /** First step of each procedure, by procedure id. */
  entry: Int32Array;
  procedures: readonly Procedure[];
  fixes: ReadonlySet<string>;
  mutations: ReadonlySet<string>;
  /** Changes whenever a step, its label, sentence, cost or place changes. */
  fingerprint: string;
}

/** Frame words before the locals: program counter, caller's frame. */
export const FRAME_HEAD = 2;

const NONE: ReadonlySet<string> = new Set();

function present(s: Step, fixes: ReadonlySet<string>, mutations: ReadonlySet<string>): boolean {
  if (s.since && !fixes.has(s.since)) return false;
  if (s.until && fixes.has(s.until)) return false;
  if (s.with && !mutations.has(s.with)) return false;
  return !(s.unless && mutations.has(s.unless));
}

/** Raised by hand when what a step does changes and its words do not. */
const EDITION = 2;

/** Chooses the steps of a revision (sets of fixes and mutations) from every procedure and numbers them. */
export function compile(
  procedures: readonly Procedure[],
  fixes: ReadonlySet<string>,
  mutations: ReadonlySet<string> = NONE,
): Program {
  const steps: CompiledStep[] = [];
  const entry = new Int32Array(procedures.length);
  // The words of a step, not its code: a bundle is minified, and links are carried from one to the other.
  let print = 0x811c9dc5 ^ EDITION;
  const mix = (s: string) => {
    for (let i = 0; i < s.length; i++) print = Math.imul(print ^ s.charCodeAt(i), 0x01000193);
  };
  // Some steps ask for a fix or a mutation themselves.
  mix([...fixes, ...mutations].join('/'));
  procedures.forEach((proc, id) => {
    if (proc.id !== id) throw new Error(`procedure ${proc.name} stands in no catalogue`);
    entry[id] = steps.length;
    const go: Record<string, number> = {};
    for (const s of proc.steps) {
      if (go[s.label] !== undefined) throw new Error(`${proc.name}: label ${s.label} twice`);
      go[s.label] = steps.length;
      if (!present(s, fixes, mutations)) continue;
      mix(`${proc.name}/${s.label}/${s.cost}/${s.text}\n`);
      steps.push(compiled(s, steps.length, proc, go));
    }
  });
  return {
    steps,
    entry,
    procedures,
    fixes,
    mutations,
    fingerprint: (print >>> 0).toString(16).padStart(8, '0'),
  };
}

/** Every compiled step has the same fields in the same order: the machine reads them at each step. */
function compiled(s: Step, pc: number, proc: Procedure, go: Go): CompiledStep {
  return {
    run: s.run,
    go,
    cost: s.cost,
    frameSize: FRAME_HEAD + proc.locals.length,
    pc,
    proc,
    label: s.label,
    text: s.text,
    ref: s.ref,
    since: s.since,
    until: s.until,
    commit: s.commit,
    verb: s.verb,
  };
}

/** Gives every procedure its id: its place in this list, the same in every revision. */
export function catalogue(procedures: Procedure[]): readonly Procedure[] {
  procedures.forEach((p, i) => {
    p.id = i;
  });
  return procedures;
}
