import type { NativeAead } from './aead.ts';
import { fillGhashTable, GHASH_TABLE_WORDS } from './ghash.ts';
import { Poly1305 } from './poly1305.ts';

/**
 * What sealing and opening need besides keys: small buffers, and the GHASH tables of the keys used last. A
 * table is 16 kB and takes some microseconds to make, so tables are kept for `slots` keys, not for every
 * connection. One workspace serves any number of connections, one call at a time.
 */
export class Workspace {
  readonly hash = new Int32Array(4);
  readonly block = new Int32Array(16);
  readonly bytes = new Uint8Array(64);
  readonly mask = new Uint8Array(5);
  readonly poly = new Poly1305();
  private readonly tables: Int32Array[] = [];
  private readonly owners: GhashOwner[] = [];
  private readonly lastUse: number[] = [];
  private clock = 0;
  private readonly slots: number;

  constructor(
    slots = 64,
    /** Opens large packets in the place of our own code. */
    readonly native?: NativeAead,
  ) {
    this.slots = slots;
  }

  /** The GHASH table of `owner`, made now if it is not among the kept ones. */
  ghashTable(owner: GhashOwner): Int32Array {
    const hint = owner.ghashSlot;
    this.clock++;
    if (this.owners[hint] === owner) {
      this.lastUse[hint] = this.clock;
      return this.tables[hint]!;
    }
    return this.make(owner);
  }

  private make(owner: GhashOwner): Int32Array {
    let slot = this.owners.indexOf(owner);
    if (slot < 0) {
      slot = this.tables.length;
      if (slot < this.slots) this.tables.push(new Int32Array(GHASH_TABLE_WORDS));
      else slot = this.oldest();
      const table = this.tables[slot]!;
      owner.ghashKey(this.block);
      fillGhashTable(table, this.block[0]!, this.block[1]!, this.block[2]!, this.block[3]!);
    }
    this.owners[slot] = owner;
    this.lastUse[slot] = this.clock;
    owner.ghashSlot = slot;
    return this.tables[slot]!;
  }

  private oldest(): number {
    let slot = 0;
    for (let i = 1; i < this.lastUse.length; i++) if (this.lastUse[i]! < this.lastUse[slot]!) slot = i;
    return slot;
  }
}

/** A key that owns a GHASH table: it remembers where it was last, and can tell its H. */
export interface GhashOwner {
  ghashSlot: number;
  /** Writes H as four big-endian words to out[0..3]. */
  ghashKey(out: Int32Array): void;
}
