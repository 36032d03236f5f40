/** A handshake longer than this is not followed further; certificates chains stay far below. */
const LIMIT = 1 << 17;

/**
 * The beginning of a CRYPTO stream, put together from pieces in any order; pieces may repeat and overlap (RFC 9000
 * section 19.6). Only what is contiguous from offset 0 can be read.
 */
export class CryptoPrefix {
  private bytes = new Uint8Array(0);
  private contiguous = 0;
  private later: { off: number; data: Uint8Array }[] = [];

  /** What is known from the beginning without a gap, as a view that the next `add` may outdate. */
  get view(): Uint8Array {
    return this.bytes.subarray(0, this.contiguous);
  }

  /** Takes the piece src[from, to) at stream offset `off`; returns true if the contiguous part grew. */
  add(off: number, src: Uint8Array, from: number, to: number): boolean {
    if (off + (to - from) > LIMIT) return false;
    if (off > this.contiguous) {
      this.later.push({ off, data: src.slice(from, to) });
      return false;
    }
    if (!this.append(off, src.subarray(from, to))) return false;
    for (let again = true; again; ) {
      again = false;
      this.later = this.later.filter((piece) => {
        if (piece.off > this.contiguous) return true;
        if (this.append(piece.off, piece.data)) again = true;
        return false;
      });
    }
    return true;
  }

  private append(off: number, data: Uint8Array): boolean {
    const end = off + data.length;
    if (end <= this.contiguous) return false;
    if (end > this.bytes.length) {
      const wider = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      wider.set(this.view);
      this.bytes = wider;
    }
    this.bytes.set(data.subarray(this.contiguous - off), this.contiguous);
    this.contiguous = end;
    return true;
  }
}
