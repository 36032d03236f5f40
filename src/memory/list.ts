import type { Mem } from './mem.ts';

/** Offset of the link to the following node in a `list` or `mtlist` field. */
export const NEXT = 0;
/** Offset of the link to the preceding node in a `list` or `mtlist` field. */
export const PREV = 1;

/** Makes a head empty, or a node linked to nothing but itself. */
export function listInit(m: Mem, n: number): void {
  m.st(n + NEXT, n);
  m.st(n + PREV, n);
}

/** First of the four writes of LIST_APPEND (semantics 0.1): `el.prev = head.prev`. */
export function listAppend1(m: Mem, head: number, el: number): void {
  m.st(el + PREV, m.ld(head + PREV));
}

/** Second write of LIST_APPEND: `el.next = head`. */
export function listAppend2(m: Mem, head: number, el: number): void {
  m.st(el + NEXT, head);
}

/** Third write of LIST_APPEND: `head.prev.next = el`. */
export function listAppend3(m: Mem, head: number, el: number): void {
  m.st(m.ld(head + PREV) + NEXT, el);
}

/** Fourth write of LIST_APPEND: `head.prev = el`. */
export function listAppend4(m: Mem, head: number, el: number): void {
  m.st(head + PREV, el);
}

/** Puts `el` last. Not atomic, as LIST_APPEND: two threads doing it at once lose elements. */
export function listAppend(m: Mem, head: number, el: number): void {
  listAppend1(m, head, el);
  listAppend2(m, head, el);
  listAppend3(m, head, el);
  listAppend4(m, head, el);
}

/** Puts `el` first, as LIST_INSERT. */
export function listInsertFirst(m: Mem, head: number, el: number): void {
  const first = m.ld(head + NEXT);
  m.st(el + NEXT, first);
  m.st(el + PREV, head);
  m.st(first + PREV, el);
  m.st(head + NEXT, el);
}

/** Takes `el` out of its list and leaves it linked to itself, as LIST_DEL_INIT. */
export function listDelete(m: Mem, el: number): void {
  const n = m.ld(el + NEXT);
  const p = m.ld(el + PREV);
  m.st(n + PREV, p);
  m.st(p + NEXT, n);
  listInit(m, el);
}

/** Says whether a head has no elements (or a node is in no list). */
export function listEmpty(m: Mem, head: number): boolean {
  return m.ld(head + NEXT) === head;
}

/** What a node or head links to, whatever that is. */
export const linkNext = <N extends number>(m: Mem, n: N): N => m.ld(n + NEXT) as N;

/** What a node or head links back to. */
export const linkPrev = <N extends number>(m: Mem, n: N): N => m.ld(n + PREV) as N;

/** The first element, or 0. */
export function listFirst<N extends number>(m: Mem, head: N): N {
  const n = m.ld(head + NEXT);
  return (n === head ? 0 : n) as N;
}

/** The element after `el`, or 0 at the end. */
export function listNext<N extends number>(m: Mem, head: N, el: N): N {
  const n = m.ld(el + NEXT);
  return (n === head ? 0 : n) as N;
}
