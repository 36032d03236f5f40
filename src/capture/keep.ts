const CHUNK = 1 << 18;

/** Keeps copies of many short byte ranges in a few large buffers, since a buffer of its own for each would cost more than the bytes. */
export class Keep {
  private chunk = new Uint8Array(0);
  private used = 0;

  /** A copy of src[from, to) that stays as it is. */
  copy(src: Uint8Array, from: number, to: number): Uint8Array {
    const length = to - from;
    if (this.used + length > this.chunk.length) {
      this.chunk = new Uint8Array(Math.max(CHUNK, length));
      this.used = 0;
    }
    const kept = this.chunk.subarray(this.used, this.used + length);
    for (let i = 0; i < length; i++) kept[i] = src[from + i]!;
    this.used += length;
    return kept;
  }
}
