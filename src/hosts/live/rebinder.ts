/** Rebinds of the load generator's own, at a rate. */
import { type Board, CONN, CONN_STATE, ORDERS } from './board.ts';
import { LiveReading } from './reading.ts';
import { NUMBER } from './slots.ts';

/** Puts an order in a thread's ring: `by` 0 the supervisor, 1 the load generator. False when it is full. */
export function putInRing(board: Board, owner: number, by: 0 | 1, conn: number, to: number): boolean {
  const { words } = board;
  const at = board.orders(owner, by);
  const put = words[at]!;
  if (put - Atomics.load(words, at + 1) >= ORDERS) return false;
  const pair = at + 2 + 2 * (put & (ORDERS - 1));
  words[pair] = conn;
  words[pair + 1] = to;
  Atomics.store(words, at, (put + 1) | 0);
  return true;
}

/** How often the loads of threads are compared, ms. */
const COMPARE = 50;

export class Rebinder {
  private readonly reading: LiveReading;
  private due = 0;
  private compared = -COMPARE;
  private most = 0;
  private fewest = 0;

  constructor(
    private readonly board: Board,
    private readonly numbers: Float64Array,
    private readonly random: () => number,
  ) {
    this.reading = new LiveReading(board);
  }

  /** `passed` ms since the last time; `open` the established clients, `count` of them. */
  tick(ms: number, passed: number, open: Int32Array, count: number): void {
    const { board, numbers } = this;
    if (board.threads < 2 || count === 0) return;
    this.due = Math.min(this.due + (numbers[NUMBER.rebinds]! * passed) / 1000, 1024);
    const busiest = numbers[NUMBER.policy] === 1;
    if (busiest && this.due >= 1 && ms - this.compared >= COMPARE) this.compare(ms);
    for (; this.due >= 1; this.due--) {
      const conn = this.pick(open, count, busiest);
      if (conn < 0) continue;
      const owner = board.words[board.conn(conn) + CONN.owner]!;
      const to = busiest ? this.fewest : this.another(owner);
      if (owner < 0 || to === owner) continue;
      if (putInRing(board, owner, 1, conn, to)) numbers[NUMBER.rebindsOrdered]!++;
    }
  }

  private pick(open: Int32Array, count: number, busiest: boolean): number {
    for (let tries = 0; tries < 32; tries++) {
      const conn = open[Math.floor(this.random() * count)]!;
      const at = this.board.conn(conn);
      if (this.board.words[at + CONN.state] !== CONN_STATE.accepted) continue;
      if (!busiest || this.board.words[at + CONN.owner] === this.most) return conn;
    }
    return -1;
  }

  private another(owner: number): number {
    const t = Math.floor(this.random() * (this.board.threads - 1));
    return t >= owner ? t + 1 : t;
  }

  private compare(ms: number): void {
    this.compared = ms;
    let most = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (let t = 0; t < this.board.threads; t++) {
      const n = this.reading.connections(t);
      if (n > most) [most, this.most] = [n, t];
      if (n < fewest) [fewest, this.fewest] = [n, t];
    }
  }
}
