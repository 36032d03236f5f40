import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CidNode, CidRoot, cidDelete, cidInsert, cidLookup } from './cidtree.ts';
import { hashWords } from './hash.ts';
import { Access, JournaledMem } from './journaled.ts';
import { listAppend, listDelete, listEmpty, listInit } from './list.ts';
import type { Mem } from './mem.ts';
import { mtlAppend, mtlDelete, mtlInit, mtlPop, mtlSpliceToList, mtlTryAppend } from './mtlist.ts';
import { PlainMem } from './plain.ts';
import { BlockPlan } from './plan.ts';
import { poolAlloc, poolFree, poolNext } from './pool.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from './rwlock.ts';
import { SharedMem } from './shared.ts';
import { f, HASHED, RAW, struct } from './struct.ts';

const Thing = struct('thing', {
  link: f.list,
  inbox: f.mtlist,
  cid: f.part(CidNode),
  value: f.atomic,
  expire: f.time,
  drawn: f.raw,
});
const World = struct('world', {
  list: f.list,
  inbox: f.mtlist,
  lock: f.atomic,
  root: f.part(CidRoot),
  now: f.time,
});

const plan = new BlockPlan();
const world = plan.region(World);
const things = plan.pool(Thing, 2, 5, { canFail: true });
const rates = plan.words('rates', 2, RAW);
const total = plan.words('total', 1, HASHED);
const block = plan.build();

function begin(m: Mem): void {
  block.init(m);
  listInit(m, world + World.list);
  mtlInit(m, world + World.inbox);
}

const all = fc.constantFrom(
  'alloc',
  'free',
  'append',
  'tryAppend',
  'pop',
  'delete',
  'splice',
  'insert',
  'remove',
  'look',
  'lock',
  'words',
);
const ops = fc.array(fc.record({ what: all, a: fc.nat(9), v: fc.integer() }), { maxLength: 80 });
type OpIn = { what: string; a: number; v: number };

/** The `n`-th used slot, or 0. */
function used(m: Mem, n: number): number {
  let ptr = poolNext(m, things, 0);
  for (let i = 0; i < n && ptr !== 0; i++) ptr = poolNext(m, things, ptr);
  return ptr;
}

function locked(m: Mem, tryLock: typeof rdTry, unlock: typeof rdUnlock): boolean {
  const got = tryLock(m, world + World.lock);
  if (got) unlock(m, world + World.lock);
  return got;
}

function run(m: Mem, { what, a, v }: OpIn): number | boolean {
  const inbox = world + World.inbox;
  const root = world + World.root;
  if (what === 'alloc') {
    const ptr = poolAlloc(m, things, a & 1);
    if (ptr > 0) {
      listInit(m, ptr + Thing.link);
      mtlInit(m, ptr + Thing.inbox);
      m.st(ptr + Thing.cid + CidNode.key, v & 0xff0000);
      m.st(ptr + Thing.cid + CidNode.keyLen, 8);
    }
    return ptr;
  }
  const x = used(m, a);
  const link = x + Thing.link;
  const node = x + Thing.cid;
  switch (what) {
    case 'words':
      m.st(rates, v);
      m.st(world + World.now, v >>> 1);
      if (a === 0) m.st(plan.failWord, 1 + (v & 3));
      if (m.cas(total, v & 1, v)) return m.xchg(rates + 1, v);
      return m.add(total, v) + m.or(total, a) + m.and(total, v | 3);
    case 'lock':
      if (a & 1) return locked(m, wrTry, wrUnlock);
      return locked(m, rdTry, rdUnlock);
    case 'pop':
      return mtlPop(m, inbox);
    case 'splice': {
      const n = mtlSpliceToList(m, inbox, world + World.list);
      for (let i = 0; i < n; i++) listDelete(m, m.ld(world + World.list));
      return n;
    }
  }
  if (x === 0) return 0;
  switch (what) {
    case 'append':
      if (listEmpty(m, link)) listAppend(m, world + World.list, link);
      else listDelete(m, link);
      return m.xchg(x + Thing.value, v) + m.ald(x + Thing.value);
    case 'tryAppend':
      return a & 1 && listEmpty(m, x + Thing.inbox)
        ? mtlAppend(m, inbox, x + Thing.inbox)
        : mtlTryAppend(m, inbox, x + Thing.inbox);
    case 'delete':
      return mtlDelete(m, x + Thing.inbox);
    case 'look':
      return cidLookup(m, root, v & 0xff0000, 0, 0, 0, 0, 8);
    case 'insert':
      return cidLookup(m, root, m.ld(node), 0, 0, 0, 0, 8) === node ? node : cidInsert(m, root, node);
    case 'remove':
      return cidDelete(m, root, node);
    default:
      m.st(x + Thing.expire, v);
      m.st(x + Thing.drawn, v);
      cidDelete(m, root, node);
      mtlDelete(m, x + Thing.inbox);
      listDelete(m, link);
      return poolFree(m, things, x);
  }
}

/** The same words with nothing in the slots that nobody has had, as shared memory leaves them. */
function untouched(w: Int32Array, had: ReadonlySet<number>): Int32Array {
  const out = w.slice();
  for (let i = 0; i < things.threads * things.perThread; i++) {
    const at = things.base + i * things.slotWords;
    if (!had.has(at)) out.fill(0, at, at + things.size);
  }
  return out;
}

