import { listInit, NEXT, PREV } from './list.ts';
import { type Mem, RETRY } from './mem.ts';

/*
 * MT_LIST (semantics 0.1): whoever changes links first exchanges each of them with BUSY, in the order given at each
 * operation, and puts everything back when it meets somebody else's BUSY. An operation here tries a few times and
 * then answers RETRY, with all links as they were.
 *
 * Where no other thread can be inside, the same result is reached without the detour over BUSY.
 */
const BUSY = 1;
const TRIES = 8;

/** Makes a head empty, or an element linked to nothing but itself. */
export function mtlInit(m: Mem, n: number): void {
  listInit(m, n);
}

/** Whether a head has no elements. While another thread is inside, the answer may be a spurious "no". */
export function mtlEmpty(m: Mem, head: number): boolean {
  return m.ald(head + NEXT) === head;
}

/** Puts `el` last without asking whether it is in a list already, as MT_LIST_APPEND. Returns 1 or RETRY. */
export function mtlAppend(m: Mem, head: number, el: number): number {
  if (!m.shared) {
    appendAlone(m, head, el);
    return 1;
  }
  for (let i = 0; i < TRIES; i++) {
    const n = m.xchg(el + NEXT, BUSY);
    if (n === BUSY) continue;
    if (linkLast(m, head, el)) return 1;
    m.ast(el + NEXT, n);
  }
  return RETRY;
}

/** Puts `el` last unless it is in a list, as MT_LIST_TRY_APPEND. Returns 1 when put, 0 when it was linked, or RETRY. */
export function mtlTryAppend(m: Mem, head: number, el: number): number {
  if (!m.shared) {
    if (m.ald(el + NEXT) !== el) return 0;
    appendAlone(m, head, el);
    return 1;
  }
  for (let i = 0; i < TRIES; i++) {
    if (!m.cas(el + NEXT, el, BUSY)) {
      const n = m.ald(el + NEXT);
      if (n === BUSY || n === el) continue;
      return 0;
    }
    if (linkLast(m, head, el)) return 1;
    m.ast(el + NEXT, el);
  }
  return RETRY;
}

/** Puts `el`, which is in no list, first, as MT_LIST_INSERT. Returns 1 or RETRY. */
export function mtlInsert(m: Mem, head: number, el: number): number {
  if (!m.shared) {
    const n = m.ald(head + NEXT);
    m.ast(el + PREV, head);
    m.ast(el + NEXT, n);
    m.ast(n + PREV, el);
    m.ast(head + NEXT, el);
    return 1;
  }
  for (let i = 0; i < TRIES; i++) {
    const n = m.xchg(el + NEXT, BUSY);
    if (n === BUSY) continue;
    if (linkFirst(m, head, el)) return 1;
    m.ast(el + NEXT, n);
  }
  return RETRY;
}

/** Takes the first element and leaves it linked to itself. Returns it, 0 when the list is empty, or RETRY. */
export function mtlPop<N extends number>(m: Mem, head: N): N {
  if (!m.shared) {
    const el = m.ald(head + NEXT);
    if (el === head) return 0 as N;
    deleteAlone(m, el);
    return el as N;
  }
  for (let i = 0; i < TRIES; i++) {
    if (m.ald(head + NEXT) === head) return 0 as N;
    const el = m.xchg(head + NEXT, BUSY);
    if (el === BUSY) continue;
    if (el !== head && unlinkFirst(m, head, el)) return el as N;
    m.ast(head + NEXT, el);
  }
  return RETRY as number as N;
}

/** Takes `el` out of whatever list it is in. Returns 1, 0 when it was in none, or RETRY. */
export function mtlDelete(m: Mem, el: number): number {
  if (!m.shared) {
    if (m.ald(el + NEXT) === el) return 0;
    deleteAlone(m, el);
    return 1;
  }
  for (let i = 0; i < TRIES; i++) {
    if (m.ald(el + NEXT) === el) return 0;
    const n = m.xchg(el + NEXT, BUSY);
    if (n === BUSY) continue;
    if (n !== el && unlink(m, el, n)) return 1;
    m.ast(el + NEXT, n);
  }
  return RETRY;
}

/**
 * Moves the whole chain, in order, to the end of a plain list of the calling thread, as MT_LIST_BEHEAD with
 * LIST_SPLICE_END. Returns how many elements were moved, or RETRY.
 */
export function mtlSpliceToList(m: Mem, head: number, plainHead: number): number {
  for (let i = 0; i < TRIES; i++) {
    const first = m.ald(head + NEXT);
    if (first === head) return 0;
    if (first === BUSY || !m.cas(head + NEXT, first, BUSY)) continue;
    const n = stealChain(m, head, first, plainHead);
    if (n > 0) return n;
    m.ast(head + NEXT, first);
  }
  return RETRY;
}

/** Number of elements, for readers: stops at the first link that another thread is changing. */
export function mtlLen(m: Mem, head: number): number {
  let n = 0;
  mtlWalk(m, head, () => {
    n++;
  });
  return n;
}

