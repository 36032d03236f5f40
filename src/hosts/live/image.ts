/** An image of a safe point: everything that a run goes on from. It lies in shared memory, so that it outlives who took it. */
import type { Board } from './board.ts';
import { HEAD, ROW } from './board.ts';
import type { RunParts } from './messages.ts';

/** Words of a thread's row that are about its worker, not about its past. */
const OF_WORKER = [ROW.state, ROW.beat, ROW.futex, ROW.answered, ROW.worker, ROW.left] as const;

/** The memory of an image, for whoever goes on from it in a run of its own. */
export interface ImageParts {
  /** Copies of the run's parts, in their order. */
  copies: SharedArrayBuffer[];
  /** Of the board. */
  words: SharedArrayBuffer;
  /** How often it has been begun and ended: odd while it is being taken; and its time in the run, ms. */
  head: SharedArrayBuffer;
}

/** Bytes of a page of memory, and of those touched in one go. */
const PAGE = 4096;
const TOUCHED = 16 << 20;

const TAKEN = 0;
const MS = 1;

/** Time of the image in its run, ms; -1 while there is none that is whole. */
export function imageMs({ head }: ImageParts): number {
  const h = new Int32Array(head);
  const taken = Atomics.load(h, TAKEN);
  return taken === 0 || taken % 2 === 1 ? -1 : h[MS]!;
}

export class Image {
  /** Time in the run, ms. 0: the beginning, of which no copy is kept. */
  ms = 0;
  private readonly from: Uint8Array[];
  private copies: Uint8Array[] = [];
  private words: Int32Array;
  private head: Int32Array | undefined;
  private prepared: Promise<void> | undefined;

  constructor(
    run: RunParts,
    private readonly board: Board,
    /** Told once, when there is memory for it. */
    private readonly made: (parts: ImageParts) => void = () => {},
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
    this.from = parts.map((p) =>
      ArrayBuffer.isView(p) ? new Uint8Array(p.buffer, p.byteOffset, p.byteLength) : new Uint8Array(p),
    );
    this.words = new Int32Array(board.words.length);
  }

  /** Everyone stands still. */
  take(ms: number): void {
    const head = this.room();
    Atomics.add(head, TAKEN, 1);
    this.from.forEach((part, i) => {
      this.copies[i]!.set(part);
    });
    this.words.set(this.board.words);
    this.ms = ms;
    head[MS] = ms;
    Atomics.add(head, TAKEN, 1);
  }

  /** The image of another run of the same beginning is this run's too. */
  adopt(other: ImageParts): void {
    const head = this.room();
    Atomics.add(head, TAKEN, 1);
    other.copies.forEach((c, i) => {
      this.copies[i]!.set(new Uint8Array(c));
    });
    this.words.set(new Int32Array(other.words));
    this.ms = imageMs(other);
    head[MS] = this.ms;
    Atomics.add(head, TAKEN, 1);
  }

  /**
   * Touches the image's memory, a part at a time: what is written for the first time costs far more than a copy, and all would
   * stand still meanwhile. `over` ends it. RangeError: there is no memory for it.
   */
  prepare(rest: () => Promise<void>, over: () => boolean): Promise<void> {
    this.prepared ??= this.head ? Promise.resolve() : this.touch(rest, over);
    return this.prepared;
  }

  private async touch(rest: () => Promise<void>, over: () => boolean): Promise<void> {
    this.room();
    for (const copy of this.copies)
      for (let at = 0; at < copy.length && !over(); at += TOUCHED) {
        for (let i = at; i < Math.min(copy.length, at + TOUCHED); i += PAGE) copy[i] = 0;
        await rest();
      }
  }

  /** Bytes that an image takes. */
  get bytes(): number {
    return this.from.reduce((n, part) => n + part.length, this.words.length * 4);
  }

  private room(): Int32Array {
    if (this.head) return this.head;
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
    const parts: ImageParts = {
      copies: this.from.map((p) => shared(p.length)),
      words: shared(this.words.length * 4),
      head: shared(8),
    };
    this.copies = parts.copies.map((c) => new Uint8Array(c));
    this.words = new Int32Array(parts.words);
    this.head = new Int32Array(parts.head);
    this.made(parts);
    return this.head;
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
