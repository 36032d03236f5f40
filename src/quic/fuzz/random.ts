/**
 * A small seeded generator (xorshift32), so that every input of the fuzzer can be made again from two numbers.
 */
export class Random {
  private state = 1;

  /** Begins the sequence that belongs to (seed, index). */
  begin(seed: number, index: number): void {
    let x = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) | 0;
    x ^= x >>> 15;
    x = Math.imul(x, 0x2c1b3c6d);
    x ^= x >>> 13;
    this.state = x === 0 ? 1 : x;
  }

  /** The next unsigned 32-bit number. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** A whole number in 0 .. n-1; n is at least 1. */
  below(n: number): number {
    return this.next() % n;
  }

  /** True once in n times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
