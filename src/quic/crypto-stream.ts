import { Reason } from './reason.ts';

/**
 * Puts the CRYPTO frames of one encryption level and direction back in order (RFC 9000 sections 2.2 and 7.5).
 * Frames may come in any order, overlap and repeat; memory is bounded by `limit`.
 */
export class CryptoStream {
  /** The bytes received; only ranges that were added mean something. */
  private data = new Uint8Array(1024);
  /** Received ranges as [begin, end) pairs in order, neither touching nor overlapping. */
  private ranges: number[] = [];
  private readonly limit: number;

  /** `limit` is how far (bytes) data may reach; RFC 9000 7.5 asks for 4096 at least. */
  constructor(limit = 65_536) {
    this.limit = limit;
  }

  /** Bytes received from the beginning on without a gap. */
  get contiguous(): number {
    return this.ranges[0] === 0 ? this.ranges[1]! : 0;
  }

  /** The buffer whose first `contiguous` bytes are in order; replaced when it grows. */
  get bytes(): Uint8Array {
    return this.data;
  }

  /** The received ranges as [begin, end) pairs, for showing gaps. */
  get received(): readonly number[] {
    return this.ranges;
  }

  /**
   * Adds buf[off, +len) at `offset` of the stream. Returns `contiguous`, or `Reason.cryptoBufferExceeded`
   * beyond the limit, or `Reason.cryptoConflict` when bytes that were received before differ; the stream is
   * then as it was.
   */
  add(offset: number, buf: Uint8Array, off: number, len: number): number {
    const end = offset + len;
    if (end > this.limit) return Reason.cryptoBufferExceeded;
    if (len === 0) return this.contiguous;
    if (this.conflicts(offset, buf, off, end)) return Reason.cryptoConflict;
    this.grow(end);
    for (let i = 0; i < len; i++) this.data[offset + i] = buf[off + i]!;
    this.merge(offset, end);
    return this.contiguous;
  }

  private conflicts(offset: number, buf: Uint8Array, off: number, end: number): boolean {
    for (let i = 0; i < this.ranges.length; i += 2) {
      const from = Math.max(offset, this.ranges[i]!);
      const to = Math.min(end, this.ranges[i + 1]!);
      for (let at = from; at < to; at++) if (this.data[at] !== buf[off + at - offset]) return true;
    }
    return false;
  }

  private grow(end: number): void {
    if (end <= this.data.length) return;
    const larger = new Uint8Array(Math.min(this.limit, Math.max(end, 2 * this.data.length)));
    larger.set(this.data);
    this.data = larger;
  }

  private merge(begin: number, end: number): void {
    const merged: number[] = [];
    let from = begin;
    let to = end;
    let placed = false;
    for (let i = 0; i < this.ranges.length; i += 2) {
      const a = this.ranges[i]!;
      const b = this.ranges[i + 1]!;
      if (b < from) {
        merged.push(a, b);
      } else if (a > to) {
        if (!placed) merged.push(from, to);
        placed = true;
        merged.push(a, b);
      } else {
        from = Math.min(from, a);
        to = Math.max(to, b);
      }
    }
    if (!placed) merged.push(from, to);
    this.ranges = merged;
  }
}
