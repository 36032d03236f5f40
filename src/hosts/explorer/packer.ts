import type { Explorable } from '../../machine/explorable.ts';

/**
 * Sets a world to packed states and packs the states it is led to. A packed state is what differs from the world's
 * beginning: pairs of word index and word.
 */
export class Packer {
  /** Indexes of the words in which the present state differs, `n` of them. */
  private here: Int32Array;
  private n = 0;
  /** For each word: whether it is in `here`, or packed already. */
  private readonly seen: Uint8Array;
  private readonly base: Int32Array;

  constructor(private readonly x: Explorable) {
    const { w } = x.mem;
    this.base = w.slice();
    this.here = new Int32Array(64);
    this.seen = new Uint8Array(w.length);
  }

  /** Goes to the state whose `pairs` pairs lie in `from` at `at`, and whose hash is `a`, `b`. */
  go(from: Int32Array, at: number, pairs: number, a: number, b: number): void {
    const { base, seen, x } = this;
    const { w } = x.mem;
    let { here } = this;
    for (let k = 0; k < this.n; k++) {
      const i = here[k]!;
      w[i] = base[i]!;
      seen[i] = 0;
    }
    if (pairs > here.length) {
      here = new Int32Array(2 * pairs);
      this.here = here;
    }
    for (let k = 0; k < pairs; k++, at += 2) {
      const i = from[at]!;
      w[i] = from[at + 1]!;
      here[k] = i;
      seen[i] = 1;
    }
    this.n = pairs;
    x.mem.adopt(a, b);
    x.moved?.();
  }

  /** Words that `pack` may need now. */
  room(): number {
    return 2 * this.n + this.x.mem.mark();
  }

  /** Packs the state reached since `go` to `to` at `at`; returns the number of pairs. */
  pack(to: Int32Array, at: number): number {
    const { base, seen, here, n } = this;
    const { mem } = this.x;
    const { w, kinds, log } = mem;
    const start = at;
    for (let k = 0; k < n; k++) {
      const i = here[k]!;
      const v = w[i]!;
      if (v === base[i]) continue;
      to[at++] = i;
      to[at++] = v;
    }
    const old = at;
    const end = mem.mark();
    for (let k = 0; k < end; k += 2) {
      const i = log[k]!;
      if (seen[i] !== 0 || kinds[i] === 0) continue;
      const v = w[i]!;
      if (v === base[i]) continue;
      to[at++] = i;
      to[at++] = v;
      seen[i] = 1;
    }
    for (let k = old; k < at; k += 2) seen[to[k]!] = 0;
    return (at - start) >> 1;
  }
}
