/**
 * What a search needs of a world: its memory, what may happen next, and what is wrong. The search knows nothing of
 * HAProxy, and a world knows nothing of the search.
 */
import type { JournaledMem } from '../memory/journaled.ts';
import type { Choice } from './choice.ts';

/** What a violation is, apart from the words. A deadlock is work that is pending while nothing is enabled. */
export type SymptomKind =
  | 'rule'
  | 'bug'
  | 'poison'
  | 'owner'
  | 'race'
  | 'lost'
  | 'twice'
  | 'deadlock'
  | 'cycle';

export interface Broken {
  readonly symptom: SymptomKind;
  /** Number of the rule (`I9`), or the text of the assertion or crash; empty where neither has a name. */
  readonly rule: string;
  /** What happened, in a sentence that names the thread and the object. */
  readonly text: string;
}

/** One choice in words, for a row of the run that was found. */
export interface ChoiceLine {
  /** Column; -1 for what no thread does (an arrival, a failing allocation, an order of the person). */
  readonly thread: number;
  /** HAProxy's function name; empty outside a thread. */
  readonly procedure: string;
  /** Label of the step (`S14`), or the kind of choice. */
  readonly step: string;
  /** The step's sentence, with its objects. */
  readonly label: string;
}

/** Something that was changed in a world, with what of it differs: steps, edges, functions by name. Nothing differs: no parts. */
export interface Change {
  readonly of: string;
  readonly parts: readonly string[];
}

/** Codes are small, so that a search can order runs by them. */
export const MAX_CODE = (1 << 20) - 1;

/**
 * A world to be searched. All that decides what happens next is in `mem`'s hashed words: two states with one hash have the
 * same future. Words of kind 0 are not carried from state to state. A search sets the words of a state directly
 * (`JournaledMem.adopt`) and takes choices back (`JournaledMem.restore`): nothing outside the block may remember the
 * state before, except what `moved` throws away and `opened` begins anew.
 */
export interface Explorable {
  readonly mem: JournaledMem;
  /** Columns of a run. */
  readonly threads: number;
  /** Names of the bits of `facts`, at most 31. */
  readonly factNames: readonly string[];
  /** What was changed in this world; absent where nothing was. */
  readonly changes?: readonly Change[];
  /** How often each part of each change, in order, has been executed by `take`. */
  readonly executed?: Float64Array;
  /** Longest answer of `enabled`. */
  readonly maxEnabled: number;

  /**
   * Writes the codes of all enabled choices into `out`, ascending, and returns how many. A code is 0..`MAX_CODE` and
   * names kind and operand: it means the same choice in every state.
   */
  enabled(out: Int32Array): number;

  /** Does one enabled choice: one transition. Folds nothing. */
  take(code: number): void;

  /**
   * Where an enabled choice of the present state leads, if that is known beforehand: the hash's lanes into `out` at `at`. Only of a choice
   * that can break nothing where it leads to a state in which nothing is broken. False: it must be taken to know.
   */
  foretell?(code: number, out: Int32Array, at: number): boolean;

  /** Which part of all states the present one belongs to, 32 bits: few choices lead from one part to another, so that workers can share them out. */
  part?(): number;

  /** Which part a choice that was foretold leads to; there if `part` is. */
  partAfter?(code: number): number;

  /** In the place of `take`, of a choice that was foretold and leads to a state that is known: counts what it does. */
  pass?(code: number): void;

  /**
   * What the last `take` broke: a rule at its stable point, a BUG_ON, poison used, a non-owner's access, a datagram
   * lost or handled twice. Asked after every `take`, before anything else is done; must be cheap where nothing that rules read has
   * changed. `known`: the choice led to a state that another choice has led to and where nothing was broken, so that nothing need be
   * asked again that depends on the state alone.
   */
  broken(known?: boolean): Broken | null;

  /** Work that is pending although nothing is enabled, as a sentence; empty when the world has simply ended. */
  pending(): string;

  /** The "sometimes" facts that hold in the present state, as bits. Asked once for each state. */
  facts(): number;

  /**
   * The search is about to take the choices of the present state, one after the other, each taken back again.
   * `closed` ends this: what the present state itself has wrong, seen from the footprints of the choices taken (a race: two
   * threads' next steps touch one plain word, and one writes).
   */
  opened?(): void;
  closed?(): Broken | null;

  /** The words have been set to another state. */
  moved?(): void;

  /**
   * For reduction. True if the enabled choice `code` is a step that no other choice can notice or disturb: it touches only
   * words that no other choice, no rule, no fact and no `pending` reads or writes; it stays enabled with the
   * same effect whatever else happens; it breaks nothing; and its thread can take only finitely many of them in a row.
   * Absent: the search is full.
   */
  local?(code: number): boolean;

  /** Whose step a code is, -1 for none: for the fairness of cycles. */
  threadOf(code: number): number;

  /** What a choice that is enabled now would do, in words. Asked before it is taken. */
  describe(code: number): ChoiceLine;

  /** The run as choices of the machine, to be played on stage and put in a link. */
  schedule(codes: readonly number[]): Choice[];
}
