import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CidNode,
  CidRoot,
  cidDelete,
  cidFan,
  cidInitRoot,
  cidInsert,
  cidLookup,
  cidRoot,
  cidSetKey,
  cidWalk,
  cidWord,
} from './cidtree.ts';
import { POISON } from './mem.ts';
import { PlainMem } from './plain.ts';

const ROOT = 1;
const FIRST = 16;

function world(nodes: number, fan = 0): PlainMem {
  const m = new PlainMem(new Int32Array(FIRST + (nodes + 1) * CidNode.$size));
  expect(ROOT + cidRoot(fan).$size).toBeLessThanOrEqual(FIRST);
  cidInitRoot(m, ROOT, fan);
  return m;
}

const nodeAt = (i: number): number => FIRST + i * CidNode.$size;

function lookup(m: PlainMem, id: Uint8Array): number {
  const w = (i: number): number => cidWord(id, 4 * i, id.length);
  return cidLookup(m, ROOT, w(0), w(1), w(2), w(3), w(4), id.length);
}

function clear(m: PlainMem, node: number): void {
  for (let i = 0; i < CidNode.$size; i++) m.st(node + i, 0);
}

const name = (id: Uint8Array): string => Buffer.from(id).toString('hex');

/** Writing into torn links may fail, by name; it may not run for ever. */
function endsOrThrows(m: PlainMem, node: number): void {
  for (const write of [cidInsert, cidDelete]) {
    try {
      write(m, ROOT, node);
    } catch (error) {
      expect(String(error)).toContain('torn at');
    }
  }
}

/** Few distinct bytes, so that keys share prefixes and one is often the beginning of another. */
const ids = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((u8) => u8.map((b) => [0, 1, 0x40, 0xff][b & 3]!));
const anyId = fc.oneof(
  ids,
  fc.uint8Array({ minLength: 8, maxLength: 8 }),
  fc.uint8Array({ minLength: 1, maxLength: 1 }),
);

/** Every node lends at most one branch, none that is not reachable, and lookups find exactly the model's keys. */
function checkTree(m: PlainMem, model: Map<string, number>): void {
  const seen: string[] = [];
  const lent = new Set<number>();
  const go = (link: number): void => {
    if (link >= 0) return;
    expect(lent.has(-link)).toBe(false);
    lent.add(-link);
    let kids = 0;
    for (let d = 0; d < 4; d++) {
      const kid = m.ld(-link + CidNode.kids + d);
      if (kid !== 0) kids++;
      go(kid);
    }
    expect(kids).toBeGreaterThanOrEqual(2);
  };
  for (let i = 0; i < 1 << m.ld(ROOT + CidRoot.fan); i++) go(m.ld(ROOT + CidRoot.top + i));
  cidWalk(m, ROOT, (n) => {
    const bytes: number[] = [];
    for (let i = 0; i < m.ld(n + CidNode.keyLen); i++) {
      bytes.push((m.ld(n + CidNode.key + (i >> 2)) >>> (24 - 8 * (i & 3))) & 255);
    }
    const key = name(Uint8Array.from(bytes));
    expect(model.get(key)).toBe(n);
    seen.push(key);
    if (!lent.has(n)) {
      expect(m.ld(n + CidNode.pair)).toBe(0);
      for (let d = 0; d < 4; d++) expect(m.ld(n + CidNode.kids + d)).toBe(0);
    }
  });
  expect(seen.length).toBe(model.size);
  for (const host of lent) expect([...model.values()]).toContain(host);
}

describe('prefix tree of connection IDs', () => {
  test.each([0, 3])('random inserts and deletes agree with a map, fan-out of %i bits', (fan) => {
    const op = fc.record({ id: fc.nat(11), remove: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(anyId, { minLength: 12, maxLength: 12 }),
        fc.array(op, { maxLength: 60 }),
        (pool, ops) => {
          const m = world(ops.length, fan);
          const model = new Map<string, number>();
          let next = 0;
          for (const { id, remove } of ops) {
            const key = pool[id]!;
            const there = model.get(name(key)) ?? 0;
            expect(lookup(m, key)).toBe(there);
            if (remove) {
              if (there === 0) continue;
              expect(cidDelete(m, ROOT, there)).toBe(1);
              expect(cidDelete(m, ROOT, there)).toBe(0);
              model.delete(name(key));
            } else {
              const node = nodeAt(next++);
              cidSetKey(m, node, key, 0, key.length);
              expect(cidInsert(m, ROOT, node)).toBe(there || node);
              if (there === 0) model.set(name(key), node);
            }
            checkTree(m, model);
          }
          for (const key of pool) expect(lookup(m, key)).toBe(model.get(name(key)) ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the words depend on the keys only, not on the order they came in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyId, { selector: name, maxLength: 14 }),
        fc.infiniteStream(fc.nat()),
        (keys, rnd) => {
          const build = (order: number[], gone: number[]): Int32Array => {
            const m = world(keys.length);
            for (const i of order) {
              cidSetKey(m, nodeAt(i), keys[i]!, 0, keys[i]!.length);
              cidInsert(m, ROOT, nodeAt(i));
            }
            for (const i of gone) {
              cidDelete(m, ROOT, nodeAt(i));
              clear(m, nodeAt(i));
            }
            return m.w;
          };
          const all = keys.map((_, i) => i);
          const other = all
            .map((i) => ({ i, r: rnd.next().value as number }))
            .sort((a, b) => a.r - b.r)
            .map(({ i }) => i);
          expect(build(other, [])).toEqual(build(all, []));
          const kept = all.filter((i) => i % 3 !== 0);
          expect(
            build(
              other,
              all.filter((i) => i % 3 === 0),
            ),
          ).toEqual(build(kept, []));
        },
      ),
    );
  });

  test('a lookup in torn or poisoned words ends, stays inside and finds nothing false', () => {
    fc.assert(
      fc.property(
        fc.array(anyId, { minLength: 2, maxLength: 10 }),
        fc.array(fc.tuple(fc.nat(), fc.integer())),
        (keys, scars) => {
          const m = world(keys.length);
          keys.forEach((key, i) => {
            cidSetKey(m, nodeAt(i), key, 0, key.length);
            cidInsert(m, ROOT, nodeAt(i));
          });
          for (const [at, v] of scars)
            m.st(at % m.w.length, v % 3 === 0 ? POISON : v % 2 === 0 ? v % m.w.length : v);
          for (const key of keys) {
            const hit = lookup(m, key);
            expect(Number.isInteger(hit)).toBe(true);
            if (hit !== 0) expect(m.ld(hit + CidNode.keyLen)).toBe(key.length);
          }
          for (let i = 0; i < keys.length; i++) endsOrThrows(m, nodeAt(i));
          let n = 0;
          cidWalk(m, ROOT, () => n++);
          expect(n).toBeLessThanOrEqual(m.w.length);
        },
      ),
    );
  });

  test('the fan-out grows with the world', () => {
    expect([1, 128, 1000, 20_000, 1_000_000, 1e12].map((n) => cidFan(n, 256))).toEqual([0, 0, 2, 7, 12, 16]);
  });

  test('lengths outside 1 to 20 are refused', () => {
    const m = world(1);
    expect(() => cidSetKey(m, nodeAt(0), new Uint8Array(21), 0, 21)).toThrow('length 21');
    expect(() => cidSetKey(m, nodeAt(0), new Uint8Array(0), 0, 0)).toThrow('length 0');
  });
});
