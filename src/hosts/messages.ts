/** Everything that is said between page, coordinator and thread workers. */

import type { Anchor, Anchored } from '../machine/anchor.ts';
import type { Horizon } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Rows } from '../machine/recording/events.ts';
import type { Mark, Slices } from '../machine/recording/mark.ts';
import type { Departure } from '../machine/schedule.ts';
import type { WorldData } from '../scenario/data.ts';
import type { Anchors, EngineOrder, Frame } from './engine.ts';
import type { Beat } from './pulse.ts';
import type { Answer } from './questions.ts';

export interface StoredMoment {
  departures: Anchored[];
  end: number;
  at?: number;
  undone?: number;
  anchor?: Anchor | undefined;
  fingerprint?: string;
}

export interface Begin {
  data: WorldData;
  options: WorldOptions;
  /**
   * The stored moment: choices on the way, and where to stop. With `at` the world stands at that position at once; without,
   * at the beginning, and playing stops at `end`. `undone`: how many of the choices made at `at` are taken back. Of another
   * program than `fingerprint` says, the moment is found by its anchors.
   */
  moment: StoredMoment | null;
  /**
   * The block to begin with, laid out as by `data` and `options`, and its time in the run it was taken of, ms. `foreign`: it was
   * in a file, so lists in it may have no end.
   */
  image?: { words: Int32Array; ms: number; foreign?: boolean };
  sharing: 'shared' | 'transferred';
}

/** Page to coordinator. */
export type ToCoordinator =
  | { kind: 'begin'; begin: Begin }
  | { kind: 'order'; order: EngineOrder }
  /** A frame's buffer comes back to be filled again. */
  | { kind: 'frame-back'; block: ArrayBuffer };

/** A frame as it travels: the block is given away, and of choices and marks only those come that the page does not have. */
export interface FrameMessage extends Omit<Frame, 'block' | 'departures' | 'marks'> {
  kind: 'frame';
  block: ArrayBuffer;
  /** Null: as in the frame before. */
  departures: Departure[] | null;
  /** Marks of the line from number `from` on. */
  marks: { from: number; more: Mark[] };
}

/** Coordinator to page. */
export type FromCoordinator =
  | FrameMessage
  | { kind: 'slices'; rows: Slices }
  | { kind: 'anchors'; anchors: Anchors }
  | { kind: 'answer'; id: number; answer: Answer }
  | { kind: 'misplaced'; notes: string[] }
  | { kind: 'refused'; why: string }
  | Beat;

/** One turn: steps of one thread while it stays the clock's choice. */
export interface Turn {
  kind: 'turn';
  seq: number;
  /** Happenings before it. */
  at: number;
  pick: { kind: 'step' | 'expire'; tid: number; at: number };
  limit: number;
  horizon: Horizon;
  /** The block, where it is handed round. */
  block: ArrayBuffer | null;
}

/** Coordinator to a thread's worker. */
export type ToThread =
  | {
      kind: 'init';
      tid: number;
      data: WorldData;
      options: WorldOptions;
      shared: SharedArrayBuffer | null;
      /** The block is from a file. */
      foreign: boolean;
    }
  /** The world goes on in another block. */
  | { kind: 'move'; shared: SharedArrayBuffer }
  | Turn;

/** A thread's worker to the coordinator. */
export type FromThread =
  | Beat
  | { kind: 'ready' }
  | { kind: 'done'; seq: number; taken: number; told: Rows; block: ArrayBuffer | null }
  /** The turn could not be ended; the block may hold half of a step. */
  | { kind: 'failed'; seq: number; why: string };
