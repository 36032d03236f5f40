/** What a rule is. */
import type { CompiledStep } from '../../haproxy/proc/proc.ts';
import type { Machine } from '../machine.ts';
import { READS } from './reads.ts';

/**
 * `step`: after every step; `list`: no thread is inside LIST_APPEND; `object`: no procedure has the connection in hand;
 * `callback`: every thread between callbacks; `quiescence`: nothing can run but timers.
 */
export type StablePoint = 'step' | 'list' | 'object' | 'callback' | 'quiescence';

export interface Rule {
  id: string;
  sentence: string;
  stable: StablePoint;
  /** What it looks at: fields and regions of the block, see `READS`. */
  reads: readonly string[];
  /** For a rule that looks at where threads stand: the only steps at which it can make a difference. */
  at?: (s: CompiledStep) => boolean;
  /** What is wrong, or null. For `object` rules `qc` is the connection to look at. */
  check(x: Machine, qc: number): string | null;
  /** The same for every connection at one moment, where looking at all of them together costs less. */
  over?(x: Machine): (qc: number) => string | null;
}

/** Declares one rule; `id` is its number in the list of invariants. */
export const rule = (
  id: string,
  stable: StablePoint,
  sentence: string,
  check: Rule['check'],
  at?: Rule['at'],
): Rule => ({
  id,
  stable,
  sentence,
  reads: READS[id] ?? [],
  ...(at ? { at } : {}),
  check,
});
