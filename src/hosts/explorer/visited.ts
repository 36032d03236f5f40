import type { Budget } from './budget.ts';

/** Fingerprints are hashed words already: their bits are the place in the table. */
const FIRST_TABLE = 1 << 12;
const FIRST_STATES = 1 << 10;
/** Words of a slot. */
const SLOT = 3;

/**
 * Every state seen, by its fingerprint of 64 bits, with the state it was first reached from and the choice that led there.
 * A state's id is the order of its coming, from 0. Open addressing: a slot holds the fingerprint and the id + 1, beside each other, since
 * in a large table each look elsewhere is a miss of cache and TLB.
 */
export class Visited {
  count = 0;
  private table: Int32Array;
  private mask: number;
  private parents: Int32Array;
  private codes: Int32Array;
  /** Slot where `find` ended: the state's own, or the empty one it would take. */
  private slot = 0;
  /** Says nothing: what `touch` looks at must go somewhere, or the look would be left out. */
  touched = 0;

  constructor(private readonly budget: Budget) {
    const first = (n: number): Int32Array => budget.words(n) ?? new Int32Array(n);
    this.table = first(FIRST_TABLE * SLOT);
    this.mask = FIRST_TABLE - 1;
    this.parents = first(FIRST_STATES);
    this.codes = first(FIRST_STATES);
  }

  /** Id of the state with fingerprint `a`, `b`, or -1. */
  find(a: number, b: number): number {
    const { table, mask } = this;
    let slot = b & mask;
    for (;;) {
      const at = slot * SLOT;
      const id = table[at + 2]!;
      if (id === 0 || (table[at] === a && table[at + 1] === b)) {
        this.slot = slot;
        return id - 1;
      }
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Brings the places of `n` fingerprints into the cache, whose second lanes are given: the look for one waits for memory, and this loop
   * waits for all of them together.
   */
  touch(lanes: Int32Array, n: number): void {
    const { table, mask } = this;
    let bits = 0;
    for (let k = 0; k < n; k++) bits ^= table[(lanes[k]! & mask) * SLOT + 2]!;
    this.touched = bits;
  }

  /** Adds the state that `find` has just not found. Returns its id, or -1 when there is no memory for it. */
  add(a: number, b: number, parent: number, code: number): number {
    const id = this.count;
    if (id === this.parents.length && !this.growStates()) return -1;
    if (4 * id > 3 * this.mask) {
      if (!this.growTable()) return -1;
      this.find(a, b);
    }
    const at = this.slot * SLOT;
    this.table[at] = a;
    this.table[at + 1] = b;
    this.table[at + 2] = id + 1;
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
    const n = this.parents.length * 2;
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
    for (let i = 0; i < old.length; i += SLOT) {
      const id = old[i + 2]!;
      if (id === 0) continue;
      const b = old[i + 1]!;
      let slot = b & mask;
      while (bigger[slot * SLOT + 2] !== 0) slot = (slot + 1) & mask;
      bigger[slot * SLOT] = old[i]!;
      bigger[slot * SLOT + 1] = b;
      bigger[slot * SLOT + 2] = id;
    }
    this.budget.give(old.length * 4);
    this.table = bigger;
    this.mask = mask;
    return true;
  }
}
