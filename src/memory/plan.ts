import { type Mem, POISON } from './mem.ts';
import { type Pool, poolSlot } from './pool.ts';
import { HASHED, RAW, type StructMeta, type WordKind } from './struct.ts';

/** A stretch of the block, for tools that show memory by name. */
export interface Region {
  readonly name: string;
  readonly base: number;
  readonly words: number;
  /** Layout of each of its `n` items, `stride` words apart; absent for bare words. */
  readonly struct?: StructMeta;
  readonly n: number;
  readonly stride: number;
  /** Of bare words: rows of equal length they are made of, one each for a thread. */
  readonly rows?: number;
  /** Of bare words: the struct that each points to. */
  readonly of?: string;
}

/** `n` structs in a row. */
export interface StructArray {
  readonly base: number;
  /** Words of one. */
  readonly size: number;
  readonly n: number;
  /** Pointer to the i-th. */
  at(i: number): number;
}

/** A finished plan. */
export interface BlockLayout {
  readonly words: number;
  /** How each word is hashed: 0 not, 1 always, 2 with time. */
  readonly kinds: Uint8Array;
  readonly regions: readonly Region[];
  readonly pools: readonly Pool[];
  /** Marks all slots free, and puts poison in them where memory is not shared. The block must be all zero before. */
  init(m: Mem): void;
}

export interface PoolOptions {
  /** Allocations may be told to fail. */
  readonly canFail?: boolean;
  /** Each slot begins at a multiple of this many words; 16 is a cache line. */
  readonly align?: number;
}

/** `n`, or the next multiple of `by` above it. */
const up = (n: number, by: number): number => Math.ceil(n / by) * by;

/** A cache line. The first one is reserved: word 0 is NULL, and word 1 is BUSY in an MT_LIST. */
export const LINE = 16;

/** Decides where in the block everything lies. */
export class BlockPlan {
  /** The word that makes the n-th allocation fail, see `Pool.fail`. */
  readonly failWord: number;
  private top = LINE;
  private readonly kinds: KindShape[] = [];
  private readonly regions: Region[] = [];
  private readonly pools: Pool[] = [];

  /**
   * `line`: words that every region, item, slot and summary begins at a multiple of; 1: all lies close. LINE where threads run at once:
   * objects of two of them are never in one cache line.
   */
  constructor(private readonly line = 1) {
    this.failWord = this.words('fail', 1, HASHED);
  }

  /** Room for one struct; returns its pointer. */
  region(s: StructMeta): number {
    return this.array(s, 1).base;
  }

  /** Room for `n` structs in a row. */
  array(s: StructMeta, n: number): StructArray {
    const size = up(s.$size, this.line);
    const base = this.place(s.$name, size * n, { struct: s, n, stride: size });
    this.kinds.push({ base, kinds: s.$kinds, n, stride: size });
    return { base, size, n, at: (i) => base + i * size };
  }

  /** Room for `n` bare words, in `rows` rows; `of`: the struct that each points to. Returns the index of the first. */
  words(name: string, n: number, kind: WordKind, more: { rows?: number; of?: string } = {}): number {
    const base = this.place(name, n, { n, stride: 1, ...more });
    this.kinds.push({ base, kinds: [kind], n, stride: 1 });
    return base;
  }

  /** Room for `perThread` slots of a struct for each of `threads` threads, all free at first. */
  pool(s: StructMeta, threads: number, perThread: number, options: PoolOptions = {}): Pool {
    const bitWords = (perThread + 31) >> 5;
    const bits = this.words(`${s.$name} free`, threads * bitWords, HASHED);
    const sumWords = up((bitWords + 31) >> 5, this.line);
    const sums = this.words(`${s.$name} free words`, threads * sumWords, HASHED);
    const align = options.align ?? this.line;
    const slotWords = up(s.$size, align);
    const n = threads * perThread;
    this.alignTo(align);
    const base = this.place(s.$name, slotWords * n, { struct: s, n, stride: slotWords });
    this.kinds.push({ base, kinds: s.$kinds, n, stride: slotWords });
    const pool: Pool = {
      name: s.$name,
      base,
      slotWords,
      size: s.$size,
      perThread,
      threads,
      bits,
      bitWords,
      sums,
      sumWords,
      canFail: options.canFail ?? false,
      fail: this.failWord,
    };
    this.pools.push(pool);
    return pool;
  }

  /** Closes the plan. */
  build(): BlockLayout {
    this.alignTo(LINE);
    const words = this.top;
    const shapes = [...this.kinds];
    const pools = [...this.pools];
    let kinds: Uint8Array | undefined;
    return {
      words,
      // Hosts that never hash ask for none: in a world of many connections they are as many bytes as words.
      get kinds() {
        kinds ??= kindsOf(words, shapes);
        return kinds;
      },
      regions: [...this.regions],
      pools,
      init: (m) => {
        for (const p of pools) initPool(m, p);
      },
    };
  }

  private place(name: string, words: number, shape: Omit<Region, 'name' | 'base' | 'words'>): number {
    this.alignTo(this.line);
    const base = this.top;
    this.regions.push({ name, base, words, ...shape });
    this.top += words;
    return base;
  }

  private alignTo(words: number): void {
    this.top = up(this.top, words);
  }
}

interface KindShape {
  base: number;
  kinds: readonly WordKind[];
  n: number;
  stride: number;
}

function kindsOf(words: number, shapes: readonly KindShape[]): Uint8Array {
  const kinds = new Uint8Array(words).fill(RAW);
  for (const { base, n, stride, kinds: first } of shapes) {
    if (n === 0) continue;
    kinds.set(first, base);
    // The rest are copies of the first, twice as many at each go: there are many pools of many slots.
    for (let done = 1; done < n; done *= 2)
      kinds.copyWithin(base + done * stride, base, base + Math.min(done, n - done) * stride);
  }
  return kinds;
}

function initPool(m: Mem, pool: Pool): void {
  for (let t = 0; t < pool.threads; t++) {
    setBits(m, pool.bits + t * pool.bitWords, pool.perThread);
    setBits(m, pool.sums + t * pool.sumWords, pool.bitWords);
    // Shared memory has no hash, and its worlds are the big ones: a slot that nobody has had stays as it is, untouched.
    if (m.shared) continue;
    for (let i = 0; i < pool.perThread; i++) {
      const ptr = poolSlot(pool, t, i);
      for (let o = 0; o < pool.size; o++) m.st(ptr + o, POISON);
    }
  }
}

/** Sets the first `n` bits of the words from `at` on. */
function setBits(m: Mem, at: number, n: number): void {
  for (let i = 0; i << 5 < n; i++) {
    const left = n - (i << 5);
    m.st(at + i, left >= 32 ? -1 : (1 << left) - 1);
  }
}
