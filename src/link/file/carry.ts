/**
 * A block of another edition as a block of this one: what has a name on both sides is moved, word by word, and what leads
 * somewhere leads to where that is now. Words that have come since are as at boot. What has no place here ends in a FileProblem
 * that names it. What comes out is as little to be believed as what went in: `sound` looks it over.
 */
import { Mpring } from '../../haproxy/model/layouts.ts';
import { silent } from '../../haproxy/step/events.ts';
import { Machine } from '../../machine/machine.ts';
import { setUp } from '../../machine/setup.ts';
import { memOf, refill } from '../../memory/bounded.ts';
import { POISON } from '../../memory/mem.ts';
import type { Pool } from '../../memory/pool.ts';
import type { Made } from '../../scenario/world.ts';
import { Addresses, itemOf } from './addresses.ts';
import { countAnew, countProcess, joinRings } from './counts.ts';
import { bitWords, type Edition, editionOf, type Slots, type Stretch } from './edition.ts';
import { endsOfConnections } from './ends.ts';
import { FileProblem } from './fields.ts';
import { moveStacks } from './frames.ts';
import { gone } from './gone.ts';
import { inboxesIntoRings } from './inboxes.ts';
import { Items } from './items.ts';
import { Newcomers } from './newcomers.ts';
import { Places } from './places.ts';
import { Values } from './values.ts';

/** The block up to its event ring, from `words` of edition `from`. Throws FileProblem. */
export function carried(words: Int32Array, from: Edition, made: Pick<Made, 'W' | 'P'>): Int32Array {
  const to = editionOf(made);
  const { W, P } = made;
  const c = new Carrying(words, from, to, booted(made).subarray(0, to.words), P.renamed);
  for (const [name, pool] of Object.entries(W.pools)) c.empty(name, pool);
  for (const p of from.pools) c.pool(p);
  for (const s of from.regions) c.region(s);
  c.settle();
  moveStacks(c, W);
  if (W.cfg.mpring && !from.regions.some((s) => s.name === Mpring.$name)) inboxesIntoRings(c.out, made);
  for (const pool of Object.values(W.pools)) summed(c.out, pool);
  if (from.counting < 2) {
    countAnew(c.out, W);
    joinRings(c.out, W, P);
  }
  if (from.counting < to.counting) countProcess(c.out, W, P);
  if (from.counting < 6 && P.traits.socketsFail) endsOfConnections(c.out, W);
  return c.out;
}

/** The block at boot. The sizes of its pools come from outside: with too little room its threads may never come to rest. */
function booted({ W, P }: Pick<Made, 'W' | 'P'>): Int32Array {
  const m = memOf(new Int32Array(W.layout.words), true);
  try {
    setUp(m, W, P);
    refill(m);
    new Machine(m, W, P, silent).boot();
  } catch {
    throw new FileProblem('The file is not what it says: no world begins with the sizes of its pools.');
  }
  return m.w;
}

class Carrying {
  readonly out: Int32Array;
  readonly places: Places;
  readonly values: Values;
  private readonly addresses: Addresses;
  private readonly items: Items;
  private readonly newcomers: Newcomers;
  /** Stretches that both editions have. */
  private readonly done = new Set<Stretch>();

  constructor(
    readonly words: Int32Array,
    readonly from: Edition,
    readonly to: Edition,
    private readonly boot: Int32Array,
    renamed: ReadonlyMap<string, string>,
  ) {
    this.out = boot.slice();
    this.addresses = new Addresses(from, to);
    this.places = new Places(from, to, renamed);
    this.values = new Values(this.addresses, this.places, words.length);
    this.items = new Items(from, to, this.values, words, this.out);
    this.newcomers = new Newcomers(to, new Addresses(to, to), boot, this.out);
  }

  /** Frees every slot of a pool of this edition. */
  empty(name: string, pool: Pool): void {
    const { out } = this;
    const slots = this.to.pools.find((p) => p.name === name)!;
    for (const at of live(this.boot, slots)) out.fill(POISON, at, at + pool.size);
    for (let t = 0; t < pool.threads; t++)
      for (let i = 0; i < pool.perThread; i++)
        out[pool.bits + t * pool.bitWords + (i >> 5)]! |= 1 << (i & 31);
  }

