import type { Mem } from './mem.ts';
import type { BlockPlan } from './plan.ts';
import { RAW } from './struct.ts';

/**
 * A ring of records for what is only drawn: raw words, so neither hash nor rules see it.
 *
 * Word 0 counts the records ever claimed. Each record begins with its own number plus one, stored last, by which a
 * reader knows a record that is being written or has been overtaken.
 */
export interface Ring {
  readonly base: number;
  /** Records; a power of two. */
  readonly capacity: number;
  /** Words of a record that its writer may use. */
  readonly payload: number;
}

/** Plans a ring. Throws unless `capacity` is a power of two. */
export function planRing(plan: BlockPlan, name: string, capacity: number, payload: number): Ring {
  if (capacity < 1 || (capacity & (capacity - 1)) !== 0) throw new Error(`${name}: capacity ${capacity}`);
  return { base: plan.words(name, 1 + capacity * (payload + 1), RAW), capacity, payload };
}

/** Takes the next record; any thread may. Write `payload` words from `ringAt` on, then `ringPublish`. */
export function ringClaim(m: Mem, ring: Ring): number {
  return m.add(ring.base, 1);
}

/** Index of a record's first payload word. */
export function ringAt(ring: Ring, seq: number): number {
  return ring.base + 2 + (seq & (ring.capacity - 1)) * (ring.payload + 1);
}

/** Shows a written record to readers. */
export function ringPublish(m: Mem, ring: Ring, seq: number): void {
  m.ast(ringAt(ring, seq) - 1, (seq + 1) | 0);
}

/** Number that the next record will get. */
export function ringHead(m: Mem, ring: Ring): number {
  return m.ald(ring.base);
}

/**
 * Reads the records numbered `seq` and up that are still there, oldest first.
 *
 * @param read gets a record's number and the index of its payload; copy the words before it returns
 * @returns the number to ask for next time; a record being written ends the reading
 */
export function ringSince(m: Mem, ring: Ring, seq: number, read: (seq: number, at: number) => void): number {
  const head = ringHead(m, ring);
  let at = head - seq > ring.capacity ? head - ring.capacity : seq;
  for (; at < head; at++) {
    const i = ringAt(ring, at);
    const mark = m.ald(i - 1);
    if (mark > at + 1) continue;
    if (mark !== at + 1) break;
    read(at, i);
  }
  return at;
}
