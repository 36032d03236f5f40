import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keep } from './keep.ts';

describe('what is kept of a picture', () => {
  it('is the same object where nothing changed, and a new one on the way to what did', () => {
    const before = { conns: [{ a: 1 }, { a: 2 }], totals: { n: 3 }, gone: null };
    const now = keep(before, { conns: [{ a: 1 }, { a: 5 }], totals: { n: 3 }, gone: null });
    expect(now).not.toBe(before);
    expect(now.conns).not.toBe(before.conns);
    expect(now.conns[0]).toBe(before.conns[0]);
    expect(now.conns[1]).toEqual({ a: 5 });
    expect(now.totals).toBe(before.totals);
  });

  it('is everything when all is equal, and nothing of a list that became shorter', () => {
    const before = { list: [1, 2, 3], of: { x: undefined as number | undefined } };
    expect(keep(before, { list: [1, 2, 3], of: { x: undefined } })).toBe(before);
    expect(keep(before, { list: [1, 2], of: { x: undefined } }).list).toEqual([1, 2]);
    expect(keep({ a: 1, b: 2 }, { a: 1 } as { a: number; b?: number })).toEqual({ a: 1 });
  });

  it('never changes what the new picture says', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const leaf = [fc.integer(), fc.string(), fc.constant(null), fc.boolean()];
    const value = fc.object({ key, values: leaf, maxDepth: 3, withObjectString: false });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const was = JSON.stringify(b);
        expect(JSON.stringify(keep(structuredClone(a), structuredClone(b)))).toBe(was);
        expect(keep(a, structuredClone(a))).toEqual(a);
      }),
    );
  });
});
