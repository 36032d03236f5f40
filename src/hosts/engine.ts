/**
 * What the page holds in its hand: one running world behind workers. The page sends orders and receives frames.
 * A frame is a copy of the block at a moment between two steps.
 */
import type { AnchorsRead } from '../machine/anchor.ts';
import type { Choice } from '../machine/choice.ts';
import type { Mark, Slices } from '../machine/recording/mark.ts';
import type { Departure } from '../machine/schedule.ts';
import type { Pulse, Way } from './pulse.ts';
import type { Question, QuestionKind, QuestionMap } from './questions.ts';

export type { WorldOptions } from '../machine/options.ts';
export type { Mark, Slices } from '../machine/recording/mark.ts';
export type { Pulse, Way } from './pulse.ts';

/** Orders from the page. `play` speeds are virtual steps a second; Infinity = as fast as it goes. */
export type EngineOrder =
  | { kind: 'choice'; choice: Choice }
  | { kind: 'play'; stepsPerSecond: number }
  /**
   * Plays by what happens: commits, redispatches and refusals stand for a while, the rest goes by quickly. `times` the usual
   * pace; ends at position `until`, where one is given.
   */
  | { kind: 'play-events'; times: number; until?: number }
  | { kind: 'pause' }
  /** Run one step by the clock (or the given choice of thread with kind 'choice'). */
  | { kind: 'step' }
  | { kind: 'restart' }
  /** Ends a thread's worker, as a crash would; gives a lost thread a new one, which goes on where it stood. */
  | { kind: 'kill'; tid: number }
  | { kind: 'revive'; tid: number }
  /** Goes to position `at` of the recorded line, clamped to 0..end, with the choices made there; pauses. */
  | { kind: 'seek'; at: number }
  /** Takes back the last choice made at this position, or, when none was made, goes one happening back; pauses. */
  | { kind: 'back' }
  /** The other way along the recorded line; past its end as `step`; pauses. */
  | { kind: 'forward' }
  /** Changes the present line for the kept one, which is kept in its turn; stands where the two part, or earlier. */
  | { kind: 'bring-back' }
  /** Asks for the rows of happenings [from, to) of the line; answered by `onSlices`. */
  | { kind: 'slices'; from: number; to: number }
  /** Asks for the anchors of the line's choices and of this moment, for a link; answered by `onAnchors`. */
  | { kind: 'anchors' }
  /** A question about the recording; see `Engine.ask`. */
  | { kind: 'ask'; id: number; question: Question };

/** Where the choices of a line were made, in words that another program understands too. */
export interface Anchors extends AnchorsRead {
  line: number;
  /** The moment asked for. */
  at: number;
  undone: number;
}

export interface EngineStatus {
  /** How the block reaches the workers. */
  sharing: 'shared' | 'transferred';
  playing: boolean;
  /** Threads whose worker has ended, or does not answer. */
  lost: number[];
  /** Those of them whose worker may answer yet. */
  silent: number[];
  /** Set when the run stopped by itself: at the scenario's stored moment, the traffic's end, a BUG_ON, nothing left to do, a lost worker. */
  stopped: '' | 'moment' | 'traffic' | 'bug' | 'idle' | 'lost' | 'rule';
  message: string;
  /** Playing by events, it stands at one. */
  resting: boolean;
}

export interface Frame {
  /** Only to be read, and only until the next frame comes. */
  block: Int32Array;
  /** Position: happenings before this moment, steps taken and datagrams delivered. */
  steps: number;
  /** Every choice of the line, later than this moment too: with `end` the line's schedule, with `steps` the playhead on it. */
  departures: Departure[];
  /** Number of the line; another when a branch began or the old future was brought back. */
  line: number;
  /** Happenings recorded on this line: positions run from 0 to `end`. */
  end: number;
  /** Choices of the line made at this position that were taken back by `back`; 0 nearly always. */
  undone: number;
  /** The old future: it parts from this line at position `from`. */
  kept: { from: number; end: number } | null;
  /** The line's marks in order of `at`; grows while `line` stays the same. */
  marks: readonly Mark[];
  status: EngineStatus;
}

export interface Engine {
  order(order: EngineOrder): void;
  /** Asks about the recording, after the orders given so far. Never answered when the engine is closed first. */
  ask<K extends QuestionKind>(kind: K, ask: QuestionMap[K]['ask']): Promise<QuestionMap[K]['answer']>;
  /** Called at most once an animation frame; returns how to stop. */
  onFrame(cb: (frame: Frame) => void): () => void;
  /** An order that could not be carried out, and why. */
  onRefused(cb: (why: string) => void): () => void;
  /** Rows that were asked for. */
  onSlices(cb: (rows: Slices) => void): () => void;
  /** Anchors that were asked for. */
  onAnchors(cb: (anchors: Anchors) => void): () => void;
  /** What of the stored moment was not found in this program, a sentence each; the rest is kept. */
  onMisplaced(cb: (notes: string[]) => void): () => void;
  /** Whether the coordinator lives and works. Figures are as old as its last sign. */
  onPulse(cb: (pulse: Pulse) => void): () => void;
  /** How far it is on the way to the stored moment; null once it stands there. */
  onWay(cb: (way: Way | null) => void): () => void;
  close(): void;
}