  /** Moves the slots in use. */
  pool(s: Slots): void {
    const to = this.to.pools.find((p) => p === this.addresses.targetOf(s));
    for (const at of live(this.words, s)) {
      if (!to) throw gone(`there is no pool ${s.name}`);
      const j = itemOf(s, to, (at - s.base) / s.stride);
      if (j < 0) throw gone(`the pool ${s.name} has room for ${to.n / to.rows} a thread, too few`);
      const each = to.n / to.rows;
      const slot = j % each;
      const there = to.base + j * to.stride;
      this.out[to.bits + Math.floor(j / each) * bitWords(to) + (slot >> 5)]! &= ~(1 << (slot & 31));
      this.items.begin(s.struct, there);
      this.items.move(s.struct, at, there);
    }
  }

  /** Moves what lies in a stretch outside the pools; the stacks come later. */
  region(s: Stretch): void {
    if (s.name === 'stack') return;
    const to = this.addresses.targetOf(s);
    if (to) this.done.add(to);
    for (let i = 0; i < s.n; i++) {
      const at = s.base + i * s.stride;
      const j = to ? itemOf(s, to, i) : -1;
      if (!to || j < 0) this.nothing(s, at);
      else if (s.struct === '') this.out[to.base + j] = this.bare(s, this.words[at]!);
      else this.items.move(s.struct, at, to.base + j * to.stride);
    }
  }

  /** Puts what has come since in its place, with what it points to at boot. */
  settle(): void {
    const { newcomers, items, to, boot, out } = this;
    for (const s of this.done) {
      if (s.struct === '') continue;
      const fresh = new Set(items.fresh(s.struct));
      const both = to.structs.get(s.struct)!.filter((f) => f.holds.startsWith('>') && !fresh.has(f));
      for (let at = s.base; at < s.base + s.n * s.stride; at += s.stride)
        for (const f of both) newcomers.known(boot[at + f.offset]!, out[at + f.offset]!);
    }
    for (const s of to.regions) {
      if (s.struct === '' || s.name === 'stack') continue;
      const fresh = this.done.has(s) ? items.fresh(s.struct) : to.structs.get(s.struct)!;
      for (let at = s.base; fresh.length > 0 && at < s.base + s.n * s.stride; at += s.stride)
        for (const f of fresh) newcomers.settle(f, at + f.offset);
    }
  }

  private bare(s: Stretch, v: number): number {
    return s.of === '' ? v : this.values.of(v, `>${s.of}`, () => `a word of ${s.name}`);
  }

  /** Throws FileProblem unless an item that has no place here holds nothing: zeros, and lists of nobody. */
  private nothing(s: Stretch, at: number): void {
    const { words } = this;
    for (let i = at; i < at + s.stride; i++) {
      const v = words[i]!;
      if (v !== 0 && v !== i && v !== i - 1) throw gone(`there is no room for ${s.name}`);
    }
  }
}

/** Pointers to the slots of a pool that are in use. */
function* live(words: Int32Array, s: Slots): Generator<number> {
  const each = s.n / s.rows;
  for (let t = 0; t < s.rows; t++)
    for (let i = 0; i < each; i++) {
      const free = words[s.bits + t * bitWords(s) + (i >> 5)]! & (1 << (i & 31));
      if (!free) yield s.base + (t * each + i) * s.stride;
    }
}

/** Writes which words of a pool's bitmap have a bit set. */
function summed(out: Int32Array, p: Pool): void {
  out.fill(0, p.sums, p.sums + p.threads * p.sumWords);
  for (let t = 0; t < p.threads; t++)
    for (let w = 0; w < p.bitWords; w++)
      if (out[p.bits + t * p.bitWords + w] !== 0) out[p.sums + t * p.sumWords + (w >> 5)]! |= 1 << (w & 31);
}
