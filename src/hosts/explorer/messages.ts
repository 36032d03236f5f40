/** What a search's coordinator and its workers say to each other, and the workers among themselves. */
import type { Change } from '../../machine/explorable.ts';
import type { Beat } from '../pulse.ts';
import type { FoundRun, LimitKind, SearchOptions } from './contract.ts';
import type { Find } from './find.ts';
import type { Trail } from './retrace.ts';

export interface BeginSearch<Spec> {
  spec: Spec;
  options: SearchOptions;
  me: number;
  of: number;
  /** A line to each other worker; absent at this one's own place. */
  peers: (MessagePort | undefined)[];
}

export type ToWorker<Spec> =
  | { kind: 'begin'; begin: BeginSearch<Spec> }
  /** All are ready for the next level. */
  | { kind: 'level' }
  | { kind: 'pause' }
  | { kind: 'resume' }
  /** Leave the core to others for so many ms. */
  | { kind: 'rest'; ms: number }
  /** The choices that led to a state, back to where another worker knows more. */
  | { kind: 'trail'; state: number }
  | { kind: 'retrace'; trail: Trail }
  /** Look for what goes on for ever. */
  | { kind: 'cycles' };

/** Of one worker. */
export interface Tally {
  states: number;
  transitions: number;
  depth: number;
  /** States waiting to be expanded. */
  frontier: number;
  memoryBytes: number;
  /** States that had each fact, in the order of `factNames`. */
  facts: number[];
  factNames: readonly string[];
  changes: readonly Change[];
  /** How often each part of each change, in order, was executed. */
  executed: readonly number[];
  /** Transitions to a state no further from the beginning: without any there is no cycle. */
  back: number;
  find: Find | null;
}

export type FromWorker =
  | Beat
  | { kind: 'progress'; tally: Tally }
  /** The level is expanded everywhere; `open` states of the next are here. */
  | { kind: 'ready'; open: number; tally: Tally }
  /** This worker has to stop; or a solo search has ended (`done`). */
  | { kind: 'ended'; limit: LimitKind | 'done' | 'found'; codes: number[]; cycleFrom?: number; tally: Tally }
  /** `codes` lead from `from` (-1: the beginning) to the state asked for. */
  | { kind: 'trail'; from: number; codes: number[] }
  | { kind: 'run'; run: FoundRun }
  | { kind: 'cycles'; lasso: Lasso | null; limit: boolean }
  | { kind: 'failed'; why: string };

/** A run that repeats itself from choice `from` on, for ever. */
export interface Lasso {
  codes: number[];
  from: number;
}

export type BetweenWorkers =
  /** Packed states that belong to the receiver: the first `words` of a buffer, which goes back. */
  | { kind: 'states'; buffer: ArrayBuffer; words: number }
  | { kind: 'back'; buffer: ArrayBuffer }
  /** Nothing more comes for this level. */
  | { kind: 'last' }
  /** Sorted keys of the next level's states here. */
  | { kind: 'keys'; keys: Float64Array };