/** Calls `visit` for each element in order, for readers: stops at the first link that another thread is changing. */
export function mtlWalk(m: Mem, head: number, visit: (el: number) => void): void {
  let at = m.ald(head + NEXT);
  for (let left = m.w.length; at !== head && at > BUSY && at < m.w.length && left > 0; left--) {
    visit(at);
    const next = m.ald(at + NEXT);
    if (next === at) return;
    at = next;
  }
}

function appendAlone(m: Mem, head: number, el: number): void {
  const p = m.ald(head + PREV);
  m.ast(el + PREV, p);
  m.ast(el + NEXT, head);
  m.ast(p + NEXT, el);
  m.ast(head + PREV, el);
}

function deleteAlone(m: Mem, el: number): void {
  const n = m.ald(el + NEXT);
  const p = m.ald(el + PREV);
  m.ast(n + PREV, p);
  m.ast(p + NEXT, n);
  m.ast(el + NEXT, el);
  m.ast(el + PREV, el);
}

/** With `el.next` held: takes head.prev, then the last element's next, and links `el` between. */
function linkLast(m: Mem, head: number, el: number): boolean {
  const p = m.xchg(head + PREV, BUSY);
  if (p === BUSY) return false;
  if (m.xchg(p + NEXT, BUSY) === BUSY) {
    m.ast(head + PREV, p);
    return false;
  }
  m.ast(el + PREV, p);
  m.ast(el + NEXT, head);
  m.ast(head + PREV, el);
  m.ast(p + NEXT, el);
  return true;
}

/** With `el.next` held: takes head.next, then the first element's prev, and links `el` between. */
function linkFirst(m: Mem, head: number, el: number): boolean {
  const n = m.xchg(head + NEXT, BUSY);
  if (n === BUSY) return false;
  if (m.xchg(n + PREV, BUSY) === BUSY) {
    m.ast(head + NEXT, n);
    return false;
  }
  m.ast(el + PREV, head);
  m.ast(n + PREV, el);
  m.ast(el + NEXT, n);
  m.ast(head + NEXT, el);
  return true;
}

/** With `head.next` held: takes el.prev, el.next and the prev of what follows, and links around `el`. */
function unlinkFirst(m: Mem, head: number, el: number): boolean {
  const p = m.xchg(el + PREV, BUSY);
  if (p === BUSY) return false;
  const n = m.xchg(el + NEXT, BUSY);
  if (n === BUSY) {
    m.ast(el + PREV, p);
    return false;
  }
  if (m.xchg(n + PREV, BUSY) === BUSY) {
    m.ast(el + NEXT, n);
    m.ast(el + PREV, p);
    return false;
  }
  m.ast(n + PREV, head);
  m.ast(head + NEXT, n);
  m.ast(el + PREV, el);
  m.ast(el + NEXT, el);
  return true;
}

/** With `el.next` (which was `n`) held: takes el.prev, then both neighbours' links, and links around `el`. */
function unlink(m: Mem, el: number, n: number): boolean {
  const p = m.xchg(el + PREV, BUSY);
  if (p === BUSY) return false;
  if (m.xchg(p + NEXT, BUSY) === BUSY) {
    m.ast(el + PREV, p);
    return false;
  }
  if (m.xchg(n + PREV, BUSY) === BUSY) {
    m.ast(p + NEXT, el);
    m.ast(el + PREV, p);
    return false;
  }
  m.ast(n + PREV, p);
  m.ast(p + NEXT, n);
  m.ast(el + PREV, el);
  m.ast(el + NEXT, el);
  return true;
}

/** With `head.next` (which was `first`) held: takes the chain's other ends and hangs it at the end of a plain list. */
function stealChain(m: Mem, head: number, first: number, plainHead: number): number {
  const last = m.xchg(head + PREV, BUSY);
  if (last === BUSY) return 0;
  const p = m.xchg(first + PREV, BUSY);
  if (p === BUSY) {
    m.ast(head + PREV, last);
    return 0;
  }
  const n = m.xchg(last + NEXT, BUSY);
  const count = n === BUSY ? 0 : chainLen(m, first, last);
  if (count === 0) {
    if (n !== BUSY) m.ast(last + NEXT, n);
    m.ast(first + PREV, p);
    m.ast(head + PREV, last);
    return 0;
  }
  const tail = m.ld(plainHead + PREV);
  m.ast(first + PREV, tail);
  m.ast(last + NEXT, plainHead);
  m.st(plainHead + PREV, last);
  m.st(tail + NEXT, first);
  m.ast(head + PREV, head);
  m.ast(head + NEXT, head);
  return count;
}

function chainLen(m: Mem, first: number, last: number): number {
  let n = 1;
  for (let at = first; at !== last; n++) {
    const next = m.ald(at + NEXT);
    if (next === BUSY || next === at || n > m.w.length) return 0;
    at = next;
  }
  return n;
}
