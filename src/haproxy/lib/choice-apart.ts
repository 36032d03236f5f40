/** The thread choice from 9d360604b on (semantics 3, A2.2 and A2.3): over all receivers of a shard, its cursors kept apart. */
import { CURSOR, downFrom, has, LAST, lowerHalf, pairOf, upFrom, upperHalf } from './choice.ts';

/** The cursor word from ff18504d7 on: both cursors with twelve bits each, of which six are a receiver's number, a counter above (8 bits of it here). */
const T2_AT = 12;
const COUNT_AT = 24;
export const withCounter = (t1: number, t2: number, before: number): number =>
  (((before >>> COUNT_AT) + 1) << COUNT_AT) | ((t2 & CURSOR) << T2_AT) | (t1 & CURSOR);

/*
 * Over one receiver `low` and `high` are the two words of its mask; over two, whose groups have 32 threads at most, `low` is the first's and `high` the
 * second's.
 */
const lowOf = (receivers: number, low: number, high: number, r: number): number =>
  receivers > 1 && r > 0 ? high : low;
const highOf = (receivers: number, high: number): number => (receivers > 1 ? 0 : high);

/** A2.2: kept apart, but only where the second cursor names the first's thread itself: coming from elsewhere it may land on it. */
function pairApart(receivers: number, low: number, high: number, c1: number, c2: number): number {
  const top = highOf(receivers, high);
  let r1 = c1 >> 6 < receivers ? c1 >> 6 : 0;
  let t1 = upFrom(lowOf(receivers, low, high, r1), top, c1 & LAST);
  while (t1 < 0) {
    r1 = (r1 + 1) % receivers;
    t1 = upFrom(lowOf(receivers, low, high, r1), top, 0);
  }
  let r2 = c2 >> 6 < receivers ? c2 >> 6 : receivers - 1;
  let t2 = c2 & LAST;
  // Once round at most: where there is one thread only it is both.
  for (let n = 0; n <= receivers; n++) {
    const mask = lowOf(receivers, low, high, r2);
    if (has(mask, top, t2) && !(r1 === r2 && t1 === t2)) break;
    const below = downFrom(mask, top, t2 - 1);
    if (below >= 0) {
      t2 = below;
      break;
    }
    t2 = LAST;
    r2 = (r2 + receivers - 1) % receivers;
  }
  return pairOf((r1 << 6) | t1, (r2 << 6) | t2);
}

/** A2.2 over two halves. */
export const pairOfHalves = (receivers: number, low: number, high: number, w: number): number =>
  pairApart(receivers, low, high, lowerHalf(w), upperHalf(w));

/** A2.2 over the word with the counter. */
export const pairOfCounted = (receivers: number, low: number, high: number, w: number): number =>
  pairApart(receivers, low, high, w & CURSOR, (w >>> T2_AT) & CURSOR);

/** A2.3: whether the accepting thread keeps it, having no more to do than the one that would be taken; where those two are equal, less. */
export const ownKeeps = (q0: number, q1: number, q2: number): boolean =>
  q1 === q2 ? q0 < q1 : q0 <= Math.min(q1, q2);
