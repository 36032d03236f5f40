import type { Explorable } from '../../machine/explorable.ts';
import type { Packer } from './packer.ts';

/** Packs small blocks as they are: all words that are part of a state, one after the other. */
export class WordPacker implements Packer {
  readonly light = true;
  /** Indexes of the words that are part of a state. */
  private readonly kept: Int32Array;

  constructor(private readonly x: Explorable) {
    const { w, kinds } = x.mem;
    this.kept = w.map((_, i) => i).filter((i) => kinds[i] !== 0);
  }

  /** Each state is packed by itself. */
  turn(): void {}

  go(from: Int32Array, at: number, _words: number, a: number, b: number): void {
    const { kept, x } = this;
    const { w } = x.mem;
    for (let k = 0; k < kept.length; k++) w[kept[k]!] = from[at + k]!;
    x.mem.adopt(a, b);
    x.moved?.();
  }

  room(): number {
    return this.kept.length;
  }

  pack(to: Int32Array, at: number): number {
    const { kept } = this;
    const { w } = this.x.mem;
    for (let k = 0; k < kept.length; k++) to[at + k] = w[kept[k]!]!;
    return kept.length;
  }

  sentRoom(): number {
    return this.kept.length;
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
