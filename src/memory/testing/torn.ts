import type { Mem } from '../mem.ts';
import { Naps } from './napping.ts';

/** Shared memory whose atomic operations are not atomic, and slow. Whatever is built on it must be found broken. */
export class TornMem implements Mem {
  readonly shared = true;
  readonly w: Int32Array;
  private readonly naps = new Naps(61);

  constructor(w: Int32Array) {
    this.w = w;
  }

  ld(i: number): number {
    return this.w[i]!;
  }

  st(i: number, v: number): void {
    this.w[i] = v;
    this.naps.pause();
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
    if (this.slow(i) !== expected) return false;
    Atomics.store(this.w, i, v);
    return true;
  }

  add(i: number, v: number): number {
    return this.swap(i, (old) => old + v);
  }

  or(i: number, v: number): number {
    return this.swap(i, (old) => old | v);
  }

  and(i: number, v: number): number {
    return this.swap(i, (old) => old & v);
  }

  xchg(i: number, v: number): number {
    return this.swap(i, () => v);
  }

  private swap(i: number, next: (old: number) => number): number {
    const old = this.slow(i);
    Atomics.store(this.w, i, next(old));
    return old;
  }

  /** A load with a pause behind it, in which the other thread gets its chance. */
  private slow(i: number): number {
    const v = Atomics.load(this.w, i);
    for (let n = 0; n < 20; n++) Atomics.load(this.w, i);
    this.naps.pause();
    return v;
  }
}
