import type { Budget } from './budget.ts';

/** Fingerprints are hashed words already: their bits are the place in the table. */
const FIRST_TABLE = 1 << 12;
const FIRST_STATES = 1 << 10;

/**
 * Every state seen, by its fingerprint of 64 bits, with the state it was first reached from and the choice that led there.
 * A state's id is the order of its coming, from 0. Open addressing: a slot holds one half of the fingerprint and the id + 1.
 */
export class Visited {
  count = 0;
  private table: Int32Array;
  private mask: number;
  private half: Int32Array;
  private parents: Int32Array;
  private codes: Int32Array;
  /** Slot where `find` ended: the state's own, or the empty one it would take. */
  private slot = 0;

  constructor(private readonly budget: Budget) {
    const first = (n: number): Int32Array => budget.words(n) ?? new Int32Array(n);
    this.table = first(FIRST_TABLE * 2);
    this.mask = FIRST_TABLE - 1;
    this.half = first(FIRST_STATES);
    this.parents = first(FIRST_STATES);
    this.codes = first(FIRST_STATES);
  }

  /** Id of the state with fingerprint `a`, `b`, or -1. */
  find(a: number, b: number): number {
    const { table, mask, half } = this;
    let slot = b & mask;
    for (;;) {
      const id = table[2 * slot + 1]!;
      if (id === 0) break;
      if (table[2 * slot] === b && half[id - 1] === a) {
        this.slot = slot;
        return id - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.slot = slot;
    return -1;
  }

  /** Adds the state that `find` has just not found. Returns its id, or -1 when there is no memory for it. */
  add(a: number, b: number, parent: number, code: number): number {
    const id = this.count;
    if (id === this.half.length && !this.growStates()) return -1;
    if (2 * id > this.mask) {
      if (!this.growTable()) return -1;
      this.find(a, b);
    }
    this.table[2 * this.slot] = b;
    this.table[2 * this.slot + 1] = id + 1;
    this.half[id] = a;
    this.parents[id] = parent;
    this.codes[id] = code;
    this.count = id + 1;
    return id;
  }

  parent(id: number): number {
    return this.parents[id]!;
  }

  code(id: number): number {
    return this.codes[id]!;
  }

  /** A better way to a state of the level that is being found. */
  reparent(id: number, parent: number, code: number): void {
    this.parents[id] = parent;
    this.codes[id] = code;
  }

  private growStates(): boolean {
    const n = this.half.length * 2;
    const half = this.budget.grow(this.half, n);
    if (half === null) return false;
    this.half = half;
    const parents = this.budget.grow(this.parents, n);
    if (parents === null) return false;
    this.parents = parents;
    const codes = this.budget.grow(this.codes, n);
    if (codes === null) return false;
    this.codes = codes;
    return true;
  }

  private growTable(): boolean {
    const old = this.table;
    const bigger = this.budget.words(old.length * 2);
    if (bigger === null) return false;
    const mask = this.mask * 2 + 1;
    for (let i = 0; i < old.length; i += 2) {
      const id = old[i + 1]!;
      if (id === 0) continue;
      const b = old[i]!;
      let slot = b & mask;
      while (bigger[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      bigger[2 * slot] = b;
      bigger[2 * slot + 1] = id;
    }
    this.budget.give(old.length * 4);
    this.table = bigger;
    this.mask = mask;
    return true;
  }
}
