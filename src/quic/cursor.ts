import { readU16, readU24 } from './bytes.ts';

/**
 * Reads fixed-size fields one after another without looking back: after the first field that does not fit every
 * read gives 0 or an empty range, and `failedAt` tells where it was. For the rare paths (handshake messages);
 * packets and frames use offsets.
 */
export class Cursor {
  readonly buf: Uint8Array;
  at: number;
  readonly end: number;
  /** Offset of the first field that did not fit, -1 while all is well. */
  failedAt = -1;

  constructor(buf: Uint8Array, off: number, end: number) {
    this.buf = buf;
    this.at = off;
    this.end = end;
  }

  get ok(): boolean {
    return this.failedAt < 0;
  }

  get more(): boolean {
    return this.ok && this.at < this.end;
  }

  u8(): number {
    return this.need(1) ? this.buf[this.at++]! : 0;
  }

  u16(): number {
    if (!this.need(2)) return 0;
    this.at += 2;
    return readU16(this.buf, this.at - 2);
  }

  u24(): number {
    if (!this.need(3)) return 0;
    this.at += 3;
    return readU24(this.buf, this.at - 3);
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    if (!this.need(length)) return this.buf.subarray(0, 0);
    this.at += length;
    return this.buf.subarray(this.at - length, this.at);
  }

  /** A cursor over the next `length` bytes, over none when they do not fit. */
  inner(length: number): Cursor {
    const begin = this.at;
    this.bytes(length);
    return new Cursor(this.buf, begin, this.ok ? begin + length : begin);
  }

  /** Takes over the failure of an inner cursor, and marks bytes that it left unread as one. */
  close(inner: Cursor): void {
    if (!this.ok) return;
    if (!inner.ok) this.failedAt = inner.failedAt;
    else if (inner.at < inner.end) this.failedAt = inner.at;
  }

  private need(length: number): boolean {
    if (!this.ok) return false;
    if (this.at + length <= this.end) return true;
    this.failedAt = this.at;
    return false;
  }
}
