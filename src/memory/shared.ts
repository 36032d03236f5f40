import type { Mem } from './mem.ts';

/**
 * Memory that several threads touch at once: `Atomics` exactly where the interface says atomic, plain accesses
 * elsewhere, so that what races in the original races here.
 */
export class SharedMem implements Mem {
  readonly shared = true;
  readonly w: Int32Array;

  constructor(w: Int32Array) {
    this.w = w;
  }

  ld(i: number): number {
    return this.w[i]!;
  }

  st(i: number, v: number): void {
    this.w[i] = v;
  }

  rld(i: number): number {
    return this.w[i]!;
  }

  ald(i: number): number {
    return Atomics.load(this.w, i);
  }

  ast(i: number, v: number): void {
    Atomics.store(this.w, i, v);
  }

  cas(i: number, expected: number, v: number): boolean {
    return Atomics.compareExchange(this.w, i, expected, v) === expected;
  }

  add(i: number, v: number): number {
    return Atomics.add(this.w, i, v);
  }

  or(i: number, v: number): number {
    return Atomics.or(this.w, i, v);
  }

  and(i: number, v: number): number {
    return Atomics.and(this.w, i, v);
  }

  xchg(i: number, v: number): number {
    return Atomics.exchange(this.w, i, v);
  }
}
