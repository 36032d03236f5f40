import { hashText, mixA, mixB } from './hash.ts';
import type { Mem } from './mem.ts';
import { TIME } from './struct.ts';

/** What a watcher is told about: plain or atomic, load or store. A read-modify-write is told as an atomic store. */
export const Access = { ld: 0, st: 1, ald: 2, ast: 3 } as const;
export type AccessKind = (typeof Access)[keyof typeof Access];
export type Watch = (kind: AccessKind, index: number) => void;

const FIRST_CAPACITY = 1 << 12;

/**
 * Memory that can be taken back: every store keeps the old word, and the hash of the whole block is always at hand.
 * One thread at a time.
 */
export class JournaledMem implements Mem {
  readonly shared = false;
  readonly w: Int32Array;
  /** Told of every access while set; undoing is not told. */
  watch: Watch | null = null;
  /** Words that it is told of: not 0. */
  watched: Uint8Array;
  readonly kinds: Uint8Array;
  /** The journal: pairs of index and old word, up to `mark()`. Only to be read; a longer one may take its place. */
  log = new Int32Array(FIRST_CAPACITY);
  private top = 0;
  private a = 0;
  private b = 0;
  private timeA = 0;
  private timeB = 0;

  /** Takes the words as they are for the beginning. `kinds` is `BlockLayout.kinds`. */
  constructor(w: Int32Array, kinds: Uint8Array) {
    this.w = w;
    this.kinds = kinds;
    this.watched = new Uint8Array(w.length).fill(1);
    this.restart();
  }

  /** Forgets the journal and takes the words as they are for the beginning. */
  restart(): void {
    this.top = 0;
    this.a = 0;
    this.b = 0;
    this.timeA = 0;
    this.timeB = 0;
    for (let i = 0; i < this.kinds.length; i++) if (this.w[i] !== 0) this.rehash(i, 0, this.w[i]!);
  }

  /** The present moment, to come back to by `undo`. */
  mark(): number {
    return this.top;
  }

  /** Takes every store since `mark` back, newest first: words and hash are exactly as they were. */
  undo(mark: number): void {
    if (mark < 0 || mark > this.top) throw new Error(`undo: ${mark} is not behind ${this.top}`);
    const { log, w } = this;
    let top = this.top;
    while (top > mark) {
      const old = log[--top]!;
      const i = log[--top]!;
      this.rehash(i, w[i]!, old);
      w[i] = old;
    }
    this.top = top;
  }

  /** Puts the present moment into `out` (5 words), for `restore`. */
  save(out: Int32Array): void {
    out[0] = this.top;
    out[1] = this.a;
    out[2] = this.b;
    out[3] = this.timeA;
    out[4] = this.timeB;
  }

  /** As `undo` to the moment in `saved`, without computing the hash again. */
  restore(saved: Int32Array): void {
    const { log, w } = this;
    const mark = saved[0]!;
    if (mark < 0 || mark > this.top) throw new Error(`restore: ${mark} is not behind ${this.top}`);
    for (let top = this.top; top > mark; top -= 2) w[log[top - 2]!] = log[top - 1]!;
    this.top = mark;
    this.a = saved[1]!;
    this.b = saved[2]!;
    this.timeA = saved[3]!;
    this.timeB = saved[4]!;
  }

  /**
   * Takes the words as they are, written past the journal, for the beginning. `a` and `b` are their hash without time, known
   * to the caller; the words of the clock must be as they were.
   */
  adopt(a: number, b: number): void {
    this.top = 0;
    this.a = a;
    this.b = b;
  }

  /** The hash as 16 hex digits, with or without the words of the virtual clock. */
  hash(withTime: boolean): string {
    return hashText(this.lane(0, withTime), this.lane(1, withTime));
  }

  /** One of the hash's two lanes of 32 bits, signed: what a visited set stores. */
  lane(n: 0 | 1, withTime: boolean): number {
    if (n === 0) return withTime ? this.a ^ this.timeA : this.a;
    return withTime ? this.b ^ this.timeB : this.b;
  }

  /** Calls `visit` with index and old word of every store since `mark`, oldest first. */
  since(mark: number, visit: (i: number, old: number) => void): void {
    for (let at = mark; at < this.top; at += 2) visit(this.log[at]!, this.log[at + 1]!);
  }

  ld(i: number): number {
    if (this.watch !== null && this.watched[i] !== 0) this.watch(Access.ld, i);
    return this.w[i]!;
  }

  st(i: number, v: number): void {
    if (this.watch !== null && this.watched[i] !== 0) this.watch(Access.st, i);
    this.put(i, v);
  }

  rld(i: number): number {
    if (this.watch !== null && this.watched[i] !== 0) this.watch(Access.ald, i);
    return this.w[i]!;
  }

  ald(i: number): number {
    if (this.watch !== null && this.watched[i] !== 0) this.watch(Access.ald, i);
    return this.w[i]!;
  }

  ast(i: number, v: number): void {
    if (this.watch !== null && this.watched[i] !== 0) this.watch(Access.ast, i);
    this.put(i, v);
  }

  cas(i: number, expected: number, v: number): boolean {
    const hit = this.w[i] === expected;
    if (this.watch !== null && this.watched[i] !== 0) this.watch(hit ? Access.ast : Access.ald, i);
    if (hit) this.put(i, v);
    return hit;
  }

  add(i: number, v: number): number {
    const old = this.w[i]!;
    this.ast(i, old + v);
    return old;
  }

  or(i: number, v: number): number {
    const old = this.w[i]!;
    this.ast(i, old | v);
    return old;
  }

  and(i: number, v: number): number {
    const old = this.w[i]!;
    this.ast(i, old & v);
    return old;
  }

  xchg(i: number, v: number): number {
    const old = this.w[i]!;
    this.ast(i, v);
    return old;
  }

  /** Stores words as pairs of index and word, `of` from `at` to `end`, that change the hash's lanes without time by `a` and `b`. Nobody is told. */
  replay(of: Int32Array, at: number, end: number, a: number, b: number): void {
    const { w } = this;
    while (this.top + end - at > this.log.length) this.grow();
    const { log } = this;
    let { top } = this;
    for (; at < end; at += 2) {
      const i = of[at]!;
      log[top++] = i;
      log[top++] = w[i]!;
      w[i] = of[at + 1]!;
    }
    this.top = top;
    this.a ^= a;
    this.b ^= b;
  }

  private put(i: number, v: number): void {
    const old = this.w[i]!;
    // As the array stores it, and as the hash must see it: 32 bits.
    const now = v | 0;
    if (now === old) return;
    this.w[i] = now;
    if (this.top === this.log.length) this.grow();
    this.log[this.top++] = i;
    this.log[this.top++] = old;
    this.rehash(i, old, now);
  }

  private rehash(i: number, old: number, now: number): void {
    const kind = this.kinds[i]!;
    if (kind === 0) return;
    const a = mixA(i, old) ^ mixA(i, now);
    const b = mixB(i, old) ^ mixB(i, now);
    if (kind === TIME) {
      this.timeA ^= a;
      this.timeB ^= b;
    } else {
      this.a ^= a;
      this.b ^= b;
    }
  }

  private grow(): void {
    const bigger = new Int32Array(this.log.length * 2);
    bigger.set(this.log);
    this.log = bigger;
  }
}
