/**
 * The thread choice of listener_accept (semantics 3, A2): two cursors in one word, each rule a pure function of the word and
 * of the thread masks of the receivers that it goes over. A cursor is a receiver's number * 64 + a thread's number in its group; with
 * one receiver it is that thread. It wraps at 64 in every world.
 */
import { maskBit } from '../model/mask.ts';

export const LAST = 63;
/** Bits of a cursor that may be another receiver's. */
export const CURSOR = 0xfff;

export const has = (low: number, high: number, t: number): boolean =>
  ((t < 32 ? low : high) & maskBit(t)) !== 0;

/** Lowest thread of the mask that is not below `t`; -1 none. */
export function upFrom(low: number, high: number, t: number): number {
  for (let u = t; u <= LAST; u++) if (has(low, high, u)) return u;
  return -1;
}

/** Highest thread of the mask that is not above `t`; -1 none. */
export function downFrom(low: number, high: number, t: number): number {
  for (let u = Math.min(t, LAST); u >= 0; u--) if (has(low, high, u)) return u;
  return -1;
}

/** In the place of a pair: a person has picked the thread, and nothing was compared. */
export const PICKED = 0xffff;

/** Two cursors, of at most two receivers, in one number, for a local. */
export const pairOf = (t1: number, t2: number): number => t1 | (t2 << 8);
export const firstOf = (pair: number): number => pair & 0xff;
export const secondOf = (pair: number): number => (pair >>> 8) & 0xff;

/** The cursor word up to ff18504d7: two halves. */
const HALF = 16;
export const lowerHalf = (w: number): number => w & 0xffff;
export const upperHalf = (w: number): number => w >>> HALF;
export const halves = (t1: number, t2: number): number => (t2 << HALF) | t1;

/** First cursor of a word, in whichever of the two layouts. */
export const firstCursor = (w: number, counted: boolean): number => (counted ? w & CURSOR : lowerHalf(w));

/** A2.1: the second cursor is moved only where it names no thread or the same, and then to the highest at or below it: they may stay equal. */
export function pairAtFirst(low: number, high: number, w: number): number {
  let t1 = lowerHalf(w);
  let t2 = upperHalf(w);
  const from = t2 === 0 ? LAST : t2;
  if (!has(low, high, t1)) {
    t1 = upFrom(low, high, t1 + 1);
    if (t1 < 0) t1 = upFrom(low, high, 0);
  }
  if (!has(low, high, t2) || t1 === t2) {
    t2 = downFrom(low, high, from);
    if (t2 < 0) t2 = downFrom(low, high, LAST);
  }
  return pairOf(t1, t2);
}

/** The less loaded of the two; the first where they are equal. */
export const lessLoaded = (pair: number, q1: number, q2: number): number =>
  q1 > q2 ? secondOf(pair) : firstOf(pair);

/** Bits that a cursor has over so many receivers. */
const cursorBits = (receivers: number): number => (receivers > 1 ? CURSOR : LAST);

/** First cursor after the choice: it walks up unless the first was less loaded, at the end of a receiver’s threads into the next. */
export const firstAfter = (receivers: number, pair: number, q1: number, q2: number): number =>
  q1 < q2 ? firstOf(pair) : (firstOf(pair) + 1) & cursorBits(receivers);

/** Second cursor after the choice: it walks down where the first was less loaded. */
export const secondAfter = (receivers: number, pair: number, q1: number, q2: number): number =>
  q1 < q2 ? (secondOf(pair) - 1) & cursorBits(receivers) : secondOf(pair);
