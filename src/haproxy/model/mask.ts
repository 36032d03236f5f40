/** Masks of threads: two words side by side, as HAProxy's 64-bit masks; worlds of up to 32 threads never touch the second. */

/** Index of the word of the mask at `at` that thread `t` has its bit in. */
export const maskWord = (at: number, t: number): number => at + (t >> 5);

/** The bit of thread `t` in that word. */
export const maskBit = (t: number): number => 1 << (t & 31);

/** The low (`word` 0) or high word of a mask of the first `threads` threads. */
export function maskOfFirst(threads: number, word: 0 | 1): number {
  const n = word === 0 ? threads : threads - 32;
  if (n <= 0) return 0;
  return n >= 32 ? -1 : (1 << n) - 1;
}
