import { TIME } from './struct.ts';

/*
 * A block's hash is the exclusive or of one contribution a word, in two lanes of 32 bits, so a store can update it
 * without looking at the rest. A zero word contributes nothing, which keeps empty blocks cheap.
 * The lanes combine index and value differently: a pair that collides in one has no reason to in the other.
 */

/** Contribution of word `i` with value `v` to the first lane. */
export function mixA(i: number, v: number): number {
  if (v === 0) return 0;
  let x = v ^ Math.imul(i, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Contribution of word `i` with value `v` to the second lane. */
export function mixB(i: number, v: number): number {
  if (v === 0) return 0;
  let x = (Math.imul(v, 0x27d4eb2f) + Math.imul(i ^ (i >>> 15), 0x165667b1) + 0x2545f491) | 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}

/** The two lanes as 16 hex digits. */
export function hashText(a: number, b: number): string {
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

/**
 * The hash of a block that is looked at again and again. A look goes over all words, in portions where they are many (a block of many
 * megabytes would hold its realm up), and mixes in those that have changed since the one before.
 */
export class Hashing {
  private a = 0;
  private b = 0;
  private next = 0;
  /** Each word as it was taken in; 0 contributes nothing, as what was never looked at. */
  private readonly seen: Int32Array;

  /**
   * @param kinds how each word is hashed (`BlockLayout.kinds`)
   * @param withTime whether words of the virtual clock count
   */
  constructor(
    private readonly kinds: Uint8Array,
    private readonly withTime: boolean,
  ) {
    this.seen = new Int32Array(kinds.length);
  }

  /** A look begins: none of the words counts as looked at, though what was taken in of them stays until they are. */
  begin(): void {
    this.next = 0;
  }

  /** Looks at the next `words` words of `w`; says whether all have been looked at. */
  step(w: Int32Array, words: number): boolean {
    const { kinds, seen } = this;
    const most = this.withTime ? TIME : TIME - 1;
    const end = Math.min(this.next + words, kinds.length);
    let { a, b } = this;
    for (let i = this.next; i < end; i++) {
      const v = w[i]!;
      const was = seen[i]!;
      if (v === was) continue;
      const kind = kinds[i]!;
      if (kind === 0 || kind > most) continue;
      a ^= mixA(i, v) ^ mixA(i, was);
      b ^= mixB(i, v) ^ mixB(i, was);
      seen[i] = v;
    }
    this.a = a;
    this.b = b;
    this.next = end;
    return end === kinds.length;
  }

  /** What has been taken in, as 16 hex digits: the block's hash once all words have been looked at. */
  get text(): string {
    return hashText(this.a, this.b);
  }
}

/** Hash of a whole block as 16 hex digits, equal to what `JournaledMem` keeps up to date. */
export function hashWords(w: Int32Array, kinds: Uint8Array, withTime: boolean): string {
  const most = withTime ? TIME : TIME - 1;
  let a = 0;
  let b = 0;
  for (let i = 0; i < kinds.length; i++) {
    const v = w[i]!;
    if (v === 0) continue;
    const kind = kinds[i]!;
    if (kind === 0 || kind > most) continue;
    a ^= mixA(i, v);
    b ^= mixB(i, v);
  }
  return hashText(a, b);
}
