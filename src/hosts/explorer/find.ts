import type { Broken } from '../../machine/explorable.ts';

/** A run that breaks something, as far as its last choice. */
export interface Find {
  /** Choices from the beginning. */
  length: number;
  /** Among runs of this length the smallest schedule has the smallest key. */
  key: number;
  /** Where it happens, or from where `code` leads there; -1: the beginning. */
  state: number;
  /** -1: none. */
  code: number;
  /** It is the state itself that is wrong, not the last choice. */
  inState: boolean;
  broken: Broken;
}

/** Whether a find goes before another: shorter, or as long with the smaller schedule. */
export const before = (f: Find, g: Find): boolean =>
  f.length < g.length || (f.length === g.length && f.key < g.key);
