/**
 * One moment of a free-running pool as the view draws it: single words copied out of shared memory, each true by itself.
 * Totals count from the start of the run; whatever is "a second" or "in the last 10 s" is worked out from two readings.
 */
import { LOOP_BUCKETS } from '../../hosts/live/board.ts';
import type { LiveReading } from '../../hosts/live/reading.ts';

export interface Reading {
  /** Time the pool has been seen running, ms; only compared with other readings of the run. */
  at: number;
  threads: number;
  /** By thread, since the start. */
  received: Float64Array;
  handled: Float64Array;
  redispatched: Float64Array;
  crossed: Float64Array;
  /** Time not asleep, ms. */
  busy: Float64Array;
  /** Steps of all threads, and those tried again because another thread was in the way. */
  steps: number;
  again: number;
  /** Loops by size, LOOP_BUCKETS a thread. */
  loops: Float64Array;
  /** Moves from row to column: `moves[old * threads + now]`. */
  moves: Float64Array;
  /** Waiting in the thread's inbox now, and connections it owns now. */
  inbox: Float64Array;
  connections: Float64Array;
  /** One of the board's STATE. */
  state: Int8Array;
  /** Places of connections that were read this time, `from` to `to` - 1; of the others stands what was read before. */
  from: number;
  to: number;
  /** By place of a connection: the thread that owns it, or -1 where there is none. */
  owner: Int16Array;
  /** Datagrams handled, modulo 2^32. */
  datagrams: Uint32Array;
  /** How many connections have had this place. */
  generation: Int32Array;
}

/** A reading of `threads` threads and `places` places for connections in which nothing has happened yet. */
export function emptyReading(threads: number, places: number, at = 0): Reading {
  const row = () => new Float64Array(threads);
  return {
    at,
    threads,
    received: row(),
    handled: row(),
    redispatched: row(),
    crossed: row(),
    busy: row(),
    steps: 0,
    again: 0,
    loops: new Float64Array(threads * LOOP_BUCKETS),
    moves: new Float64Array(threads * threads),
    inbox: row(),
    connections: row(),
    state: new Int8Array(threads),
    from: 0,
    to: places,
    owner: new Int16Array(places).fill(-1),
    datagrams: new Uint32Array(places),
    generation: new Int32Array(places),
  };
}

/** Most places for connections that are read in one go: with more than so many a mark is a few readings old at most. */
export const PORTION = 10_240;

/** Reads the pool once into `out`, which was made for its numbers of threads and places. */
export function readInto(out: Reading, pool: LiveReading, at: number): void {
  out.at = at;
  out.steps = pool.total('steps');
  out.again = pool.total('spins');
  for (let t = 0; t < out.threads; t++) {
    out.received[t] = pool.count(t, 'received');
    out.handled[t] = pool.count(t, 'handled');
    out.redispatched[t] = pool.count(t, 'redispatched');
    out.crossed[t] = pool.count(t, 'crossed');
    out.busy[t] = pool.count(t, 'busyMs');
    pool.loops(t, out.loops.subarray(t * LOOP_BUCKETS, (t + 1) * LOOP_BUCKETS));
    out.inbox[t] = pool.inbox(t);
    out.connections[t] = pool.connections(t);
    out.state[t] = pool.state(t);
    for (let u = 0; u < out.threads; u++) out.moves[t * out.threads + u] = pool.moves(t, u);
  }
  out.from = out.to >= out.owner.length ? 0 : out.to;
  out.to = Math.min(out.owner.length, out.from + PORTION);
  pool.copyConns(out.from, out.to, out.owner, out.datagrams, out.generation);
}
