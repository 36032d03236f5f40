import { PlainMem } from './plain.ts';

/** Accesses that one step may take, by far; and what any stretch may take besides. */
const A_STEP = 1000;
const BESIDES = 20_000_000;
const MOST = 1_000_000_000;

/**
 * Plain memory whose words come from outside: a list in it may have no end, and a pointer may lead anywhere. What is done over
 * it ends: after so many accesses since the last `refill`, or with the first outside of the block, it throws.
 */
export class BoundedMem extends PlainMem {
  private left = MOST;

  /** A stretch of at most `steps` steps begins. */
  refill(steps = 0): void {
    this.left = Math.min(MOST, BESIDES + steps * A_STEP);
  }

  private at(i: number): number {
    if (--this.left < 0) throw new Error('a list in it has no end');
    const v = this.w[i];
    if (v === undefined) throw new Error('a pointer in it leads out of the block');
    return v;
  }

  override ld(i: number): number {
    return this.at(i);
  }

  override st(i: number, v: number): void {
    this.at(i);
    this.w[i] = v;
  }

  override rld(i: number): number {
    return this.at(i);
  }

  override ald(i: number): number {
    return this.at(i);
  }

  override ast(i: number, v: number): void {
    this.at(i);
    this.w[i] = v;
  }

  override cas(i: number, expected: number, v: number): boolean {
    if (this.at(i) !== expected) return false;
    this.w[i] = v;
    return true;
  }

  override add(i: number, v: number): number {
    const old = this.at(i);
    this.w[i] = old + v;
    return old;
  }

  override or(i: number, v: number): number {
    const old = this.at(i);
    this.w[i] = old | v;
    return old;
  }

  override and(i: number, v: number): number {
    const old = this.at(i);
    this.w[i] = old & v;
    return old;
  }

  override xchg(i: number, v: number): number {
    const old = this.at(i);
    this.w[i] = v;
    return old;
  }
}

/** Memory for a block, and whether it may be trusted: `foreign` words come from outside. */
export const memOf = (words: Int32Array, foreign: boolean): PlainMem =>
  foreign ? new BoundedMem(words) : new PlainMem(words);

/** Memory of the same kind over other words. */
export const memLike = (m: object, words: Int32Array): PlainMem => memOf(words, m instanceof BoundedMem);

/** A stretch of at most `steps` steps begins; only words from outside are counted. */
export function refill(m: object, steps = 0): void {
  if (m instanceof BoundedMem) m.refill(steps);
}
