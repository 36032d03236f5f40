import type { Explorable } from '../../machine/explorable.ts';
import type { Packer } from './packer.ts';

/** Packs by words, for small blocks. A packed state is what differs from the world's beginning: pairs of word index and word. */
export class WordPacker implements Packer {
  /** Indexes of the words in which the present state differs, `n` of them. */
  private readonly here: Int32Array;
  private n = 0;
  /** By word: whether it is in `here`, or packed already. */
  private readonly seen: Uint8Array;
  private readonly base: Int32Array;

  constructor(private readonly x: Explorable) {
    const { w } = x.mem;
    this.base = w.slice();
    this.here = new Int32Array(w.length);
    this.seen = new Uint8Array(w.length);
  }

  /** Each state is packed by itself. */
  turn(): void {}

  go(from: Int32Array, at: number, words: number, a: number, b: number): void {
    const { base, seen, x, here } = this;
    const { w } = x.mem;
    for (let k = 0; k < this.n; k++) {
      const i = here[k]!;
      w[i] = base[i]!;
      seen[i] = 0;
    }
    const n = words >> 1;
    for (let k = 0; k < n; k++, at += 2) {
      const i = from[at]!;
      w[i] = from[at + 1]!;
      here[k] = i;
      seen[i] = 1;
    }
    this.n = n;
    x.mem.adopt(a, b);
    x.moved?.();
  }

  room(): number {
    return 2 * this.n + this.x.mem.mark();
  }

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
    return at - start;
  }

  sentRoom(): number {
    return this.room();
  }

  unfold(to: Int32Array, at: number): number {
    return this.pack(to, at);
  }

  foldRoom(words: number): number {
    return words;
  }

  fold(from: Int32Array, at: number, words: number, to: Int32Array, toAt: number): number {
    for (let k = 0; k < words; k++) to[toAt + k] = from[at + k]!;
    return words;
  }
}
