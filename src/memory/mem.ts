import type { Ptr } from './struct.ts';

/** The pointer to nothing. Word 0 of every block is reserved for it. */
export const NULL = 0 as Ptr<never>;

/** What a composite answers when another thread was in its way: nothing has changed, take the step again. */
export const RETRY = -1 as Ptr<never>;

/** What every unused word of a pool holds, so that use after free is seen and undoing an allocation is exact. */
export const POISON = 0x5ee5dead | 0;

/**
 * The block of 32-bit words and the only ways to touch it. Indexes are word indexes.
 *
 * `ld`/`st` are plain accesses, the rest are atomic. Each realm (page, worker, process) uses one implementation
 * only, so that call sites stay monomorphic: `PlainMem`, `SharedMem` or `JournaledMem`.
 */
export interface Mem {
  /** The words themselves, for readers and for whole-block work. Writing here escapes journal and hash. */
  readonly w: Int32Array;
  /** True when other threads may touch the words between two accesses. */
  readonly shared: boolean;
  ld(i: number): number;
  st(i: number, v: number): void;
  /** Relaxed load: what another thread has stored is seen at some time, and never half. A word is one load of the machine anyway. */
  rld(i: number): number;
  /** Atomic load. */
  ald(i: number): number;
  /** Atomic store. */
  ast(i: number, v: number): void;
  /** Stores `v` if the word is `expected`; says whether it did. */
  cas(i: number, expected: number, v: number): boolean;
  /** Adds, wrapping at 32 bits; returns the old word. */
  add(i: number, v: number): number;
  /** Bitwise or; returns the old word. */
  or(i: number, v: number): number;
  /** Bitwise and; returns the old word. */
  and(i: number, v: number): number;
  /** Exchange; returns the old word. */
  xchg(i: number, v: number): number;
}
