/** Loop times out of counts by size. Bucket b holds loops of 2^b to 2^(b+1) us. */
import { LOOP_BUCKETS } from '../../hosts/live/board.ts';

/** The time that `share` of the loops between two counts stayed under, ms; 0 when there was none. Within a bucket by proportion. */
export function loopTime(now: Float64Array, was: Float64Array, from: number, share: number): number {
  let total = 0;
  for (let b = 0; b < LOOP_BUCKETS; b++) total += now[from + b]! - was[from + b]!;
  if (total <= 0) return 0;
  let left = total * share;
  for (let b = 0; b < LOOP_BUCKETS; b++) {
    const n = now[from + b]! - was[from + b]!;
    if (n > 0 && left <= n) return (2 ** b * (1 + left / n)) / 1000;
    left -= n;
  }
  return 2 ** LOOP_BUCKETS / 1000;
}
