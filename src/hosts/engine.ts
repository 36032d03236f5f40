/**
 * What the page holds in its hand: one running world behind workers. The page sends orders and receives frames.
 * A frame is a copy of the block at a moment between two steps.
 */
import type { Choice } from '../machine/choice.ts';
import type { Departure } from '../machine/schedule.ts';

export type { WorldOptions } from '../machine/options.ts';

/** Orders from the page. `play` speeds are virtual steps a second; Infinity = as fast as it goes. */
export type EngineOrder =
  | { kind: 'choice'; choice: Choice }
  | { kind: 'play'; stepsPerSecond: number }
  | { kind: 'pause' }
  /** Run one step by the clock (or the given choice of thread with kind 'choice'). */
  | { kind: 'step' }
  | { kind: 'restart' }
  /** Ends a thread's worker, as a crash would; gives a lost thread a new one, which goes on where it stood. */
  | { kind: 'kill'; tid: number }
  | { kind: 'revive'; tid: number };

export interface EngineStatus {
  /** How the block reaches the workers. */
  sharing: 'shared' | 'transferred';
  playing: boolean;
  /** Threads whose worker has ended. */
  lost: number[];
  /** Set when the run stopped by itself: at the scenario's stored moment, the traffic's end, a BUG_ON, nothing left to do, a lost worker. */
  stopped: '' | 'moment' | 'traffic' | 'bug' | 'idle' | 'lost' | 'rule';
  message: string;
}

export interface Frame {
  /** Only to be read, and only until the next frame comes. */
  block: Int32Array;
  /** Happenings so far: steps taken and datagrams delivered. */
  steps: number;
  /** What the person (or the stored moment) chose so far. */
  departures: Departure[];
  status: EngineStatus;
}

export interface Engine {
  order(order: EngineOrder): void;
  /** Called at most once an animation frame; returns how to stop. */
  onFrame(cb: (frame: Frame) => void): () => void;
  /** An order that could not be carried out, and why. */
  onRefused(cb: (why: string) => void): () => void;
  close(): void;
}
