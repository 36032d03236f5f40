import type { Mem } from './mem.ts';

/** Memory that one thread touches at a time: inline hosts, and workers that take turns. */
export class PlainMem implements Mem {
  readonly shared = false;
  w: Int32Array;

  constructor(w: Int32Array) {
    this.w = w;
  }

  /** Goes on with the same words in another buffer: a block that is handed from worker to worker. */
  moveTo(w: Int32Array): void {
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
    return this.w[i]!;
  }

  ast(i: number, v: number): void {
    this.w[i] = v;
  }

  cas(i: number, expected: number, v: number): boolean {
    if (this.w[i] !== expected) return false;
    this.w[i] = v;
    return true;
  }

  add(i: number, v: number): number {
    const old = this.w[i]!;
    this.w[i] = old + v;
    return old;
  }

  or(i: number, v: number): number {
    const old = this.w[i]!;
    this.w[i] = old | v;
    return old;
  }

  and(i: number, v: number): number {
    const old = this.w[i]!;
    this.w[i] = old & v;
    return old;
  }

  xchg(i: number, v: number): number {
    const old = this.w[i]!;
    this.w[i] = v;
    return old;
  }
}
