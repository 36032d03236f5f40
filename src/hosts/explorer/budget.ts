/** Bytes that a search may use, and uses. Nothing is allocated past the limit: the search stops instead. */
export class Budget {
  used = 0;
  /** Something was refused. */
  full = false;

  /** @param limit bytes */
  constructor(readonly limit: number) {}

  /** Whether `bytes` more may be used; they then count. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) {
      this.full = true;
      return false;
    }
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }

  /** Words to use, or null when the limit or the realm refuses them. */
  words(n: number): Int32Array | null {
    if (!this.take(n * 4)) return null;
    try {
      return new Int32Array(n);
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      this.give(n * 4);
      this.full = true;
      return null;
    }
  }

  /** `old` in a bigger array of `n` words; null, with `old` still good, when there is no room for both. */
  grow(old: Int32Array, n: number): Int32Array | null {
    const bigger = this.words(n);
    if (bigger === null) return null;
    bigger.set(old);
    this.give(old.length * 4);
    return bigger;
  }
}
