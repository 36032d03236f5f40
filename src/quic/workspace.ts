import type { NativeAead } from './aead.ts';
import type { CompiledGcm } from './compiled.ts';
import type { CompiledChaCha } from './compiled-chacha.ts';
import { fillGhashTable, GHASH_TABLE_WORDS } from './ghash.ts';
import { Poly1305 } from './poly1305.ts';
import { type Placed, Slots } from './slots.ts';

/** What the host has that seals and opens in the place of our own JavaScript, and gives the same. */
export interface Engines {
  /** Opens large packets. */
  readonly native?: NativeAead | undefined;
  /** Seals and opens with AES-GCM. */
  readonly gcm?: CompiledGcm | undefined;
  /** Seals and opens with ChaCha20-Poly1305. */
  readonly chacha?: CompiledChaCha | undefined;
}

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
  private readonly slots: Slots<GhashOwner>;

  constructor(
    slots = 64,
    readonly engines: Engines = {},
  ) {
    this.slots = new Slots(slots);
  }

  /** The GHASH table of `owner`, made now if it is not among the kept ones. */
  ghashTable(owner: GhashOwner): Int32Array {
    const slot = this.slots.of(owner);
    if (slot >= 0) return this.tables[slot]!;
    this.tables[~slot] ??= new Int32Array(GHASH_TABLE_WORDS);
    const table = this.tables[~slot]!;
    owner.ghashKey(this.block);
    fillGhashTable(table, this.block[0]!, this.block[1]!, this.block[2]!, this.block[3]!);
    return table;
  }
}

/** A key that owns a GHASH table: it can tell its H. */
export interface GhashOwner extends Placed {
  /** Writes H as four big-endian words to out[0..3]. */
  ghashKey(out: Int32Array): void;
}
