import type { Budget } from './budget.ts';

/** Words of a piece. A state never lies across two. */
const PIECE = 1 << 16;

/** Pieces that are not in use, for the levels to hand on. */
export class Pieces {
  private readonly free: Int32Array[] = [];

  constructor(private readonly budget: Budget) {}

  /** Room for `words`, or null when there is no memory for it. */
  get(words: number): Int32Array | null {
    if (words <= PIECE) return this.free.pop() ?? this.budget.words(PIECE);
    return this.budget.words(words);
  }

  put(piece: Int32Array): void {
    if (piece.length === PIECE) this.free.push(piece);
    else this.budget.give(piece.length * 4);
  }
}

/** Packed states in the order of their coming: written at one end, read once at the other. */
export class StateQueue {
  /** States put and not taken yet. */
  length = 0;
  /** Where the last `reserve` or `next` lies. */
  piece: Int32Array = new Int32Array(0);
  at = 0;
  private readonly full: { piece: Int32Array; end: number }[] = [];
  private head = 0;
  private read = 0;
  private last: Int32Array | null = null;
  private end = 0;

  constructor(private readonly pieces: Pieces) {}

  /** Makes room for a state of at most `words`, in `piece` from `at`. False: no memory. */
  reserve(words: number): boolean {
    if (this.last === null || this.end + words > this.last.length) {
      const piece = this.pieces.get(words);
      if (piece === null) return false;
      if (this.last !== null) this.full.push({ piece: this.last, end: this.end });
      this.last = piece;
      this.end = 0;
    }
    this.piece = this.last;
    this.at = this.end;
    return true;
  }

  /** Keeps `words` of what `reserve` gave. */
  keep(words: number): void {
    this.end += words;
    this.length++;
  }

  /** Takes the next state: it lies in `piece` from `at` until the one after is taken. False: there is none. */
  next(): boolean {
    if (this.length === 0) return false;
    const behind = this.full[this.head];
    if (behind !== undefined && this.read === behind.end) {
      this.pieces.put(behind.piece);
      this.head++;
      this.read = 0;
    }
    this.piece = this.full[this.head]?.piece ?? this.last!;
    this.at = this.read;
    this.length--;
    return true;
  }

  /** Steps over the `words` of the state that was taken. */
  pass(words: number): void {
    this.read += words;
  }

  /** Gives the memory back. */
  clear(): void {
    for (; this.head < this.full.length; this.head++) this.pieces.put(this.full[this.head]!.piece);
    if (this.last !== null) this.pieces.put(this.last);
    this.full.length = 0;
    this.head = 0;
    this.read = 0;
    this.last = null;
    this.end = 0;
    this.length = 0;
  }
}
