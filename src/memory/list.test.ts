import { describe, expect, test } from 'vitest';
import {
  listAppend,
  listAppend1,
  listAppend2,
  listAppend3,
  listAppend4,
  listDelete,
  listEmpty,
  listFirst,
  listInit,
  listInsertFirst,
  listNext,
} from './list.ts';
import type { Mem } from './mem.ts';
import {
  mtlAppend,
  mtlDelete,
  mtlEmpty,
  mtlInit,
  mtlLen,
  mtlPop,
  mtlSpliceToList,
  mtlTryAppend,
  mtlWalk,
} from './mtlist.ts';
import { PlainMem } from './plain.ts';
import { SharedMem } from './shared.ts';

const HEAD = 16;
const [A, B, C, PLAIN] = [20, 24, 28, 32] as const;

function words(make: (w: Int32Array) => Mem): Mem {
  const m = make(new Int32Array(64));
  for (const n of [HEAD, A, B, C, PLAIN]) listInit(m, n);
  return m;
}

function elements(m: Mem, head: number): number[] {
  const found: number[] = [];
  for (let el = listFirst(m, head); el !== 0; el = listNext(m, head, el)) found.push(el);
  return found;
}

describe('plain list', () => {
  const make = () => words((w) => new PlainMem(w));

  test('append, insert first, delete', () => {
    const m = make();
    expect(listEmpty(m, HEAD)).toBe(true);
    listAppend(m, HEAD, A);
    listAppend(m, HEAD, B);
    listInsertFirst(m, HEAD, C);
    expect(elements(m, HEAD)).toEqual([C, A, B]);
    listDelete(m, A);
    expect(elements(m, HEAD)).toEqual([C, B]);
    expect([m.ld(A), m.ld(A + 1)]).toEqual([A, A]);
    expect(listEmpty(m, A)).toBe(true);
  });

  test('two threads whose four writes interleave lose an element (M01)', () => {
    const m = make();
    listAppend1(m, HEAD, A);
    listAppend2(m, HEAD, A);
    listAppend1(m, HEAD, B);
    listAppend2(m, HEAD, B);
    listAppend3(m, HEAD, A);
    listAppend3(m, HEAD, B);
    listAppend4(m, HEAD, A);
    listAppend4(m, HEAD, B);
    expect(elements(m, HEAD)).toEqual([B]);
  });
});

describe.each([
  ['plain', (w: Int32Array): Mem => new PlainMem(w)],
  ['shared', (w: Int32Array): Mem => new SharedMem(w)],
])('MT_LIST on %s memory', (_, memory) => {
  const make = () => words(memory);

  test('append keeps the order, pop takes the first and links it to itself', () => {
    const m = make();
    mtlInit(m, HEAD);
    expect([mtlEmpty(m, HEAD), mtlPop(m, HEAD)]).toEqual([true, 0]);
    for (const el of [A, B, C]) expect(mtlAppend(m, HEAD, el)).toBe(1);
    expect([mtlEmpty(m, HEAD), mtlLen(m, HEAD)]).toEqual([false, 3]);
    expect(mtlPop(m, HEAD)).toBe(A);
    expect([m.ld(A), m.ld(A + 1)]).toEqual([A, A]);
    expect(elements(m, HEAD)).toEqual([B, C]);
  });

  test('try-append leaves a linked element where it is', () => {
    const m = make();
    expect(mtlTryAppend(m, HEAD, A)).toBe(1);
    expect(mtlTryAppend(m, HEAD, B)).toBe(1);
    expect(mtlTryAppend(m, HEAD, A)).toBe(0);
    expect(elements(m, HEAD)).toEqual([A, B]);
  });

  test('delete says whether it removed something', () => {
    const m = make();
    for (const el of [A, B, C]) mtlAppend(m, HEAD, el);
    expect([mtlDelete(m, B), mtlDelete(m, B)]).toEqual([1, 0]);
    expect(elements(m, HEAD)).toEqual([A, C]);
    expect([mtlDelete(m, C), mtlDelete(m, A), mtlEmpty(m, HEAD)]).toEqual([1, 1, true]);
  });

  test('splice moves the chain behind what the plain list has', () => {
    const m = make();
    listAppend(m, PLAIN, C);
    expect(mtlSpliceToList(m, HEAD, PLAIN)).toBe(0);
    for (const el of [A, B]) mtlAppend(m, HEAD, el);
    expect(mtlSpliceToList(m, HEAD, PLAIN)).toBe(2);
    expect(mtlEmpty(m, HEAD)).toBe(true);
    expect(elements(m, PLAIN)).toEqual([C, A, B]);
    listDelete(m, A);
    expect(elements(m, PLAIN)).toEqual([C, B]);
  });

  test('walking ends at a link that is being changed', () => {
    const m = make();
    for (const el of [A, B, C]) mtlAppend(m, HEAD, el);
    m.st(B, 1);
    const seen: number[] = [];
    mtlWalk(m, HEAD, (el) => seen.push(el));
    expect(seen).toEqual([A, B]);
  });
});

describe('MT_LIST met in the middle of another operation', () => {
  const BUSY = 1;
  const retries: [string, number, (m: Mem) => number][] = [
    ['append: head.prev', HEAD + 1, (m) => mtlAppend(m, HEAD, C)],
    ['append: last.next', B, (m) => mtlAppend(m, HEAD, C)],
    ['append: el.next', C, (m) => mtlAppend(m, HEAD, C)],
    ['try-append: head.prev', HEAD + 1, (m) => mtlTryAppend(m, HEAD, C)],
    ['try-append: el.next', C, (m) => mtlTryAppend(m, HEAD, C)],
    ['pop: head.next', HEAD, (m) => mtlPop(m, HEAD)],
    ['pop: el.prev', A + 1, (m) => mtlPop(m, HEAD)],
    ['pop: el.next', A, (m) => mtlPop(m, HEAD)],
    ['pop: second.prev', B + 1, (m) => mtlPop(m, HEAD)],
    ['delete: el.next', A, (m) => mtlDelete(m, A)],
    ['delete: el.prev', A + 1, (m) => mtlDelete(m, A)],
    ['delete: before.next', HEAD, (m) => mtlDelete(m, A)],
    ['delete: after.prev', B + 1, (m) => mtlDelete(m, A)],
    ['splice: head.next', HEAD, (m) => mtlSpliceToList(m, HEAD, PLAIN)],
    ['splice: head.prev', HEAD + 1, (m) => mtlSpliceToList(m, HEAD, PLAIN)],
    ['splice: first.prev', A + 1, (m) => mtlSpliceToList(m, HEAD, PLAIN)],
    ['splice: last.next', B, (m) => mtlSpliceToList(m, HEAD, PLAIN)],
    ['splice: between', A, (m) => mtlSpliceToList(m, HEAD, PLAIN)],
  ];

  test.each(retries)('%s says RETRY and changes nothing', (_, busy, run) => {
    const m = words((w) => new SharedMem(w));
    for (const el of [A, B]) mtlAppend(m, HEAD, el);
    m.st(busy, BUSY);
    const before = m.w.slice();
    expect(run(m)).toBe(-1);
    expect(m.w).toEqual(before);
  });
});
