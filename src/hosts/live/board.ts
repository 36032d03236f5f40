/**
 * The board: shared words beside the block that only drawing and supervision read. Each word has one writer, so that none
 * of them needs an atomic; a reader may find a count one behind.
 */

/** Counts of one thread, as doubles: exact up to 2^53. */
export const COUNT = {
  /** Datagrams read from a socket; handled by this thread as owner; sent on to another owner. */
  received: 0,
  handled: 1,
  redispatched: 2,
  dropped: 3,
  /** Datagrams taken out of this thread's inbox. */
  popped: 4,
  /** Connections whose session began here; made here; released here. */
  accepted: 5,
  created: 6,
  released: 7,
  /** Datagrams sent. */
  sent: 8,
  /** Rebinds committed away from here, taken over here, refused here. */
  rebound: 9,
  adopted: 10,
  refused: 11,
  steps: 12,
  /** Steps taken again because another thread was in the way; times that gave way. */
  spins: 13,
  yields: 14,
  /** Times round run_poll_loop, and ms not asleep. */
  loops: 15,
  busyMs: 16,
  /** Packets opened; allocations that failed because a pool was empty. */
  opened: 17,
  noMemory: 18,
  /** Datagrams that another thread than the owner read from the socket. */
  crossed: 19,
  timers: 20,
  /** Longest time once round since the run began, ms. */
  longestLoopMs: 21,
  /** Rebinds that a person ordered and that could not be begun: the connection was being moved, or had gone, by then. */
  notDone: 22,
} as const;
export type CountName = keyof typeof COUNT;
const COUNTS = 32;

/** Loop times by size: bucket b counts loops of 2^b to 2^(b+1) us; the last one all that is longer. */
export const LOOP_BUCKETS = 24;

/** Columns of a connection. */
export const CONN = {
  /** Thread that owns it, -1 while there is none. */
  owner: 0,
  /** Datagrams handled (wraps at 2^32). */
  datagrams: 1,
  /** When it came to its owner, ms of the run. */
  since: 2,
  /** How often it has been rebound. */
  moves: 3,
  /** Its object in the block, 0 none. */
  qc: 4,
  /** How many clients have had this place. */
  generation: 5,
  /** How far it is, see CONN_STATE. */
  state: 6,
  /** Datagrams sent to its client, but for those with nothing but an ACK or a CONNECTION_CLOSE. */
  heard: 7,
} as const;
export const CONN_STATE = { none: 0, made: 1, accepted: 2, closing: 3 } as const;
/** A cache line: connections beside one another have owners of their own, who count at once. */
export const CONN_WORDS = 16;
/** Bytes of the board that a place for a connection takes. */
export const BOARD_BYTES = CONN_WORDS * 4 + 8;

/** Words at the head of the board. */
export const HEAD = {
  /** What the threads are to do, see CONTROL. */
  control: 0,
  /** ms of the run, written by the supervisor. */
  ms: 1,
  /** Connections whose owner is known. */
  live: 2,
  /** Datagrams waiting in the listener's socket, written by the load generator. */
  waitingInSocket: 3,
  /** ms by which the run's clock stands behind the host's: paused, or the machine slept. */
  skippedMs: 4,
  /** How often a clock was found to have jumped, and by how much in all, ms. */
  jumps: 5,
  jumpedMs: 6,
  /** What the load generator is to do, see CONTROL; what it does, see STATE; its beat and futex. */
  trafficControl: 7,
  trafficState: 8,
  trafficBeat: 9,
  trafficFutex: 10,
  /** Goes up each time that all are told to stand still; and which of those times the load generator has answered. */
  stand: 11,
  trafficAnswered: 12,
  /** Number of the worker that is the load generator now, and of the last one that has left. */
  trafficWorker: 13,
  trafficLeft: 14,
} as const;
/** `pause`: stop between two callbacks; `halt`: between two steps. */
export const CONTROL = { run: 0, pause: 1, halt: 2 } as const;
const HEAD_WORDS = 64;

/** Words of one thread. */
export const ROW = {
  /** What it is doing, see STATE. */
  state: 0,
  /** Goes up as long as it lives. */
  beat: 1,
  /** Rings of its recent events and moves: records written so far. */
  events: 2,
  moves: 3,
  /** Orders by hand: written by the supervisor, taken by the thread. */
  /** What it sleeps on: goes up when somebody wakes it. */
  futex: 4,
  /** Which of the times that all were told to stand still it has answered. */
  answered: 5,
  /** Number of the worker that is this thread now: another one ends itself, and leaves its own number. */
  worker: 6,
  left: 7,
  /** Two rings of orders (the supervisor's, the load generator's): written, taken, then pairs of connection and thread. */
  orders: 8,
} as const;
/** Pairs in one ring of orders, and words of one. */
export const ORDERS = 8;
export const ORDER_WORDS = 2 + 2 * ORDERS;
export const STATE = { starting: 0, running: 1, asleep: 2, stopped: 3, failed: 4 } as const;
const ROW_WORDS = 64;

export const EVENTS = 1024;
export const EVENT_WORDS = 6;
export const MOVES = 256;
export const MOVE_WORDS = 4;
/** Rebind times kept of each thread: S1 to S14 of those that left, store of tid to finalize of those that came; ns. */
export const LAPS = 1024;

