/** Everything that is said between page, supervisor, threads and load generator in Live mode. */
import type { WorldConfig } from '../../haproxy/model/world.ts';
import type { StepModule } from '../../machine/compiled/steps.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { ClientSpec } from '../../scenario/live/clients.ts';
import type { StoreParts } from '../../scenario/live/store.ts';
import type { Beat } from '../pulse.ts';
import type { BoardParts } from './board.ts';
import type { Frozen, LiveBegin, LiveOrder, LiveStatus } from './contract.ts';
import type { ImageParts } from './image.ts';
import type { TrafficParts } from './traffic.ts';

export type ToSupervisor = { kind: 'begin'; begin: LiveBegin } | { kind: 'order'; order: LiveOrder };

export type FromSupervisor =
  | Beat
  | { kind: 'board'; parts: BoardParts }
  /** Where images are kept from now on. */
  | { kind: 'image'; parts: ImageParts }
  | { kind: 'status'; status: LiveStatus }
  | { kind: 'frozen'; frozen: Frozen }
  | { kind: 'refused'; why: string };

/** What every worker of a run shares. */
export interface RunParts {
  options: WorldOptions;
  /** As the supervisor has laid the world out. */
  cfg: WorldConfig;
  spec: ClientSpec;
  store: StoreParts;
  board: BoardParts;
  traffic: TrafficParts;
  block: Int32Array<SharedArrayBuffer>;
  /** Steps are compiled, and block and store lie in this memory. */
  compiled?: { steps: StepModule; memory: WebAssembly.Memory };
  /** Beginning of the run, ms since 1970 by the host's clock. */
  epoch: number;
}

/** To a worker: be thread `tid`, or (-1) the load generator, until told to end on the board. */
export interface ToWorker {
  kind: 'run';
  tid: number;
  /** Number of this worker among those that have been this thread. */
  worker: number;
  run: RunParts;
}

export type FromWorker =
  /** About to run. */
  | { kind: 'ready' }
  /** Told to end. */
  | { kind: 'ended' }
  | { kind: 'failed'; why: string };
