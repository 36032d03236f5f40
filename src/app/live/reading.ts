/**
 * One moment of a free-running pool as the view draws it: single words read out of shared memory, each true by itself.
 * Totals count from the start of the run; whatever is "a second" or "in the last 10 s" is worked out from two readings.
 */
export interface Reading {
  /** Wall clock, ms; only compared with other readings of the run. */
  at: number;
  threads: number;
  /** By thread. */
  received: Float64Array;
  handled: Float64Array;
  redispatched: Float64Array;
  /** Waiting in the thread's inbox now. */
  inbox: Float64Array;
  /** Time spent at work, ms. */
  busy: Float64Array;
  /** Longest turn of its loop since the reading before, ms. */
  loop: Float64Array;
  /** Moves from row to column: `moves[old * threads + now]`. */
  moves: Float64Array;
  /** By slot of a connection: the thread its CID entry names, or -1 where there is none. */
  owner: Int16Array;
  /** By slot: datagrams handled. */
  dgrams: Float64Array;
}

/** A reading of `threads` threads and `slots` connections in which nothing has happened yet. */
export function emptyReading(threads: number, slots: number, at = 0): Reading {
  const row = () => new Float64Array(threads);
  return {
    at,
    threads,
    received: row(),
    handled: row(),
    redispatched: row(),
    inbox: row(),
    busy: row(),
    loop: row(),
    moves: new Float64Array(threads * threads),
    owner: new Int16Array(slots).fill(-1),
    dgrams: new Float64Array(slots),
  };
}
