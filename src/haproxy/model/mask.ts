/** Masks of threads: two words side by side, as HAProxy's 64-bit masks; worlds of up to 32 threads never touch the second. */

/** Index of the word of the mask at `at` that thread `t` has its bit in. */
export const maskWord = (at: number, t: number): number => at + (t >> 5);

/** The bit of thread `t` in that word. */
export const maskBit = (t: number): number => 1 << (t & 31);
