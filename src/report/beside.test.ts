import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BesideEvent, besideRows } from './beside.ts';

const e = (n: number): BesideEvent => ({ kind: n, tid: 0, conn: 0, dgram: -1, other: -1 });
const all = (...ns: number[]): BesideEvent[] => ns.map(e);

test('like runs have no difference; one event more stands alone', () => {
  expect(besideRows(all(1, 2, 3), all(1, 2, 3)).first).toBe(-1);
  const { rows, first } = besideRows(all(1, 2, 3), all(1, 9, 2, 3));
  expect(rows).toEqual([
    { a: 0, b: 0, same: true },
    { a: -1, b: 1, same: false },
    { a: 1, b: 2, same: true },
    { a: 2, b: 3, same: true },
  ]);
  expect(first).toBe(1);
  // What came in the place of another stands beside it.
  expect(besideRows(all(1, 2, 3), all(1, 9, 3)).rows[1]).toEqual({ a: 1, b: 1, same: false });
});

test('every event of both stands once, in its order, and what stands beside another is the same', () => {
  const run = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 25 });
  fc.assert(
    fc.property(run, run, (x, y) => {
      const { rows, first } = besideRows(all(...x), all(...y));
      expect(rows.flatMap((r) => (r.a < 0 ? [] : [r.a]))).toEqual(x.map((_, i) => i));
      expect(rows.flatMap((r) => (r.b < 0 ? [] : [r.b]))).toEqual(y.map((_, i) => i));
      for (const r of rows) if (r.same) expect(x[r.a]).toBe(y[r.b]);
      const same = x.length === y.length && x.every((v, i) => v === y[i]);
      expect(first < 0).toBe(same);
      if (first > 0) for (const r of rows.slice(0, first)) expect(r.same).toBe(true);
    }),
  );
});
