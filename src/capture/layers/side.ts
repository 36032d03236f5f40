/** So much is put together in all, bytes. */
const MOST = 64 * 1024 * 1024;

/**
 * Room beside the file for packets that are in no one piece there. An offset at or above the file's length lies here, and counts from
 * there.
 */
export class Side {
  bytes = new Uint8Array(0);
  private used = 0;

  constructor(
    /** Length of the file, bytes. */
    readonly base: number,
    private readonly most = MOST,
  ) {}

  /** Room for `size` further bytes, all 0: where it begins in `bytes`, or -1 when too much has been put together already. */
  take(size: number): number {
    const at = this.used;
    if (at + size > this.most) return -1;
    if (at + size > this.bytes.length) {
      const wider = new Uint8Array(Math.min(this.most, Math.max(2 * this.bytes.length, at + size, 1 << 16)));
      wider.set(this.bytes.subarray(0, at));
      this.bytes = wider;
    }
    this.used = at + size;
    return at;
  }
}
