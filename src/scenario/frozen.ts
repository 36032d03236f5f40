/** A moment of a run of threads that went at once, as the beginning of a world that is stepped. */
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';

/** An image of a safe point, which a Step-mode world can begin from: `startEngine(frozen.begin)`. */
export interface Frozen {
  why: 'asked' | 'rule' | 'balance' | 'bug' | 'failed';
  begin: {
    data: WorldData;
    options: WorldOptions;
    moment: null;
    /** `foreign`: the words were in a file, so lists in them may have no end. */
    image: { words: Int32Array; ms: number; foreign?: boolean };
  };
  /** The recent past from each thread's own ring, oldest first: observed, order between threads approximate. */
  past: PastEvent[];
}

export interface PastEvent {
  tid: number;
  /** Time in the run, whole ms and us within it. */
  ms: number;
  us: number;
  /** One of EV (src/haproxy/step/events.ts). */
  kind: number;
  /** Connection in the columns, -1 none. */
  conn: number;
  a: number;
  b: number;
}