/** Doubles of a row with one for each thread: whole cache lines, since each row has a writer of its own. */
const rowFor = (threads: number): number => Math.ceil(threads / 8) * 8;

/** Buffers and sizes, as they go to workers. */
export interface BoardParts {
  threads: number;
  /** Places for connections. */
  conns: number;
  words: SharedArrayBuffer;
  counts: SharedArrayBuffer;
}

/** Where everything lies on the board, for writers and readers alike. */
export class Board {
  readonly words: Int32Array;
  readonly counts: Float64Array;
  readonly threads: number;
  readonly conns: number;
  private readonly connBase: number;
  private readonly eventBase: number;
  private readonly moveBase: number;
  private readonly movedBase: number;
  private readonly pushedBase: number;
  private readonly loopBase: number;
  private readonly lapBase: number;
  private readonly perRow: number;
  private readonly commitBase: number;

  constructor(parts: BoardParts) {
    this.words = new Int32Array(parts.words);
    this.counts = new Float64Array(parts.counts);
    this.threads = parts.threads;
    this.conns = parts.conns;
    this.connBase = HEAD_WORDS + ROW_WORDS * parts.threads;
    this.eventBase = this.connBase + CONN_WORDS * parts.conns;
    this.moveBase = this.eventBase + EVENTS * EVENT_WORDS * parts.threads;
    this.perRow = rowFor(parts.threads);
    this.movedBase = COUNTS * parts.threads;
    this.pushedBase = this.movedBase + this.perRow * parts.threads;
    this.loopBase = this.pushedBase + this.perRow * parts.threads;
    this.lapBase = this.loopBase + parts.threads * LOOP_BUCKETS;
    this.commitBase = this.lapBase + parts.threads * 2 * (LAPS + 1);
  }

  static parts(threads: number, conns: number): BoardParts {
    const words =
      HEAD_WORDS +
      (ROW_WORDS + EVENTS * EVENT_WORDS + MOVES * MOVE_WORDS) * threads +
      CONN_WORDS * Math.max(1, conns);
    const counts =
      (COUNTS + 2 * rowFor(threads) + LOOP_BUCKETS + 2 * (LAPS + 1)) * threads + Math.max(1, conns);
    return {
      threads,
      conns,
      words: new SharedArrayBuffer(words * 4),
      counts: new SharedArrayBuffer(counts * 8),
    };
  }

  /** Index in `words` of a thread's row. */
  row(t: number): number {
    return HEAD_WORDS + t * ROW_WORDS;
  }

  /** Index in `words` of a connection's columns. */
  conn(c: number): number {
    return this.connBase + c * CONN_WORDS;
  }

  /** Index in `words` of record `n` of a thread's event ring: ms, us, kind, conn, a, b. */
  event(t: number, n: number): number {
    return this.eventBase + (t * EVENTS + (n & (EVENTS - 1))) * EVENT_WORDS;
  }

  /** Index in `words` of record `n` of the moves away from a thread: ms, conn, to, generation. */
  move(t: number, n: number): number {
    return this.moveBase + (t * MOVES + (n & (MOVES - 1))) * MOVE_WORDS;
  }

  /** Index in `counts` of a thread's counts. */
  count(t: number): number {
    return t * COUNTS;
  }

  /** Index in `counts` of the moves from one thread to another. */
  moved(from: number, to: number): number {
    return this.movedBase + from * this.perRow + to;
  }

  /** Index in `counts` of the datagrams that one thread has put in another's inbox. */
  pushed(from: number, to: number): number {
    return this.pushedBase + from * this.perRow + to;
  }

  /** Index in `counts` of a thread's rebind times (`kind` 0 S1 to S14, 1 to finalize): how many, then a ring of LAPS. */
  laps(t: number, kind: 0 | 1): number {
    return this.lapBase + (t * 2 + kind) * (LAPS + 1);
  }

  /** Index in `counts` of when a connection's tid was stored last, ms of the host's clock. */
  committedAt(c: number): number {
    return this.commitBase + c;
  }

  /** Index in `words` of a thread's ring of orders, `by` 0 the supervisor's, 1 the load generator's. */
  orders(t: number, by: 0 | 1): number {
    return this.row(t) + ROW.orders + by * ORDER_WORDS;
  }

  /** Index in `counts` of a thread's loop times. */
  loop(t: number): number {
    return this.loopBase + t * LOOP_BUCKETS;
  }
}

/** All workers leave at their next look: told to end by their host alone, busy ones would go on for a while. */
export function dismissAll(board: Board): void {
  const { words, threads } = board;
  const leave = (worker: number, futex: number): void => {
    Atomics.add(words, worker, 1);
    Atomics.add(words, futex, 1);
    Atomics.notify(words, futex);
  };
  for (let t = 0; t < threads; t++) leave(board.row(t) + ROW.worker, board.row(t) + ROW.futex);
  leave(HEAD.trafficWorker, HEAD.trafficFutex);
  Atomics.notify(words, HEAD.control);
  Atomics.notify(words, HEAD.trafficControl);
}
