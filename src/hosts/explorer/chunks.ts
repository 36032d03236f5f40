import type { Budget } from './budget.ts';

/** Words of a chunk, a power of two. */
export const CHUNK = 8;
const SHIFT = 3;

export const chunkOf = (word: number): number => word >> SHIFT;

const FIRST_CHUNKS = 1 << 10;

function hashOf(no: number, words: Int32Array, at: number): number {
  let h = Math.imul(no, 0x9e3779b1);
  for (let k = 0; k < CHUNK; k++) {
    h = Math.imul(h ^ words[at + k]!, 0x85ebca6b);
    h ^= h >>> 15;
  }
  return h;
}

/**
 * Stretches of a block as they have been in some state, each kept once: states of one search are mostly made of the same ones. A
 * chunk is its number in the block and its words; its id is the order of its coming, from 1.
 */
export class Chunks {
  count = 1;
  /** By id: number in the block. */
  nos: Int32Array;
  /** By id: its words, CHUNK each. */
  words: Int32Array;
  private table: Int32Array;

  constructor(private readonly budget: Budget) {
    const first = (n: number): Int32Array => budget.words(n) ?? new Int32Array(n);
    this.nos = first(FIRST_CHUNKS);
    this.words = first(FIRST_CHUNKS * CHUNK);
    this.table = first(FIRST_CHUNKS * 2);
  }

  /** The id of chunk `no` with the CHUNK words of `from` at `at`; 0 when there is no memory for a new one. */
  id(no: number, from: Int32Array, at: number): number {
    const mask = this.table.length - 1;
    let slot = hashOf(no, from, at) & mask;
    for (;;) {
      const id = this.table[slot]!;
      if (id === 0) break;
      if (this.nos[id] === no && this.same(id, from, at)) return id;
      slot = (slot + 1) & mask;
    }
    return this.add(no, from, at);
  }

  private same(id: number, from: Int32Array, at: number): boolean {
    const { words } = this;
    const its = id * CHUNK;
    for (let k = 0; k < CHUNK; k++) if (words[its + k] !== from[at + k]) return false;
    return true;
  }

  private add(no: number, from: Int32Array, at: number): number {
    const id = this.count;
    if (id === this.nos.length && !this.grow()) return 0;
    this.count = id + 1;
    this.nos[id] = no;
    this.words.set(from.subarray(at, at + CHUNK), id * CHUNK);
    this.place(id);
    return id;
  }

  private grow(): boolean {
    const n = this.nos.length * 2;
    const nos = this.budget.grow(this.nos, n);
    if (nos === null) return false;
    this.nos = nos;
    const words = this.budget.grow(this.words, n * CHUNK);
    if (words === null) return false;
    this.words = words;
    const table = this.budget.words(n * 2);
    if (table === null) return false;
    this.budget.give(this.table.length * 4);
    this.table = table;
    for (let id = 1; id < this.count; id++) this.place(id);
    return true;
  }

  /** Puts a chunk in the table, which has room. */
  private place(id: number): void {
    const mask = this.table.length - 1;
    let slot = hashOf(this.nos[id]!, this.words, id * CHUNK) & mask;
    while (this.table[slot] !== 0) slot = (slot + 1) & mask;
    this.table[slot] = id;
  }
}
