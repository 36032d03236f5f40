import type { Explorable } from '../../machine/explorable.ts';
import type { Budget } from './budget.ts';
import { ChunkPacker } from './chunk-packer.ts';
import { WordPacker } from './word-packer.ts';

/**
 * Sets a world to packed states and packs the states it is led to: a search goes to those of one level in the order in which they were
 * packed, each once, while it packs those of the next.
 */
export interface Packer {
  /** `unfold` costs less than a look for the state in a large table, and `fold` takes what it made as it is. */
  readonly light: boolean;
  /** What was packed since the last time is gone to from here on. */
  turn(): void;
  /**
   * Goes to the state that is packed in `words` words of `from` at `at`, and whose hash is `a`, `b`. What was done since the last time
   * has been taken back.
   */
  go(from: Int32Array, at: number, words: number, a: number, b: number): void;
  /** Most words that `pack` may need now. */
  room(): number;
  /** Packs the state reached since `go` to `to` at `at`; returns the number of words, -1 when there is no memory. */
  pack(to: Int32Array, at: number): number;
  /** Most words that `unfold` may need now. */
  sentRoom(): number;
  /** Packs it as another worker can read it; returns the number of words. */
  unfold(to: Int32Array, at: number): number;
  /** Words that `fold` needs for so many words sent. */
  foldRoom(words: number): number;
  /** Packs as `pack` does what another worker's `unfold` made; returns the number of words, -1 when there is no memory. */
  fold(from: Int32Array, at: number, words: number, to: Int32Array, toAt: number): number;
}

/** In a block of so few words hardly a chunk would come twice. */
const FEW = 64;

export const packerFor = (x: Explorable, budget: Budget): Packer =>
  x.mem.w.length <= FEW ? new WordPacker(x) : new ChunkPacker(x, budget);
