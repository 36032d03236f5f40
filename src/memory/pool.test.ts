import { describe, expect, test } from 'vitest';
import { POISON } from './mem.ts';
import { PlainMem } from './plain.ts';
import { BlockPlan } from './plan.ts';
import { poolAlloc, poolCount, poolFree, poolHome, poolIsFree, poolNext, poolSlot } from './pool.ts';
import { SharedMem } from './shared.ts';
import { f, struct } from './struct.ts';

const Item = struct('item', { a: f.word, b: f.word, c: f.word });
const PER_THREAD = 1100;

function world(canFail = false) {
  const plan = new BlockPlan();
  const pool = plan.pool(Item, 2, PER_THREAD, { canFail });
  const block = plan.build();
  const m = new PlainMem(new Int32Array(block.words));
  block.init(m);
  return { m, pool, failWord: plan.failWord };
}

describe('pool', () => {
  test('takes the lowest free slot of the thread, zeroed', () => {
    const { m, pool } = world();
    const a = poolAlloc(m, pool, 0);
    const b = poolAlloc(m, pool, 0);
    const other = poolAlloc(m, pool, 1);
    expect([a, b, other]).toEqual([poolSlot(pool, 0, 0), poolSlot(pool, 0, 1), poolSlot(pool, 1, 0)]);
    expect([m.ld(b), m.ld(b + 1), m.ld(b + 2)]).toEqual([0, 0, 0]);
    expect(m.ld(poolSlot(pool, 0, 2))).toBe(POISON);
    poolFree(m, pool, a);
    expect(poolAlloc(m, pool, 0)).toBe(a);
  });

  test('runs dry thread by thread, and comes back where a slot was freed', () => {
    const { m, pool } = world();
    for (let i = 0; i < PER_THREAD; i++) expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, i));
    expect(poolAlloc(m, pool, 0)).toBe(0);
    expect(poolAlloc(m, pool, 1)).toBe(poolSlot(pool, 1, 0));
    for (const i of [1099, 1024, 1023, 31, 32]) {
      poolFree(m, pool, poolSlot(pool, 0, i));
      expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, i));
    }
    poolFree(m, pool, poolSlot(pool, 0, 1050));
    poolFree(m, pool, poolSlot(pool, 0, 700));
    expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 700));
    expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 1050));
    expect(poolAlloc(m, pool, 0)).toBe(0);
  });

  test('a freed slot is poison and goes home, and the block is as if it had never been taken', () => {
    const { m, pool } = world();
    const before = m.w.slice();
    const ptr = poolAlloc(m, pool, 1);
    m.st(ptr + Item.b, 7);
    expect(poolHome(pool, ptr)).toBe(1);
    expect(poolIsFree(m, pool, ptr)).toBe(false);
    expect(poolFree(m, pool, ptr)).toBe(1);
    expect(poolIsFree(m, pool, ptr)).toBe(true);
    expect(m.w).toEqual(before);
  });

  test('counts and lists what is in use', () => {
    const { m, pool } = world();
    expect([poolCount(m, pool), poolNext(m, pool, 0)]).toEqual([0, 0]);
    const taken = [poolAlloc(m, pool, 0), poolAlloc(m, pool, 0), poolAlloc(m, pool, 1)];
    expect(poolCount(m, pool)).toBe(3);
    const seen: number[] = [];
    for (let ptr = poolNext(m, pool, 0); ptr !== 0; ptr = poolNext(m, pool, ptr)) seen.push(ptr);
    expect(seen).toEqual(taken);
  });

  test.each([1, 2, 31, 32, 33, 69, 70, 71, 211])('lists every %ith slot as asking one by one does', (gap) => {
    const plan = new BlockPlan();
    const pool = plan.pool(Item, 3, 70);
    const block = plan.build();
    const m = new PlainMem(new Int32Array(block.words));
    block.init(m);
    const all = Array.from({ length: 210 }, (_, i) => poolSlot(pool, Math.floor(i / 70), i % 70));
    for (const t of [0, 1, 2]) for (let i = 0; i < 70; i++) poolAlloc(m, pool, t);
    all.forEach((ptr, i) => {
      if (i % gap !== gap - 1) poolFree(m, pool, ptr);
    });
    const seen: number[] = [];
    for (let ptr = poolNext(m, pool, 0); ptr !== 0; ptr = poolNext(m, pool, ptr)) seen.push(ptr);
    expect(seen).toEqual(all.filter((ptr) => !poolIsFree(m, pool, ptr)));
  });

  test('freeing twice, or what is no slot, throws', () => {
    const { m, pool } = world();
    const ptr = poolAlloc(m, pool, 0);
    expect(() => poolFree(m, pool, ptr + 1)).toThrow('not a slot');
    expect(() => poolFree(m, pool, 0)).toThrow('not a slot');
    expect(() => poolFree(m, pool, pool.base + 2 * PER_THREAD * pool.slotWords)).toThrow('not a slot');
    poolFree(m, pool, ptr);
    expect(() => poolFree(m, pool, ptr)).toThrow('freed twice');
  });

  test('the n-th allocation fails when told so, once, and takes nothing', () => {
    const { m, pool, failWord } = world(true);
    m.st(failWord, 3);
    const before = poolCount(m, pool);
    expect(poolAlloc(m, pool, 0)).toBeGreaterThan(0);
    expect(poolAlloc(m, pool, 1)).toBeGreaterThan(0);
    expect(poolAlloc(m, pool, 0)).toBe(0);
    expect(poolCount(m, pool)).toBe(before + 2);
    expect(m.ld(failWord)).toBe(0);
    expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 1));
  });

  test('a pool that cannot fail does not count', () => {
    const { m, pool, failWord } = world(false);
    m.st(failWord, 1);
    expect(poolAlloc(m, pool, 0)).toBeGreaterThan(0);
    expect(m.ld(failWord)).toBe(1);
  });

  test('slots freed and taken again before the summary is told do not keep the allocator waiting', () => {
    const plan = new BlockPlan();
    const pool = plan.pool(Item, 1, 64, { canFail: false });
    const block = plan.build();
    /** One thread frees; just before it tells the summary, another runs. */
    class Interrupted extends SharedMem {
      meanwhile: (() => void) | null = null;
      override or(i: number, v: number): number {
        const run = i === pool.sums ? this.meanwhile : null;
        if (run) this.meanwhile = null;
        run?.();
        return super.or(i, v);
      }
    }
    const m = new Interrupted(new Int32Array(new SharedArrayBuffer(block.words * 4)));
    block.init(m);
    for (let i = 0; i < 32; i++) expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, i));
    m.meanwhile = () => {
      poolFree(m, pool, poolSlot(pool, 0, 8));
      expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 7));
      expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 8));
    };
    poolFree(m, pool, poolSlot(pool, 0, 7));
    expect(poolAlloc(m, pool, 0)).toBe(poolSlot(pool, 0, 32));
    expect(poolCount(m, pool)).toBe(33);
  });
});