describe('the three memories', () => {
  test('the same operations give the same results and the same words', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const plain = new PlainMem(new Int32Array(block.words));
        const shared = new SharedMem(new Int32Array(new SharedArrayBuffer(block.words * 4)));
        const journaled = new JournaledMem(new Int32Array(block.words), block.kinds);
        for (const m of [plain, shared, journaled]) begin(m);
        const had = new Set<number>();
        for (const op of list) {
          const result = run(plain, op);
          if (op.what === 'alloc') had.add(result as number);
          expect(run(shared, op)).toBe(result);
          expect(run(journaled, op)).toBe(result);
        }
        expect([...shared.w]).toEqual([...untouched(plain.w, had)]);
        expect(journaled.w).toEqual(plain.w);
      }),
      { numRuns: 200 },
    );
  });
});

describe('journaled memory', () => {
  const make = (): JournaledMem => {
    const m = new JournaledMem(new Int32Array(block.words), block.kinds);
    begin(m);
    return m;
  };

  test('undo restores words and hash exactly, from any mark', () => {
    fc.assert(
      fc.property(ops, fc.array(fc.nat(), { maxLength: 4 }), (list, backs) => {
        const m = make();
        const moments = [{ mark: m.mark(), w: m.w.slice(), hash: m.hash(true), timeless: m.hash(false) }];
        for (const op of list) {
          run(m, op);
          moments.push({ mark: m.mark(), w: m.w.slice(), hash: m.hash(true), timeless: m.hash(false) });
        }
        for (const back of [...backs, 0].map((n) => n % moments.length).sort((x, y) => y - x)) {
          const then = moments[back]!;
          m.undo(then.mark);
          expect(m.w).toEqual(then.w);
          expect([m.hash(true), m.hash(false)]).toEqual([then.hash, then.timeless]);
          moments.length = back + 1;
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the hash it keeps equals a full pass', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const m = make();
        for (const op of list) run(m, op);
        expect(m.hash(true)).toBe(hashWords(m.w, block.kinds, true));
        expect(m.hash(false)).toBe(hashWords(m.w, block.kinds, false));
        const kept = m.hash(true);
        m.restart();
        expect([m.hash(true), m.mark()]).toEqual([kept, 0]);
      }),
    );
  });

  test('the clock and what is drawn count as they should', () => {
    const m = make();
    const [hash, timeless] = [m.hash(true), m.hash(false)];
    m.st(rates, 5);
    expect([m.hash(true), m.hash(false)]).toEqual([hash, timeless]);
    m.st(world + World.now, 5);
    expect(m.hash(false)).toBe(timeless);
    expect(m.hash(true)).not.toBe(hash);
    m.st(total, 5);
    expect(m.hash(false)).not.toBe(timeless);
  });

  test('values beyond 32 bits wrap before they are hashed', () => {
    const m = make();
    m.st(total, 0x7fffffff);
    m.add(total, 1);
    m.st(world + World.now, 2 ** 32 + 5);
    expect(m.ld(total)).toBe(-0x80000000);
    expect(m.hash(true)).toBe(hashWords(m.w, block.kinds, true));
  });

  test('the journal grows, and lists what changed since a mark', () => {
    const m = make();
    const mark = m.mark();
    const hash = m.hash(true);
    for (let i = 1; i <= 10_000; i++) m.st(total, i);
    m.st(total, 10_000);
    const seen: number[] = [];
    m.since(mark, (i, old) => {
      expect(i).toBe(total);
      seen.push(old);
    });
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    m.undo(mark);
    expect([m.ld(total), m.hash(true)]).toEqual([0, hash]);
    expect(() => m.undo(mark + 2)).toThrow('undo');
  });

  test('a watcher hears of every access, plain and atomic apart', () => {
    const m = make();
    const heard: [number, number][] = [];
    m.watch = (kind, i) => heard.push([kind, i]);
    m.st(total, m.ld(total) + 1);
    m.ast(total, m.ald(total) + 1);
    m.cas(total, 99, 1);
    m.cas(total, 2, 1);
    m.add(total, 1);
    expect(heard.map(([kind]) => kind)).toEqual([
      Access.ld,
      Access.st,
      Access.ald,
      Access.ast,
      Access.ald,
      Access.ast,
      Access.ast,
    ]);
    heard.length = 0;
    mtlPop(m, world + World.inbox);
    rdTry(m, world + World.lock);
    expect(heard.every(([kind]) => kind === Access.ald || kind === Access.ast)).toBe(true);
  });
});

describe('hash', () => {
  test('blocks that differ in two small words have different hashes', () => {
    const n = 48;
    const kinds = new Uint8Array(n).fill(HASHED);
    const blocks = new Set<string>();
    const hashes = new Set<string>();
    const w = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        for (const x of [0, 1, 2, 3, -1, i, j]) {
          for (const y of [0, 1, 2, 3, -1, i, j]) {
            w[i] = x;
            w[j] = y;
            blocks.add(w.join());
            hashes.add(hashWords(w, kinds, true));
          }
        }
        w[i] = 0;
        w[j] = 0;
      }
    }
    expect(blocks.size).toBeGreaterThan(20_000);
    expect(hashes.size).toBe(blocks.size);
  });

  test('half of the bits change with one bit of one word', () => {
    const kinds = new Uint8Array(64).fill(HASHED);
    let changed = 0;
    let pairs = 0;
    const w = new Int32Array(64);
    const bits = (): bigint => BigInt(`0x${hashWords(w, kinds, true)}`);
    for (let i = 0; i < 64; i++) {
      for (let bit = 0; bit < 32; bit++) {
        w[i] = i;
        const before = bits();
        w[i] = i ^ (1 << bit);
        changed += [...(before ^ bits()).toString(2)].filter((digit) => digit === '1').length;
        pairs++;
        w[i] = 0;
      }
    }
    expect(changed / pairs).toBeGreaterThan(30);
    expect(changed / pairs).toBeLessThan(34);
  });
});
