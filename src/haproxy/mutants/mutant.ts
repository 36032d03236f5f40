/** What a mutant is: one thing that somebody could have forgotten or turned round in one step, as a patch over today's program. */
import type { Op } from '../step/patch.ts';

/** What is done to a step, or to two. Their order is that of a listing. */
export const KINDS = {
  /** It is taken out. */
  drop: 'is left out',
  /** It and the step below it change places; both only go down. */
  swap: 'comes after the one below it',
  /** A flag is set, or cleared, only behind a step with edges of its own. */
  flag: 'comes only after the one below it, where that goes on down',
  /** Its atomic and relaxed accesses are plain ones. */
  plain: 'uses plain accesses instead of atomic ones',
  /** Every lock of its procedure is neither taken nor given back. */
  lock: 'takes no lock',
  /** It wakes nobody. */
  wake: 'wakes nobody',
  /** Where it names another thread it takes its own. */
  thread: 'takes its own thread for the other one',
} as const;

export type Kind = keyof typeof KINDS;

export interface Mutant {
  /** `drop KEY/LABEL`, `swap KEY/LABEL LABEL`, `lock KEY`: the first two are also ideas in words. */
  readonly id: string;
  readonly kind: Kind;
  /** Key of its procedure. */
  readonly proc: string;
  /** Labels of the steps that it changes, as they are without it. */
  readonly labels: readonly string[];
  /** In a sentence, with the procedure's name of today. */
  readonly text: string;
  readonly ops: readonly Op[];
}
