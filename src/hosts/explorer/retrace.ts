import type { Broken, Explorable } from '../../machine/explorable.ts';
import type { FoundRun, RunRow } from './contract.ts';
import { settle } from './settle.ts';

/** A run as a search remembers it. */
export interface Trail {
  /** Choices, without the local steps that reduction takes by itself. */
  codes: readonly number[];
  reduction: boolean;
  broken: Broken;
  /** It is the state itself that is wrong, not the last choice. */
  inState: boolean;
  /** The run ends in the state that it was in after so many choices. */
  cycleFrom?: number;
}

/**
 * Goes through a run again in a fresh world and puts it into words. Local steps that have no part in it are left out.
 * Throws if the run does not break what it is said to break: then the world is not a function of its words.
 */
export function retrace(make: () => Explorable, trail: Trail): FoundRun {
  const { cycleFrom } = trail;
  const all = withLocal(make(), trail);
  const needed = trail.reduction && cycleFrom === undefined ? trimmed(all) : all;
  const run = walk(make(), needed, trail);
  if (run) return run;
  const whole = walk(make(), all, trail);
  if (!whole)
    throw new Error(`A second time the run does not break ${trail.broken.rule || trail.broken.text}`);
  return whole;
}

interface Taken {
  code: number;
  local: boolean;
  thread: number;
}

/** Every choice of the run, those taken by reduction too. */
function withLocal(x: Explorable, trail: Trail): Taken[] {
  const taken: Taken[] = [];
  const note = (code: number, local: boolean): void => {
    taken.push({ code, local, thread: x.threadOf(code) });
  };
  const local = (code: number): void => note(code, true);
  let broken = trail.reduction ? settle(x, local) : null;
  for (const code of trail.codes) {
    if (broken) break;
    note(code, false);
    x.take(code);
    broken = x.broken() ?? (trail.reduction ? settle(x, local) : null);
  }
  return taken;
}

/** Without the local steps after which their thread does nothing more. */
function trimmed(all: readonly Taken[]): Taken[] {
  const busy = new Set<number>();
  const kept: Taken[] = [];
  for (const one of [...all].reverse()) {
    if (one.local && !busy.has(one.thread)) continue;
    busy.add(one.thread);
    kept.unshift(one);
  }
  return kept;
}

/** The run in words; null if it can't be gone through, or breaks something else. */
function walk(x: Explorable, taken: readonly Taken[], trail: Trail): FoundRun | null {
  const rows: RunRow[] = [];
  const codes = new Int32Array(x.maxEnabled);
  let broken: Broken | null = null;
  let chosen = 0;
  let again = '';
  for (const { code, local } of taken) {
    if (!local && chosen++ === trail.cycleFrom) again = x.mem.hash(false);
    if (broken) return null;
    if (!codes.subarray(0, x.enabled(codes)).includes(code)) return null;
    rows.push({ ...x.describe(code), code, local });
    x.take(code);
    broken = x.broken();
  }
  const hash = x.mem.hash(false);
  if (trail.cycleFrom !== undefined && again === hash) broken ??= trail.broken;
  else if (trail.inState) {
    if (broken) return null;
    broken = stateBroken(x, codes, new Int32Array(5));
  }
  if (broken?.symptom !== trail.broken.symptom || broken.rule !== trail.broken.rule) return null;
  return { rows, choices: x.schedule(taken.map((one) => one.code)), hash };
}

/** What the present state itself has wrong: it waits for ever, or its next steps race. */
export function stateBroken(x: Explorable, codes: Int32Array, saved: Int32Array): Broken | null {
  const n = x.enabled(codes);
  if (n === 0) return stuck(x);
  if (!x.closed) return null;
  x.mem.save(saved);
  x.opened?.();
  for (let k = 0; k < n; k++) {
    x.take(codes[k]!);
    x.mem.restore(saved);
  }
  return x.closed();
}

/** Work that is pending while nothing is enabled. */
export function stuck(x: Explorable): Broken | null {
  const text = x.pending();
  return text ? { symptom: 'deadlock', rule: '', text } : null;
}
