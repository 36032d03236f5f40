import { SharedMem } from '../shared.ts';

/** Now and then gives the processor away, so that threads meet in the middle of things on one processor too. */
export class Naps {
  private readonly bed = new Int32Array(new SharedArrayBuffer(4));
  private readonly every: number;
  private count = 0;

  constructor(every: number) {
    this.every = every;
  }

  pause(): void {
    this.count++;
    if (this.count % this.every === 0) Atomics.wait(this.bed, 0, 0, 0.01);
  }
}

/** Sound shared memory whose thread falls asleep between accesses, also while it holds links or a lock. */
export class NappingMem extends SharedMem {
  private readonly naps = new Naps(97);

  override ald(i: number): number {
    this.naps.pause();
    return super.ald(i);
  }

  override ast(i: number, v: number): void {
    this.naps.pause();
    super.ast(i, v);
  }

  override st(i: number, v: number): void {
    this.naps.pause();
    super.st(i, v);
  }

  override cas(i: number, expected: number, v: number): boolean {
    this.naps.pause();
    return super.cas(i, expected, v);
  }

  override add(i: number, v: number): number {
    this.naps.pause();
    return super.add(i, v);
  }

  override or(i: number, v: number): number {
    this.naps.pause();
    return super.or(i, v);
  }

  override xchg(i: number, v: number): number {
    this.naps.pause();
    return super.xchg(i, v);
  }
}
