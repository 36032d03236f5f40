/** What the page and the command line hold in their hand: one search, running in workers of its own. */

import type { Choice } from '../../machine/choice.ts';
import type { Broken, ChoiceLine } from '../../machine/explorable.ts';

/**
 * Level by level finds a shortest run. Depth first and random walks need less memory for a first find; what they find need
 * not be shortest, and random walks can never say "safe".
 */
export type SearchOrder = 'breadth' | 'depth' | 'random';

export interface SearchBounds {
  /** Longest run looked at, in choices. */
  depth?: number;
  /** Most states kept; for random walks, most transitions. */
  states?: number;
}

export interface SearchOptions {
  /** 1 or more; the answer is the same. Depth first uses one. */
  workers: number;
  /** Of all workers together, in MiB. */
  memoryMB: number;
  bounds: SearchBounds;
  /**
   * Steps that no other thread can notice are taken at once instead of in every order. A shortest run is then one with the
   * fewest steps of the other kind.
   */
  reduction: boolean;
  order: SearchOrder;
  /** Of random walks. */
  seed?: number;
}

/** How far a search is. Of breadth: `byDepth[d]` states are `d` choices from the beginning. */
export interface SearchProgress {
  states: number;
  transitions: number;
  /** States a second, over the last second or so. */
  rate: number;
  depth: number;
  frontier: number;
  memoryBytes: number;
  byDepth: readonly number[];
  /** Without pauses. */
  seconds: number;
  paused: boolean;
}

/** Why a search ended before it had seen everything. */
/** `cycles`: every state was seen, but there was no memory to look for what goes on for ever. */
export type LimitKind = 'memory' | 'states' | 'depth' | 'walks' | 'cancelled' | 'cycles' | 'lost';

/** One row of a run: the choice, in words, taken after the rows before. */
export interface RunRow extends ChoiceLine {
  readonly code: number;
  /** Taken at once by reduction: no row of the length. */
  readonly local: boolean;
}

/** A run from the world's beginning. */
export interface FoundRun {
  rows: RunRow[];
  /** The same, as choices of the machine. */
  choices: Choice[];
  /** Hash of the state it ends in, without time. */
  hash: string;
}

/** Something that was changed in the world, and how often each part of it ran. */
export interface ChangeRun {
  readonly of: string;
  readonly parts: readonly { readonly what: string; readonly times: number }[];
}

/** Whether the search has looked for what goes on for ever. */
export type CycleLook = 'found' | 'none' | 'not looked for';

interface Ended extends SearchProgress {
  /** How many states had each "sometimes" fact. */
  facts: Readonly<Record<string, number>>;
  /** That two different states were taken for one somewhere in this search: upper bound of the chance. */
  mistaken: number;
  /** What was changed in the world, and whether any order came to it; empty where nothing was. */
  changes: readonly ChangeRun[];
  cycles: CycleLook;
}

export type SearchVerdict =
  | (Ended & {
      verdict: 'violation';
      broken: Broken;
      run: FoundRun;
      /** Choices of the run, local ones not counted under reduction. */
      length: number;
      /** No shorter run breaks anything. */
      shortest: boolean;
      /** For a cycle: the rows from which on the run repeats itself. */
      cycleFrom?: number;
    })
  /** Every reachable state within the world's bounds was seen, and no fair run goes on for ever. */
  | (Ended & { verdict: 'safe' })
  /** The same, but no order came to something that was changed: of that nothing is known. `message`: which, in a sentence. */
  | (Ended & { verdict: 'unreached'; message: string })
  /** Nothing was found in what was seen; nothing is known beyond it. */
  | (Ended & {
      verdict: 'limit';
      limit: LimitKind;
      /** All states up to so many choices from the beginning were seen and their choices taken. */
      completeTo: number;
      message: string;
    });

export interface Search {
  /** At most ten times a second. Returns how to stop listening. */
  onProgress(cb: (p: SearchProgress) => void): () => void;
  /** Once. */
  onVerdict(cb: (v: SearchVerdict) => void): () => void;
  pause(): void;
  resume(): void;
  /** A person has asked the page for something: the workers leave it the cores for a moment. */
  makeRoom(): void;
  /** Ends it at once, with verdict `limit`. */
  cancel(): void;
}
