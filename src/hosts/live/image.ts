/** An image of a safe point: everything that a run goes on from. */
import type { Board } from './board.ts';
import { HEAD, ROW } from './board.ts';
import type { RunParts } from './messages.ts';

/** Words of a thread's row that are about its worker, not about its past. */
const OF_WORKER = [ROW.state, ROW.beat, ROW.futex, ROW.answered, ROW.worker, ROW.left] as const;

export class Image {
  /** Time in the run, ms. 0: the beginning, of which no copy is kept. */
  ms = 0;
  private readonly from: Uint8Array[];
  private copies: Uint8Array[] = [];
  private words: Int32Array;

  constructor(
    run: RunParts,
    private readonly board: Board,
  ) {
    const { store, traffic } = run;
    const parts = [
      run.block,
      store.bytes,
      store.columns,
      store.generations,
      traffic.clients,
      traffic.numbers,
      traffic.booked,
      run.board.counts,
    ];
    this.from = parts.map((p) => new Uint8Array(p));
    this.words = new Int32Array(board.words.length);
  }

  /** Everyone stands still. */
  take(ms: number): void {
    if (this.copies.length === 0) this.copies = this.from.map((p) => new Uint8Array(p.length));
    this.from.forEach((part, i) => {
      this.copies[i]!.set(part);
    });
    this.words.set(this.board.words);
    this.ms = ms;
  }

  /** Everyone stands still, or has ended. `fill` makes the beginning out of empty memory. */
  putBack(fill: () => void): void {
    this.from.forEach((part, i) => {
      if (this.ms > 0) part.set(this.copies[i]!);
      else part.fill(0);
    });
    const { board, words } = this;
    const now = board.words.slice();
    board.words.set(words);
    // The heads of control and answers are the present's; so is what belongs to workers.
    for (const i of Object.values(HEAD)) board.words[i] = now[i]!;
    for (let t = 0; t < board.threads; t++)
      for (const f of OF_WORKER) board.words[board.row(t) + f] = now[board.row(t) + f]!;
    if (this.ms === 0) fill();
  }
}
