/**
 * The thread choice of listener_accept (semantics 3, A2): two cursors in one word, each rule a pure function of the word and
 * the listener's thread mask. One receiver here, so that a cursor is a thread; it wraps at 64 in every world.
 */
import { maskBit } from '../model/mask.ts';

const LAST = 63;

const has = (low: number, high: number, t: number): boolean => ((t < 32 ? low : high) & maskBit(t)) !== 0;

/** Lowest thread of the mask that is not below `t`; -1 none. */
function upFrom(low: number, high: number, t: number): number {
  for (let u = t; u <= LAST; u++) if (has(low, high, u)) return u;
  return -1;
}

/** Highest thread of the mask that is not above `t`; -1 none. */
function downFrom(low: number, high: number, t: number): number {
  for (let u = Math.min(t, LAST); u >= 0; u--) if (has(low, high, u)) return u;
  return -1;
}

/** In the place of a pair: a person has picked the thread, and nothing was compared. */
export const PICKED = 0xffff;

/** Two threads in one number, for a local. */
const pairOf = (t1: number, t2: number): number => t1 | (t2 << 8);
export const firstOf = (pair: number): number => pair & 0xff;
export const secondOf = (pair: number): number => (pair >>> 8) & 0xff;

/** The cursor word up to ff18504d7: two halves. */
const HALF = 16;
const lowerHalf = (w: number): number => w & 0xffff;
const upperHalf = (w: number): number => w >>> HALF;
export const halves = (t1: number, t2: number): number => (t2 << HALF) | t1;

/** The cursor word from ff18504d7 on: t1, t2 with six bits each and room for two receivers' numbers, a counter above (8 bits of it here). */
const T2_AT = 12;
const COUNT_AT = 24;
export const withCounter = (t1: number, t2: number, before: number): number =>
  (((before >>> COUNT_AT) + 1) << COUNT_AT) | (t2 << T2_AT) | t1;

/** First cursor of a word, in whichever of the two layouts. */
export const firstCursor = (w: number, counted: boolean): number => (counted ? w & LAST : lowerHalf(w));

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

/** A2.2: kept apart, but only where the second cursor names the first's thread itself: coming from elsewhere it may land on it. */
function pairApart(low: number, high: number, c1: number, c2: number): number {
  let t1 = upFrom(low, high, c1);
  if (t1 < 0) t1 = upFrom(low, high, 0);
  let t2 = c2;
  if (!has(low, high, t2) || t1 === t2) {
    t2 = downFrom(low, high, t2 - 1);
    if (t2 < 0)
      t2 = has(low, high, LAST) && t1 === LAST ? downFrom(low, high, LAST - 1) : downFrom(low, high, LAST);
  }
  // One thread only: then it is both.
  return pairOf(t1, t2 < 0 ? t1 : t2);
}

/** A2.2 over two halves. */
export const pairOfHalves = (low: number, high: number, w: number): number =>
  pairApart(low, high, lowerHalf(w), upperHalf(w));

/** A2.2 over the word with the counter. */
export const pairOfCounted = (low: number, high: number, w: number): number =>
  pairApart(low, high, w & 0x3f, (w >>> T2_AT) & 0x3f);

/** The less loaded of the two; the first where they are equal. */
export const lessLoaded = (pair: number, q1: number, q2: number): number =>
  q1 > q2 ? secondOf(pair) : firstOf(pair);

/** A2.3: the accepting thread instead, where it has no more to do than the one that would be taken; where those two are equal, less. */
export function ownOrLessLoaded(own: number, pair: number, q0: number, q1: number, q2: number): number {
  const stays = q1 === q2 ? q0 < q1 : q0 <= Math.min(q1, q2);
  return stays ? own : lessLoaded(pair, q1, q2);
}

/** First cursor after the choice: it walks up unless the first was less loaded. */
export const firstAfter = (pair: number, q1: number, q2: number): number =>
  q1 < q2 ? firstOf(pair) : (firstOf(pair) + 1) & LAST;

/** Second cursor after the choice: it walks down where the first was less loaded. */
export const secondAfter = (pair: number, q1: number, q2: number): number =>
  q1 < q2 ? (secondOf(pair) - 1) & LAST : secondOf(pair);
