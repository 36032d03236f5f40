/** A word of another edition as it is here, by what its field holds. */
import { NUMBERS } from '../../memory/struct.ts';
import { type Addresses, ANY } from './addresses.ts';
import { gone } from './gone.ts';
import type { Places } from './places.ts';

/** Links that lead nowhere: one that nobody has made yet, and one that a thread is changing. */
const BUSY = 1;

export class Values {
  constructor(
    private readonly addresses: Addresses,
    private readonly places: Places,
    /** Words of the block that they come from. */
    private readonly words: number,
  ) {}

  /** `what`: the field, for a sentence. Throws FileProblem on what leads to something that is not here. */
  of(v: number, holds: string, what: () => string): number {
    if (v === 0 || holds === '' || holds === 'raw') return v;
    if (holds === 'procedure') return v < 0 ? v : this.places.proc(v);
    if (holds === 'place') {
      const place = this.places.at(v);
      if (!place) throw gone(`${what()} is no step of its program`);
      return this.places.step(place);
    }
    if (holds === 'branch')
      return v < 0 ? -this.pointer(-v, 'ebmb_node', what) : this.pointer(v, 'ebmb_node', what);
    if (holds === 'either') return v < NUMBERS ? v : this.pointer(v, ANY, what);
    return this.pointer(v, holds === 'list' ? holds : holds.slice(1), what);
  }

  private pointer(v: number, type: string, what: () => string): number {
    // What leads out of the block is no pointer; whoever follows it is told elsewhere.
    if (v === BUSY || v < 0 || v >= this.words) return v;
    const there = this.addresses.of(v, type === 'mt_list' ? 'list' : type);
    if (there === 0) throw gone(`${what()} leads to what is not here`);
    return there;
  }
}
