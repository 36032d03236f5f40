/** Everything that is said between page, coordinator and thread workers. */

import type { Horizon } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Departure } from '../machine/schedule.ts';
import type { WorldData } from '../scenario/data.ts';
import type { EngineOrder, EngineStatus } from './engine.ts';

export interface Begin {
  data: WorldData;
  options: WorldOptions;
  /** The stored moment: choices on the way, and where to stop. */
  moment: { departures: Departure[]; end: number } | null;
  sharing: 'shared' | 'transferred';
}

/** Page to coordinator. */
export type ToCoordinator =
  | { kind: 'begin'; begin: Begin }
  | { kind: 'order'; order: EngineOrder }
  /** A frame's buffer comes back to be filled again. */
  | { kind: 'frame-back'; block: ArrayBuffer };

/** Coordinator to page. */
export type FromCoordinator =
  | { kind: 'frame'; block: ArrayBuffer; steps: number; departures: Departure[]; status: EngineStatus }
  | { kind: 'refused'; why: string };

/** One turn: steps of one thread while it stays the clock's choice. */
export interface Turn {
  kind: 'turn';
  seq: number;
  pick: { kind: 'step' | 'expire'; tid: number; at: number };
  limit: number;
  horizon: Horizon;
  /** The block, where it is handed round. */
  block: ArrayBuffer | null;
}

/** Coordinator to a thread's worker. */
export type ToThread =
  | { kind: 'init'; tid: number; data: WorldData; options: WorldOptions; shared: SharedArrayBuffer | null }
  | Turn;

/** A thread's worker to the coordinator. */
export type FromThread =
  | { kind: 'ready' }
  | { kind: 'done'; seq: number; taken: number; block: ArrayBuffer | null }
  | { kind: 'failed'; seq: number; why: string; block: ArrayBuffer | null };
