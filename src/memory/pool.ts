import { type Mem, POISON, RETRY } from './mem.ts';

/**
 * Slots of one struct, a range of them for each thread. A bitmap says which are free (bit set).
 *
 * Any thread may free; only one at a time may allocate from a given thread's range.
 */
export interface Pool {
  readonly name: string;
  /** Index of the first slot. */
  readonly base: number;
  /** Distance from one slot to the next, in words. */
  readonly slotWords: number;
  /** Words of a slot that are used; the rest is padding that nobody touches. */
  readonly size: number;
  /** Slots of each thread. */
  readonly perThread: number;
  readonly threads: number;
  /** Index of the bitmap. */
  readonly bits: number;
  /** Bitmap words of each thread. */
  readonly bitWords: number;
  /** Index of the summary: a bit for each bitmap word, set while that word has a bit set. */
  readonly sums: number;
  /** Summary words of each thread. */
  readonly sumWords: number;
  /** Whether allocations count down the failure word. */
  readonly canFail: boolean;
  /** Index of the failure word: n > 0 lets the n-th allocation from here fail that would have succeeded. */
  readonly fail: number;
}

const TRIES = 8;

/** Pointer to slot `i` of a thread's range. */
export function poolSlot(pool: Pool, thread: number, i: number): number {
  return pool.base + (thread * pool.perThread + i) * pool.slotWords;
}

/** Number of the slot a pointer points to, over all threads. Throws if it is not the beginning of one. */
export function poolIndex(pool: Pool, ptr: number): number {
  const at = ptr - pool.base;
  const i = (at / pool.slotWords) | 0;
  if (at < 0 || i >= pool.threads * pool.perThread || i * pool.slotWords !== at) {
    throw new Error(`${pool.name}: ${ptr} is not a slot`);
  }
  return i;
}

/** The thread whose range a slot belongs to, whoever uses it. */
export function poolHome(pool: Pool, ptr: number): number {
  return (poolIndex(pool, ptr) / pool.perThread) | 0;
}

/**
 * Takes the lowest free slot of a thread's range, zeroed.
 *
 * Returns 0 when the range is exhausted or the allocation was told to fail, RETRY on a conflict.
 */
export function poolAlloc(m: Mem, pool: Pool, thread: number): number {
  const first = pool.bits + thread * pool.bitWords;
  for (let tries = 0; tries < TRIES; tries++) {
    // Read before the slot is taken and confirmed after: nobody else has counted down in between.
    const toFail = pool.canFail ? m.ald(pool.fail) : 0;
    const word = lowestWord(m, pool, thread);
    if (word < 0) return 0;
    const v = m.ald(first + word);
    if (v === 0) {
      // Whoever freed here last told the summary late, when the slot had been taken again.
      clearSummary(m, pool, thread, word);
      continue;
    }
    const bit = v & -v;
    if (!m.cas(first + word, v, v & ~bit)) continue;
    if (v === bit) clearSummary(m, pool, thread, word);
    // A slot freed behind the search would make this one not the lowest.
    if (m.shared && lowestWord(m, pool, thread, word) >= 0) {
      giveBack(m, pool, thread, word, bit);
      continue;
    }
    if (toFail > 0) {
      const counted = m.cas(pool.fail, toFail, toFail - 1);
      if (!counted || toFail === 1) giveBack(m, pool, thread, word, bit);
      if (!counted) continue;
      if (toFail === 1) return 0;
    }
    const ptr = poolSlot(pool, thread, (word << 5) + 31 - Math.clz32(bit));
    for (let i = ptr, end = ptr + pool.size; i < end; i++) m.st(i, 0);
    return ptr;
  }
  return RETRY;
}

/** Lowest bitmap word below `end` that has a free slot, or -1. */
function lowestWord(m: Mem, pool: Pool, thread: number, end = pool.bitWords): number {
  const first = pool.sums + thread * pool.sumWords;
  for (let i = 0; i << 5 < end; i++) {
    const v = m.ald(first + i);
    if (v === 0) continue;
    const word = (i << 5) + 31 - Math.clz32(v & -v);
    return word < end ? word : -1;
  }
  return -1;
}

function clearSummary(m: Mem, pool: Pool, thread: number, word: number): void {
  const sum = pool.sums + thread * pool.sumWords + (word >> 5);
  m.and(sum, ~(1 << (word & 31)));
  // A slot freed in between has set the summary bit before it went.
  if (m.shared && m.ald(pool.bits + thread * pool.bitWords + word) !== 0) m.or(sum, 1 << (word & 31));
}

/** Sets a free bit; returns the bitmap word as it was. */
function giveBack(m: Mem, pool: Pool, thread: number, word: number, bit: number): number {
  const old = m.or(pool.bits + thread * pool.bitWords + word, bit);
  if (m.shared || old === 0) m.or(pool.sums + thread * pool.sumWords + (word >> 5), 1 << (word & 31));
  return old;
}

/**
 * Poisons a slot and gives it back to its home thread's range, whoever frees it.
 *
 * Returns 1. Throws on a pointer that is not a slot and on a slot that is free already.
 */
export function poolFree(m: Mem, pool: Pool, ptr: number): number {
  if (poolIsFree(m, pool, ptr)) throw new Error(`${pool.name}: ${ptr} freed twice`);
  for (let i = ptr, end = ptr + pool.size; i < end; i++) m.st(i, POISON);
  const i = poolIndex(pool, ptr);
  const thread = (i / pool.perThread) | 0;
  const slot = i - thread * pool.perThread;
  const bit = 1 << (slot & 31);
  if (giveBack(m, pool, thread, slot >> 5, bit) & bit) throw new Error(`${pool.name}: ${ptr} freed twice`);
  return 1;
}

/** Whether a slot is free. Throws on a pointer that is not a slot. */
export function poolIsFree(m: Mem, pool: Pool, ptr: number): boolean {
  const i = poolIndex(pool, ptr);
  const thread = (i / pool.perThread) | 0;
  const slot = i - thread * pool.perThread;
  return ((m.ald(pool.bits + thread * pool.bitWords + (slot >> 5)) >>> (slot & 31)) & 1) !== 0;
}

/** How many slots are in use, of all threads. */
export function poolCount(m: Mem, pool: Pool): number {
  let free = 0;
  for (let i = 0; i < pool.threads * pool.bitWords; i++) free += popcount(m.ald(pool.bits + i));
  return pool.threads * pool.perThread - free;
}

/** The used slot that follows `after` (0 for the first), or 0 when there are no more. */
export function poolNext(m: Mem, pool: Pool, after: number): number {
  const { perThread } = pool;
  const n = pool.threads * perThread;
  let i = after === 0 ? 0 : poolIndex(pool, after) + 1;
  while (i < n) {
    const thread = (i / perThread) | 0;
    const slot = i - thread * perThread;
    // Those of one bitmap word at once: most of a large pool is free.
    const word = pool.bits + thread * pool.bitWords + (slot >> 5);
    const used = (~m.ald(word) >>> (slot & 31)) << (slot & 31);
    const found = (slot & ~31) + (used === 0 ? 32 : 31 - Math.clz32(used & -used));
    if (found < perThread && used !== 0) return poolSlot(pool, thread, found);
    i = thread * perThread + Math.min(perThread, (slot & ~31) + 32);
  }
  return 0;
}

function popcount(v: number): number {
  let x = v - ((v >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
