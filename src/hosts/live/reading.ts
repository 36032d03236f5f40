/** The board as the page reads it. */
import {
  type Board,
  CONN,
  CONN_WORDS,
  COUNT,
  type CountName,
  EVENTS,
  HEAD,
  LAPS,
  LOOP_BUCKETS,
  MOVES,
  ROW,
} from './board.ts';

/** What the page may read at any time: single words, never a story that a torn read could falsify. */
export class LiveReading {
  readonly threads: number;
  /** Places for connections: columns 0 to `conns` - 1. */
  readonly conns: number;

  constructor(private readonly board: Board) {
    this.threads = board.threads;
    this.conns = board.conns;
  }

  /** Time of the run, ms. */
  get ms(): number {
    return this.board.words[HEAD.ms]!;
  }

  count(t: number, name: CountName): number {
    return this.board.counts[this.board.count(t) + COUNT[name]]!;
  }

  /** A count over all threads. */
  total(name: CountName): number {
    let n = 0;
    for (let t = 0; t < this.threads; t++) n += this.count(t, name);
    return n;
  }

  /** One of STATE. */
  state(t: number): number {
    return this.board.words[this.board.row(t)]!;
  }

  /** Changes as long as the thread's worker lives. */
  beat(t: number): number {
    return this.board.words[this.board.row(t) + ROW.beat]!;
  }

  /** Connections that a thread owns. */
  connections(t: number): number {
    const { board } = this;
    let n = this.count(t, 'created') - this.count(t, 'released');
    for (let u = 0; u < this.threads; u++) {
      if (u === t) continue;
      n += board.counts[board.moved(u, t)]! - board.counts[board.moved(t, u)]!;
    }
    return Math.max(0, n);
  }

  /** Moves from one thread to another since the run began. */
  moves(from: number, to: number): number {
    return this.board.counts[this.board.moved(from, to)]!;
  }

  /** Datagrams in a thread's inbox. */
  inbox(t: number): number {
    const { board } = this;
    let n = -this.count(t, 'popped');
    for (let u = 0; u < this.threads; u++) n += board.counts[board.pushed(u, t)]!;
    return Math.max(0, n);
  }

  /** Copies a thread's loop times by size (LOOP_BUCKETS doubles) into `out`; take differences over a window. */
  loops(t: number, out: Float64Array): void {
    const at = this.board.loop(t);
    for (let b = 0; b < LOOP_BUCKETS; b++) out[b] = this.board.counts[at + b]!;
  }

  /** Owner of connection `c`, -1 none. */
  owner(c: number): number {
    return this.board.words[this.board.conn(c) + CONN.owner]!;
  }

  /** A column of connection `c`. */
  conn(c: number, column: keyof typeof CONN): number {
    return this.board.words[this.board.conn(c) + CONN[column]]!;
  }

  /** Copies what is known of the connections in places `from` to `to` - 1, each to its place. */
  copyConns(
    from: number,
    to: number,
    owner: Int16Array,
    datagrams: Uint32Array,
    generation: Int32Array,
  ): void {
    const { words } = this.board;
    for (let c = from, at = this.board.conn(from); c < to; c++, at += CONN_WORDS) {
      owner[c] = words[at + CONN.owner]!;
      datagrams[c] = words[at + CONN.datagrams]!;
      generation[c] = words[at + CONN.generation]!;
    }
  }

  /** A word at the head of the board, by its place there (HEAD). */
  head(i: number): number {
    return this.board.words[i]!;
  }

  /** Events that thread `t` has told of so far. */
  events(t: number): number {
    return this.board.words[this.board.row(t) + ROW.events]!;
  }

  /** Datagrams waiting in the listener's socket. */
  get waitingInSocket(): number {
    return this.board.words[HEAD.waitingInSocket]!;
  }

  /**
   * Moves away from thread `t` numbered `from` and up that are still there, oldest first.
   *
   * @returns the number to ask for next time
   */
  recentMoves(
    t: number,
    from: number,
    visit: (ms: number, conn: number, to: number, generation: number) => void,
  ): number {
    const { words } = this.board;
    const head = words[this.board.row(t) + ROW.moves]!;
    for (let n = Math.max(from, head - MOVES + 1); n < head; n++) {
      const at = this.board.move(t, n);
      visit(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    }
    return head;
  }

  /** Rebind times of all threads that are still kept, ns: S1 to S14 (0), or store of tid to finalize (1). */
  lapTimes(kind: 0 | 1): number[] {
    const { counts } = this.board;
    const out: number[] = [];
    for (let t = 0; t < this.threads; t++) {
      const at = this.board.laps(t, kind);
      const n = Math.min(counts[at]!, LAPS);
      for (let i = 0; i < n; i++) out.push(counts[at + 1 + i]!);
    }
    return out;
  }

  /** Recent events of thread `t`, as `recentMoves` gives moves. */
  recentEvents(
    t: number,
    from: number,
    visit: (ms: number, us: number, kind: number, conn: number, a: number, b: number) => void,
  ): number {
    const { words } = this.board;
    const head = words[this.board.row(t) + ROW.events]!;
    for (let n = Math.max(from, head - EVENTS + 1); n < head; n++) {
      const at = this.board.event(t, n);
      visit(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!, words[at + 5]!);
    }
    return head;
  }
}
