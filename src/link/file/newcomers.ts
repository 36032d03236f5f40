/**
 * Words that a block has at boot and the other edition's did not have: what they point to at boot goes with them, into slots
 * that are free in the block that is carried over.
 */
import type { Addresses } from './addresses.ts';
import { bitWords, type Edition, type Field, type Slots } from './edition.ts';
import { gone } from './gone.ts';

export class Newcomers {
  /** Where objects of the boot have gone, by pointer. */
  private readonly moved = new Map<number, number>();

  constructor(
    private readonly to: Edition,
    /** Over `to` twice. */
    private readonly addresses: Addresses,
    private readonly boot: Int32Array,
    private readonly out: Int32Array,
  ) {}

  /** A field that both editions have leads to `here` in the block and led to `atBoot` in the boot's: one object. */
  known(atBoot: number, here: number): void {
    if (this.slotAt(atBoot)) this.moved.set(atBoot, here);
  }

  /** Settles a field that stands in `out` as the boot left it. Throws FileProblem. */
  settle(f: Field, at: number): void {
    if (f.holds !== 'list' && !f.holds.startsWith('>')) return;
    for (let i = at; i < at + f.words; i++) this.out[i] = this.pointer(this.out[i]!);
  }

  private pointer(v: number): number {
    const s = this.slotAt(v);
    if (!s) return v;
    const begin = v - ((v - s.base) % s.stride);
    return (this.moved.get(begin) ?? this.take(s, begin)) + (v - begin);
  }

  private slotAt(v: number): Slots | undefined {
    const s = this.addresses.stretchAt(v);
    return s && this.to.pools.find((p) => p === s);
  }

  /** Puts an object of the boot into a free slot of the same thread's. */
  private take(s: Slots, begin: number): number {
    const { out, boot } = this;
    const each = s.n / s.rows;
    const thread = Math.floor((begin - s.base) / s.stride / each);
    const bits = s.bits + thread * bitWords(s);
    const slot = Array.from({ length: each }, (_, i) => i).find(
      (i) => out[bits + (i >> 5)]! & (1 << (i & 31)),
    );
    if (slot === undefined) throw gone(`the pool ${s.name} has no room for what there is since`);
    const at = s.base + (thread * each + slot) * s.stride;
    out[bits + (slot >> 5)]! &= ~(1 << (slot & 31));
    this.moved.set(begin, at);
    out.set(boot.subarray(begin, begin + s.stride), at);
    for (const f of this.to.structs.get(s.struct) ?? []) this.settle(f, at + f.offset);
    return at;
  }
}
