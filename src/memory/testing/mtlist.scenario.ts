import { listDelete, listFirst, listInit } from '../list.ts';
import { type Mem, RETRY } from '../mem.ts';
import { mtlAppend, mtlDelete, mtlInit, mtlPop, mtlSpliceToList, mtlTryAppend } from '../mtlist.ts';
import { BlockPlan } from '../plan.ts';
import { f, struct } from '../struct.ts';
import type { Op } from './check.ts';
import type { Held, Record, Rnd, Scenario } from './scenario.ts';

const names = ['append', 'tryAppend', 'pop', 'delete', 'splice'] as const;
const HEADS = 2;
const ELEMENTS = 6;
const plan = new BlockPlan();
const nodes = plan.array(struct('node', { link: f.mtlist }), HEADS + ELEMENTS + 2);
const block = plan.build();

/** Elements are numbered from 1; head h is node h, and each thread has a plain list of its own at the end. */
const head = (h: number): number => nodes.at(h);
const element = (e: number): number => nodes.at(HEADS + e - 1);
const number = (ptr: number): number => (ptr > 0 ? (ptr - nodes.base) / nodes.size - HEADS + 1 : ptr);
const plainList = (thread: number): number => nodes.at(HEADS + ELEMENTS + thread);

/** Both lists' elements, first to last. */
type State = readonly (readonly number[])[];
const initial: State = [[3, 1], [4]];

function reset(m: Mem): void {
  for (let i = 0; i < nodes.n; i++) listInit(m, nodes.at(i));
  initial.forEach((list, h) => {
    mtlInit(m, head(h));
    for (const e of list) mtlAppend(m, head(h), element(e));
  });
}

/** Takes what is left in both lists out, one by one. */
function finish(m: Mem, record: Record): void {
  for (let h = 0; h < HEADS; h++) {
    for (let n = 0; n < ELEMENTS + 2; n++) {
      if (record(2, h, 0, () => number(mtlPop(m, head(h)))) <= 0) break;
    }
  }
}

/** Elements 1 and 2 are appended by whoever holds them, without asking; the others are tried by anybody. */
function step(m: Mem, _thread: number, rnd: Rnd, held: Held, record: Record): void {
  const h = rnd.below(HEADS);
  const what = rnd.below(4);
  if (what === 0 && held.length > 0) {
    const e = held.pop()!;
    if (record(0, h, e, () => mtlAppend(m, head(h), element(e))) === RETRY) held.push(e);
  } else if (what === 1) {
    const e = 3 + rnd.below(ELEMENTS - 2);
    record(1, h, e, () => mtlTryAppend(m, head(h), element(e)));
  } else if (what === 2) {
    const e = 1 + rnd.below(ELEMENTS);
    if (record(3, 0, e, () => mtlDelete(m, element(e))) === 1 && e < 3) held.push(e);
  } else {
    const e = record(2, h, 0, () => number(mtlPop(m, head(h))));
    if (e > 0 && e < 3) held.push(e);
  }
}

/** Every element is appended by whoever holds it; a splice holds all it moved. */
function stepSplice(m: Mem, thread: number, rnd: Rnd, held: Held, record: Record): void {
  const h = rnd.below(HEADS);
  const what = rnd.below(5);
  if (what < 2 && held.length > 0) {
    const e = held.pop()!;
    if (record(0, h, e, () => mtlAppend(m, head(h), element(e))) === RETRY) held.push(e);
  } else if (what < 4) {
    const e = record(2, h, 0, () => number(mtlPop(m, head(h))));
    if (e > 0) held.push(e);
  } else {
    splice(m, h, plainList(thread), held, record);
  }
}

/** The result is the elements as digits, base 8, and RETRY or 0 as they are. */
function splice(m: Mem, h: number, plain: number, held: Held, record: Record): void {
  record(4, h, 0, () => {
    const n = mtlSpliceToList(m, head(h), plain);
    if (n <= 0) return n;
    let digits = 0;
    for (let i = 0; i < n; i++) {
      const el = listFirst(m, plain);
      if (el === 0) return -2;
      listDelete(m, el);
      held.push(number(el));
      digits = digits * 8 + number(el);
    }
    return listFirst(m, plain) === 0 ? digits : -3;
  });
}

function apply(lists: State, op: Op): State | null {
  if (op.result === RETRY) return lists;
  const where = lists.findIndex((list) => list.includes(op.b));
  const own = lists[op.a]!;
  const withOwn = (list: readonly number[]): State => lists.map((old, h) => (h === op.a ? list : old));
  switch (op.name) {
    case 'append':
      return op.result === 1 && where < 0 ? withOwn([...own, op.b]) : null;
    case 'tryAppend':
      if (where >= 0) return op.result === 0 ? lists : null;
      return op.result === 1 ? withOwn([...own, op.b]) : null;
    case 'delete':
      if (where < 0) return op.result === 0 ? lists : null;
      return op.result === 1 ? lists.map((list) => list.filter((e) => e !== op.b)) : null;
    case 'pop':
      return op.result === (own[0] ?? 0) ? withOwn(own.slice(1)) : null;
    default:
      return op.result === own.reduce((n, e) => n * 8 + e, 0) ? withOwn([]) : null;
  }
}

/** Append, try-append, pop and delete on two lists with common elements. */
export const mtlist: Scenario<State> = {
  names,
  block,
  reset,
  held: (thread) => (thread === 0 ? [2] : []),
  step,
  finish,
  model: { initial, apply },
};

/** Append, pop and taking a whole chain. */
export const mtlistSplice: Scenario<State> = {
  names,
  block,
  reset,
  held: (thread) => (thread === 0 ? [2] : [5, 6]),
  step: stepSplice,
  finish,
  model: { initial, apply },
};
