/** States remembered; a power of two. */
const SLOTS = 1 << 15;

/** What was sent to other shards lately, so that a state need not be sent again. Forgetting is harmless. */
export class Recent {
  private readonly a = new Int32Array(SLOTS);
  private readonly b = new Int32Array(SLOTS);
  private readonly level = new Int32Array(SLOTS).fill(-1);
  private readonly key = new Float64Array(SLOTS);

  /** Whether the state has been sent with a schedule that is no greater; if not, it counts as sent now. */
  sent(a: number, b: number, level: number, key: number): boolean {
    const slot = b & (SLOTS - 1);
    const known = this.a[slot] === a && this.b[slot] === b && this.level[slot]! >= 0;
    if (known && (this.level[slot]! < level || this.key[slot]! <= key)) return true;
    this.a[slot] = a;
    this.b[slot] = b;
    this.level[slot] = level;
    this.key[slot] = key;
    return false;
  }
}
