/** States remembered; a power of two. */
const SLOTS = 1 << 15;

export const NEW = 0;
/** It was sent in an earlier level. */
export const EARLIER = 1;
/** It was sent in this level. */
export const NOW = 2;

/** What was sent to other shards lately, so that a state need not be sent again. Forgetting is harmless. */
export class Recent {
  private readonly a = new Int32Array(SLOTS);
  private readonly b = new Int32Array(SLOTS);
  private readonly level = new Int32Array(SLOTS).fill(-1);
  private readonly key = new Float64Array(SLOTS);

  /** As `sent` answers, of a state that is not sent now. */
  was(a: number, b: number, level: number, key: number): typeof NEW | typeof EARLIER | typeof NOW {
    const slot = b & (SLOTS - 1);
    if (this.a[slot] !== a || this.b[slot] !== b || this.level[slot]! < 0) return NEW;
    if (this.level[slot]! < level) return EARLIER;
    return this.key[slot]! <= key ? NOW : NEW;
  }

  /** Whether the state need not be sent: it was, in an earlier level or with a schedule that is no greater. NEW counts as sent now. */
  sent(a: number, b: number, level: number, key: number): typeof NEW | typeof EARLIER | typeof NOW {
    const was = this.was(a, b, level, key);
    if (was !== NEW) return was;
    const slot = b & (SLOTS - 1);
    this.a[slot] = a;
    this.b[slot] = b;
    this.level[slot] = level;
    this.key[slot] = key;
    return NEW;
  }
}
