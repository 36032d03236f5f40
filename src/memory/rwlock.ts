import type { Mem } from './mem.ts';

/*
 * One word: 0 free, n > 0 held by n readers, -1 held by one writer.
 * A lost CAS means that another thread got on, so trying anew is no wait loop; the bound is for the proof only.
 */
const WRITER = -1;
const TRIES = 64;

/** Tries to join the readers; false while a writer is in. */
export function rdTry(m: Mem, lock: number): boolean {
  if (m.cas(lock, 0, 1)) return true;
  for (let i = 0; i < TRIES; i++) {
    const v = m.ald(lock);
    if (v === WRITER) return false;
    if (m.cas(lock, v, v + 1)) return true;
  }
  return false;
}

/** Leaves the readers. Throws if nobody was reading. */
export function rdUnlock(m: Mem, lock: number): void {
  if (m.add(lock, -1) <= 0) throw new Error(`rdUnlock: lock ${lock} has no reader`);
}

/** Tries to become the writer; false while anybody is in. */
export function wrTry(m: Mem, lock: number): boolean {
  return m.cas(lock, 0, WRITER);
}

/** Ends writing. Throws if nobody was writing. */
export function wrUnlock(m: Mem, lock: number): void {
  if (!m.cas(lock, WRITER, 0)) throw new Error(`wrUnlock: lock ${lock} has no writer`);
}

/** How many readers hold the lock. */
export function rwReaders(m: Mem, lock: number): number {
  const v = m.ald(lock);
  return v > 0 ? v : 0;
}

/** Whether a writer holds the lock. */
export function rwWriter(m: Mem, lock: number): boolean {
  return m.ald(lock) === WRITER;
}
